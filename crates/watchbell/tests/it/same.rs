//! The same input gives the same bytes.

use crate::support::{SAMPLES, command, files, ran};
use std::path::Path;

#[test]
fn threads_and_order_do_not_show() {
    let all: Vec<String> = files(Path::new(SAMPLES)).iter().map(|path| path.display().to_string()).collect();
    let scan = |threads: &str, paths: Vec<&String>| ran(command().args(["scan", "--format", "ndjson", "--threads", threads]).args(paths));
    let first = scan("1", all.iter().collect());
    assert_eq!(first.code, 1, "{}", first.err);
    assert!(first.out.lines().count() > 100);
    assert_eq!(scan("2", all.iter().collect()).out, first.out);
    assert_eq!(scan("2", all.iter().rev().collect()).out, first.out);
}

#[test]
fn the_folder_shows_in_file_names_alone() {
    let from = |dir: &Path, path: &str| ran(command().current_dir(dir).args(["scan", "--format", "ndjson", path]));
    let elsewhere = tempfile::tempdir().unwrap();
    let copy = elsewhere.path().join("deep/linux-at");
    std::fs::create_dir_all(&copy).unwrap();
    for path in files(&Path::new(SAMPLES).join("linux-at")) {
        std::fs::copy(&path, copy.join(path.file_name().unwrap())).unwrap();
    }
    let (here, there) = (from(Path::new(SAMPLES), "linux-at"), from(elsewhere.path(), "deep"));
    assert!(!here.alerts().is_empty());
    assert_eq!(here.without_files(), there.without_files());
    assert_eq!(there.alerts()[0]["events"][0]["file"], "deep/linux-at/audit.log");
}
