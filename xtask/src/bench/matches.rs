//! Matches by rule, ours and the peer's, from what both printed.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Rules that matched, with how often for us and for the peer.
pub struct Comparison {
    pub ours: u64,
    pub theirs: u64,
    pub rules: usize,
    /// Rules whose counts differ: id, title, ours, theirs.
    pub differ: Vec<(String, String, u64, u64)>,
}

/// What we printed, and what several of the peer's processes did.
pub fn compare(ours: &Path, theirs: &[PathBuf]) -> Result<Comparison, String> {
    let (ours, theirs) = (counts(&[ours], our_rule)?, counts(theirs, their_rule)?);
    let mut both: BTreeMap<String, (String, u64, u64)> = BTreeMap::new();
    for (id, (title, count)) in &ours {
        both.insert(id.clone(), (title.clone(), *count, 0));
    }
    for (id, (title, count)) in &theirs {
        both.entry(id.clone()).or_insert_with(|| (title.clone(), 0, 0)).2 = *count;
    }
    let rules = both.len();
    let differ = both.into_iter().filter(|(_, rule)| rule.1 != rule.2).map(|(id, (title, ours, theirs))| (id, title, ours, theirs)).collect();
    Ok(Comparison { ours: sum(&ours), theirs: sum(&theirs), rules, differ })
}

type Counts = BTreeMap<String, (String, u64)>;

fn sum(counts: &Counts) -> u64 {
    counts.values().map(|rule| rule.1).sum()
}

/// Lines of files by the rule that each names.
fn counts(paths: &[impl AsRef<Path>], rule: fn(&Value) -> Option<(&str, &str)>) -> Result<Counts, String> {
    let mut counts = Counts::new();
    for path in paths {
        let path = path.as_ref();
        let told = |error: std::io::Error| format!("{}: {error}", path.display());
        for line in BufReader::new(File::open(path).map_err(told)?).lines() {
            let Ok(line) = serde_json::from_str::<Value>(&line.map_err(told)?) else { continue };
            if let Some((id, title)) = rule(&line) {
                counts.entry(id.to_owned()).or_insert_with(|| (title.to_owned(), 0)).1 += 1;
            }
        }
    }
    Ok(counts)
}

fn our_rule(line: &Value) -> Option<(&str, &str)> {
    Some((line["rule"]["id"].as_str()?, line["rule"]["title"].as_str().unwrap_or_default()))
}

fn their_rule(line: &Value) -> Option<(&str, &str)> {
    Some((line["rule_id"].as_str()?, line["rule_title"].as_str().unwrap_or_default()))
}
