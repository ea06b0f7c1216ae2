//! The files of the tree, built things left out.

use std::path::{Path, PathBuf};

/// A file by its path from the root, with its text.
pub struct File {
    pub path: String,
    pub text: String,
}

impl File {
    /// Whether it is a test, a benchmark, an example or a fuzz target.
    pub fn is_test(&self) -> bool {
        self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples" | "fuzz" | "tests.rs"))
    }
}

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root of the workspace").to_path_buf()
}

/// Every text file with one of these endings, below these folders.
pub fn files(below: &[&str], endings: &[&str]) -> Vec<File> {
    let mut found = Vec::new();
    for folder in below {
        walk(&root().join(folder), endings, &mut found);
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The root's own files with this ending, nothing below.
pub fn files_of_root(ending: &str) -> Vec<File> {
    let entries = std::fs::read_dir(root()).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.to_string_lossy().ends_with(ending)).filter_map(|path| read(&path)).collect()
}

/// Every Rust file of ours.
pub fn rust_files() -> Vec<File> {
    files(&["crates", "xtask", "fuzz"], &[".rs"])
}

fn walk(folder: &Path, endings: &[&str], found: &mut Vec<File>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !is_built(&name) {
            walk(&path, endings, found);
        } else if endings.iter().any(|ending| name.ends_with(ending)) && path.is_file() {
            found.extend(read(&path));
        }
    }
}

fn read(path: &Path) -> Option<File> {
    let text = String::from_utf8(std::fs::read(path).ok()?).ok()?;
    Some(File { path: path.strip_prefix(root()).ok()?.to_string_lossy().into_owned(), text })
}

fn is_built(name: &str) -> bool {
    matches!(name, "target" | ".git" | "artifacts")
}
