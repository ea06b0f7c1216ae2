//! `watchbell version`.

use crate::exit::Exit;
use anyhow::Result;
use std::io::Write;

pub fn run() -> Result<Exit> {
    writeln!(std::io::stdout(), "watchbell {}", env!("CARGO_PKG_VERSION"))?;
    Ok(Exit::Clean)
}
