//! `pack import DIR --name N`: a pack of a folder of Sigma rules.

use crate::cli::ImportArgs;
use crate::exit::Exit;
use crate::packs::{files_of, relative};
use crate::terminal::complain;
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::Path;
use watchbell_rules::pack::{ImportName, import};

pub fn run(args: &ImportArgs) -> Result<Exit> {
    let target = args.output.clone().unwrap_or_else(|| args.name.clone().into());
    if target.exists() {
        bail!("{} exists; name another folder with --output", target.display());
    }
    let files = files_of(&args.rules)?;
    let texts = files.iter().filter_map(|(path, bytes)| Some((path.as_str(), std::str::from_utf8(bytes).ok()?)));
    let made = import(&ImportName { id: args.name.clone(), name: args.name.clone() }, texts);
    made.problems.iter().for_each(|problem| complain(&problem.to_string()));
    for (path, text) in &made.files {
        write(&target, path, text.as_bytes())?;
    }
    for copy in &made.copies {
        let source = files.iter().find(|(path, _)| *path == copy.from).map(|(_, bytes)| bytes);
        write(&target, &copy.to, source.context("a sample's file vanished while it was copied")?)?;
    }
    let alerts = made.files.keys().filter(|path| path.starts_with("alerts/")).count();
    writeln!(std::io::stdout(), "{}: {alerts} alerts, {} sample files, {} rules left out", target.display(), made.copies.len(), made.problems.len())?;
    Ok(if alerts == 0 { Exit::Content } else { Exit::Clean })
}

fn write(target: &Path, path: &str, bytes: &[u8]) -> Result<()> {
    let path = target.join(relative(path)?);
    let parent = path.parent().unwrap_or(target);
    std::fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    std::fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}
