//! `pack lint`: everything that is wrong with a pack, with its place.

use crate::cli::PackPath;
use crate::exit::Exit;
use crate::load::packs;
use crate::packs::find;
use crate::terminal::complain_all;
use anyhow::Result;
use std::io::Write;
use watchbell_model::{Diagnostic, Severity};
use watchbell_rules::pack::lint;

pub fn run(args: &PackPath) -> Result<Exit> {
    let (pack, mut problems) = packs::read(&find(&args.pack)?);
    problems.extend(pack.iter().flat_map(|pack| lint(pack, &watchbell_formats::log_sources())));
    complain_all(&problems);
    let count = |severity| problems.iter().filter(|p: &&Diagnostic| p.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    writeln!(std::io::stdout(), "{}: {errors} errors, {warnings} warnings", args.pack)?;
    Ok(if errors > 0 { Exit::Content } else { Exit::Clean })
}
