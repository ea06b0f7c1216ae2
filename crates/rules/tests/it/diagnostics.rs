//! Every diagnostic as its reader sees it: `diagnostics/*.yml` is loaded, `*.txt` beside it is what must be told.

use std::path::{Path, PathBuf};
use watchbell_model::LogSource;
use watchbell_rules::Loader;

#[test]
fn each_file_is_told_as_written() {
    let files = files();
    assert!(!files.is_empty());
    for file in &files {
        check(file);
    }
}

#[test]
fn every_code_is_shown() {
    let shown: String = files().iter().map(|file| read(&file.with_extension("txt"))).collect();
    for code in codes() {
        assert!(shown.contains(&format!("[{code}]")), "no file in diagnostics/ shows {code}");
    }
}

#[expect(clippy::disallowed_methods, reason = "a test may be told to write its expectations")]
fn check(file: &Path) {
    let name = file.file_name().unwrap().to_str().unwrap();
    let mut loader = Loader::new().sources(vec![LogSource::new("windows", "process_creation", &["sysmon"]), LogSource::new("linux", "", &["auditd"])]);
    loader.add_text(name, &read(file));
    let told: Vec<String> = loader.finish().1.iter().map(ToString::to_string).collect();
    let (told, expected) = (told.join("\n"), file.with_extension("txt"));
    if std::env::var("UPDATE_GOLDEN").is_ok() {
        std::fs::write(&expected, &told).unwrap();
    }
    assert_eq!(told, if expected.exists() { read(&expected) } else { String::new() }, "{name}; UPDATE_GOLDEN=1 writes it anew");
}

/// Every code that stands in the sources, but for those of bounds, which `hostile` holds.
fn codes() -> Vec<String> {
    let sources = ["src/sigma", "src/loader"].map(|folder| Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let texts = sources.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()).map(|entry| read(&entry.unwrap().path()));
    let mut codes: Vec<String> =
        texts.flat_map(|text| text.split('"').skip(1).step_by(2).filter(|t| is_code(t)).map(str::to_owned).collect::<Vec<_>>()).collect();
    codes.sort();
    codes.dedup();
    codes.retain(|code| !code.ends_with("-size") && !code.contains("too-"));
    codes
}

fn is_code(text: &str) -> bool {
    let name = text.strip_prefix("sigma/").or_else(|| text.strip_prefix("yaml/"));
    name.is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'))
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/diagnostics");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|e| e == "yml"));
    files.sort();
    files
}

#[expect(clippy::disallowed_methods, reason = "the test's own small files")]
fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}
