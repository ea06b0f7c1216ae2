//! Texts held against files beside their input; `UPDATE_GOLDEN=1` writes them anew.

use std::path::{Path, PathBuf};
use watchbell_model::Diagnostic;

/// Every input of `folder` with this extension, by its name without it, in order.
pub fn inputs(folder: &str, extension: &str) -> Vec<(String, String)> {
    let mut inputs: Vec<(String, String)> = std::fs::read_dir(path(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), read(&path)))
        .collect();
    inputs.sort();
    assert!(!inputs.is_empty(), "no input in {folder}");
    inputs
}

/// Holds `text` against `folder/name`.
#[expect(clippy::disallowed_methods, reason = "a test may be told to write its expectations")]
pub fn check(folder: &str, name: &str, text: &str) {
    let file = path(folder).join(name);
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(&file, text).unwrap();
    }
    let expected = if file.exists() { read(&file) } else { String::new() };
    assert_eq!(text, expected, "{} differs; UPDATE_GOLDEN=1 writes it anew", file.display());
}

pub fn render(problems: &[Diagnostic]) -> String {
    problems.iter().map(|problem| format!("{problem}\n")).collect::<Vec<_>>().concat()
}

#[expect(clippy::disallowed_methods, reason = "the test's own small files")]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn path(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/pack").join(folder)
}
