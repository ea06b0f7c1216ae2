//! Documents: those that must be there, and what the README promises.

use crate::tree::root;
use crate::{check, tree};

const NEEDED: &[&str] = &["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE"];
const COMMANDS: &[&str] = &["cargo run --release -- demo", "cargo xtask test"];

#[test]
fn needed_documents_are_there() {
    let missing: Vec<String> = NEEDED.iter().filter(|name| !root().join(name).is_file()).map(|name| (*name).to_owned()).collect();
    check("missing in the root:", &missing);
}

#[test]
fn readme_names_the_two_commands() {
    let readme = read("README.md");
    let missing: Vec<String> = COMMANDS.iter().filter(|command| !readme.lines().any(|line| line.trim() == **command)).map(|c| (*c).to_owned()).collect();
    check("README.md must have each of these on a line of its own:", &missing);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut problems = Vec::new();
    for file in tree::files(&["docs", "packs"], &[".md"]).into_iter().chain(tree::files_of_root(".md")) {
        let folder = root().join(&file.path).parent().map(std::path::Path::to_path_buf).unwrap_or_default();
        let lost = links(&file.text).into_iter().filter(|link| !folder.join(link).exists());
        problems.extend(lost.map(|link| format!("{}: {link}", file.path)));
    }
    check("a link to a file that is not there:", &problems);
}

#[test]
fn decisions_are_numbered_without_gaps() {
    let mut numbers: Vec<usize> = tree::files(&["docs/adr"], &[".md"]).iter().filter_map(|file| file.path.rsplit('/').next()?.get(..4)?.parse().ok()).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>(), "docs/adr/NNNN-title.md, numbered from 0001");
}

/// Targets of Markdown links to files of the tree, anchors cut off.
fn links(text: &str) -> Vec<String> {
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next());
    let local = targets.filter(|target| !target.contains("://") && !target.starts_with('#') && !target.starts_with("mailto:"));
    local.map(|target| target.split('#').next().unwrap_or_default().to_owned()).filter(|target| !target.is_empty()).collect()
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap_or_default()
}
