//! Files of Sigma rules, read on every core.

use crate::packs::list;
use anyhow::{Context, Result};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use watchbell_input::read_bounded_text;
use watchbell_model::Diagnostic;
use watchbell_rules::{Added, Loader, Parsed, Placeholders, parse_text};

/// The most bytes of a file of rules.
const FILE: u64 = 16 << 20;

/// Reads every rule below `paths`.
pub fn add(paths: &[PathBuf], threads: usize, loader: &mut Loader) -> Result<Vec<Added>> {
    let mut added = Vec::new();
    for (file, parsed) in parse_all(&files(paths)?, threads) {
        match parsed {
            Ok(parsed) => added.push(loader.add(parsed)),
            Err(error) => loader.report(Diagnostic::error("rules/unreadable", &file, error.to_string())),
        }
    }
    Ok(added)
}

/// The YAML files below the paths, in order.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in paths {
        let about = std::fs::metadata(path).with_context(|| format!("cannot read the rules {}", path.display()))?;
        if about.is_dir() {
            files.extend(list(path)?.into_iter().filter(|file| yaml(file)));
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    files.dedup();
    Ok(files)
}

fn yaml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("yml") || extension.eq_ignore_ascii_case("yaml"))
}

type Read = (String, std::io::Result<Parsed>);

/// In the order of `files`, whatever thread read which.
fn parse_all(files: &[PathBuf], threads: usize) -> Vec<Read> {
    let next = AtomicUsize::new(0);
    let take = || std::iter::from_fn(|| files.get(next.fetch_add(1, Ordering::Relaxed)));
    let read = || take().map(|file| (file, parse(file))).collect::<Vec<_>>();
    let mut all: Vec<(&PathBuf, Read)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (1..threads).map(|_| scope.spawn(read)).collect();
        let mine = read();
        threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).chain(mine).collect()
    });
    all.sort_unstable_by_key(|(file, _)| *file);
    all.into_iter().map(|(_, read)| read).collect()
}

fn parse(path: &Path) -> Read {
    let name = path.display().to_string();
    let parsed = read_bounded_text(path, FILE).map(|text| parse_text(&name, &text, &Placeholders::default()));
    (name, parsed)
}
