//! Words that belong to somebody's machine and not to the project.

use crate::{check, tree};

/// Written in pieces, so that this file does not find itself.
const FORBIDDEN: &[&str] = &[concat!("/wo", "rk/"), concat!("/root/.car", "go"), concat!("/tm", "p/bash_jobs"), concat!("CARGO_TARGET_DIR=", "/")];
const BELOW: &[&str] = &["crates", "xtask", "fuzz", "docs", ".cargo", ".ci"];
const ENDINGS: &[&str] = &[".rs", ".toml", ".md", ".yaml", ".yml", ".sh", "run", ".json"];

#[test]
fn no_paths_of_one_machine() {
    let files = tree::files(BELOW, ENDINGS).into_iter().chain(tree::files_of_root(".md")).chain(tree::files_of_root(".toml"));
    let mut problems = Vec::new();
    for file in files {
        let found = FORBIDDEN.iter().filter(|word| file.text.contains(**word));
        problems.extend(found.map(|word| format!("{}: {word}", file.path)));
    }
    check("a path of one machine:", &problems);
}
