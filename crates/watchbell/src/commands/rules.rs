//! `watchbell rules`.

use crate::cli::RulesArgs;
use crate::exit::Exit;
use anyhow::{Result, bail};

pub fn run(_args: &RulesArgs) -> Result<Exit> {
    bail!("not yet")
}
