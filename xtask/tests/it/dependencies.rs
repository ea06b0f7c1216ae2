//! Dependencies: licences that we may ship, one source, and a written reason for each that we chose.

use crate::{check, metadata, tree};
use std::collections::BTreeSet;

/// Licences that ask for no more than a notice (`docs/adr/0002-licences.md`).
const ALLOWED: &[&str] = &["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Unicode-3.0", "Zlib", "CC0-1.0", "bzip2-1.0.6"];

#[test]
fn licences_of_the_whole_tree_are_allowed() {
    let mut problems = Vec::new();
    for package in metadata::all() {
        let licence = package["license"].as_str().unwrap_or("none told");
        if !allowed(licence) {
            problems.push(format!("{} {}: {licence}", metadata::name(&package), package["version"]));
        }
    }
    check("a dependency's licence must be one of the list in this test:", &problems);
}

#[test]
fn every_chosen_dependency_has_its_reason() {
    let records: String = tree::files(&["docs/adr"], &[".md"]).into_iter().map(|file| file.text).collect();
    let mut unexplained = BTreeSet::new();
    for package in metadata::workspace() {
        let chosen = metadata::dependencies(&package).into_iter().filter(|dependency| !dependency.2);
        unexplained.extend(chosen.map(|dependency| dependency.0.to_owned()).filter(|name| !records.contains(&format!("`{name}`"))));
    }
    check("a dependency needs a line in docs/adr that names it in backticks:", &unexplained.into_iter().collect::<Vec<_>>());
}

#[test]
fn every_dependency_comes_from_the_one_registry() {
    let lock = tree::files_of_root("Cargo.lock");
    let foreign = |line: &&str| line.starts_with("source = ") && !line.contains("crates.io-index");
    let problems: Vec<String> = lock.iter().flat_map(|file| file.text.lines().filter(foreign).map(|line| format!("{}: {line}", file.path))).collect();
    check("dependencies come from crates.io:", &problems);
}

/// Whether an SPDX expression can be met with allowed licences alone.
fn allowed(expression: &str) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    either(&words, &mut at) && at == words.len()
}

fn either(words: &[&str], at: &mut usize) -> bool {
    let mut holds = both(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        holds |= both(words, at);
    }
    holds
}

fn both(words: &[&str], at: &mut usize) -> bool {
    let mut holds = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        holds &= one(words, at);
    }
    holds
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let holds = either(words, at);
        let closed = words.get(*at) == Some(&")");
        *at += 1;
        return holds && closed;
    }
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    ALLOWED.contains(word)
}

#[test]
fn licence_expressions() {
    let check = |expression: &str, want: bool| assert_eq!(allowed(expression), want, "{expression}");
    check("MIT OR Apache-2.0", true);
    check("MIT/Apache-2.0", true);
    check("GPL-3.0-only OR MIT", true);
    check("(MIT OR GPL-2.0) AND Unicode-3.0", true);
    check("MIT AND GPL-3.0-only", false);
    check("Apache-2.0 WITH LLVM-exception OR MIT", true);
    check("", false);
}
