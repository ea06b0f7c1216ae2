//! The `watchbell` command: what was typed, the command it means, and the exit status.

mod cli;
mod client;
mod columns;
mod commands;
mod exit;
mod load;
mod notify;
mod packs;
mod scan;
mod terminal;

use clap::Parser;
use cli::{Cli, Command};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return exit::of_usage(&error),
    };
    let done = match cli.command {
        Command::Scan(args) => commands::scan::run(&args),
        Command::Story(args) => commands::story::run(&args),
        Command::Pack(args) => commands::pack::run(&args),
        Command::Rules(args) => commands::rules::run(&args),
        Command::Job(args) => commands::job::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Serve(args) => commands::serve::run(&args),
        Command::Config(args) => commands::config::run(&args),
        Command::Alert(args) => commands::alert::run(&args),
        Command::Triggered(args) => commands::triggered::run(&args),
        Command::Search(args) => commands::search::run(&args),
        Command::Hunt(args) => commands::hunt::run(&args),
        Command::User(args) => commands::user::run(&args),
        Command::Quarantine(args) => commands::quarantine::run(&args),
        Command::Token(args) => commands::token::run(&args),
        Command::Backup(args) => commands::backup::backup(&args),
        Command::Restore(args) => commands::backup::restore(&args),
        Command::Doctor(args) => commands::doctor::run(&args),
        Command::Api(args) => commands::api::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
        Command::Version => commands::version::run(),
    };
    exit::of(done)
}
