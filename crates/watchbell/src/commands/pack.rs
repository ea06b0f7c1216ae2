//! `watchbell pack`.

use crate::cli::PackArgs;
use crate::exit::Exit;
use anyhow::{Result, bail};

pub fn run(_args: &PackArgs) -> Result<Exit> {
    bail!("not yet")
}
