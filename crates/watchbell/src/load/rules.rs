//! Sigma rules as alerts: each match is a triggered alert, nothing folds.

use crate::packs::list;
use anyhow::{Context, Result};
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use watchbell_alerts::Definition;
use watchbell_input::read_bounded_text;
use watchbell_model::{Diagnostic, Priority};
use watchbell_pipeline::Active;
use watchbell_rules::{About, Added, Loader, Parsed, Placeholders, RuleId, Ruleset, Target, parse_text};

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

/// Makes an alert of each rule and of each correlation. Rules that only feed correlations fire by themselves too, unless
/// the correlation says otherwise.
pub fn activate(ruleset: &Ruleset, added: &[Added]) -> Vec<Active> {
    let correlations = added.iter().flat_map(|a| &a.correlations).filter_map(|number| ruleset.correlation(*number));
    let correlations: Vec<u32> = correlations.collect();
    let silent = silent(ruleset, &correlations);
    let rules = added.iter().flat_map(|a| &a.rules).filter(|rule| !silent.contains(rule));
    let alone = rules.map(|rule| Active { rules: vec![*rule], ..alert(&ruleset.rules[rule.0 as usize].about) });
    let together = correlations.iter().map(|n| Active { correlations: vec![*n], ..alert(&ruleset.correlations[*n as usize].about) });
    alone.chain(together).collect()
}

/// Rules that correlations refer to without `generate`.
fn silent(ruleset: &Ruleset, correlations: &[u32]) -> Vec<RuleId> {
    let (mut silent, mut loud) = (Vec::new(), Vec::new());
    for correlation in correlations.iter().map(|n| &ruleset.correlations[*n as usize]) {
        let rules = correlation.of.iter().filter_map(|referred| match referred.target {
            Target::Rule(rule) => Some(rule),
            Target::Correlation(_) => None,
        });
        if correlation.generate { loud.extend(rules) } else { silent.extend(rules) }
    }
    silent.retain(|rule| !loud.contains(rule));
    silent
}

fn alert(about: &About) -> Active {
    let definition = Definition {
        id: about.id.clone().unwrap_or_else(|| about.title.clone()),
        name: about.title.clone(),
        title: about.title.clone(),
        priority: about.level.as_deref().map_or(Priority::default(), Priority::from_level),
        attack: about.tags.iter().filter_map(|tag| technique(tag)).collect(),
        summary: about.title.clone(),
        ..Definition::default()
    };
    Active { definition: Arc::new(definition), ..Active::default() }
}

/// `attack.t1053.005` is T1053.005.
fn technique(tag: &str) -> Option<String> {
    let name = tag.strip_prefix("attack.")?.to_uppercase();
    (name.starts_with('T') && name[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.')).then_some(name)
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
