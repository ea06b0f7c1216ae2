//! `watchbell completions SHELL`.

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Exit;
use anyhow::Result;
use clap::CommandFactory;
use std::io::Write;

pub fn run(args: &CompletionsArgs) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "watchbell", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Exit::Clean)
}
