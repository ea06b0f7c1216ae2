//! `watchbell pack …`: one file a verb.

mod build;
mod import;
mod install;
mod lint;
mod list;
mod schema;
mod show;
mod test;

use crate::cli::{PackArgs, PackCommand};
use crate::exit::Exit;
use crate::load::packs::read;
use crate::packs::find;
use crate::terminal::complain_all;
use anyhow::{Result, bail};
use watchbell_rules::pack::Pack;

pub fn run(args: &PackArgs) -> Result<Exit> {
    match &args.command {
        PackCommand::List(args) => list::run(args),
        PackCommand::Show(args) => show::run(args),
        PackCommand::Lint(args) => lint::run(args),
        PackCommand::Test(args) => test::run(args),
        PackCommand::Schema(args) => schema::run(args),
        PackCommand::Import(args) => import::run(args),
        PackCommand::Build(args) => build::run(args),
        PackCommand::Install(args) => install::install(args),
        PackCommand::Uninstall(args) => install::uninstall(args),
    }
}

/// A pack to be shown: its problems go to stderr.
fn shown(name: &str) -> Result<Pack> {
    let (pack, problems) = read(&find(name)?);
    complain_all(&problems);
    match pack {
        Some(pack) => Ok(pack),
        None => bail!("`{name}` is no pack that can be read"),
    }
}
