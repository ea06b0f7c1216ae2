//! Triggered alerts as they are written: every format, against files.
#![allow(clippy::unwrap_used, reason = "tests")]

mod fixture;

use fixture::{bare, denied, intrusion};
use watchbell_alerts::{Triggered, render};

/// Compares with `golden/NAME`; `UPDATE=1` writes it.
#[allow(clippy::disallowed_methods, reason = "tests read their golden files")]
fn check(name: &str, write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    let mut out = Vec::new();
    write(&mut out).unwrap();
    let written = String::from_utf8(out).unwrap();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, &written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(&path).unwrap_or_default(), "{}", path.display());
    written
}

fn fits(text: &str) -> bool {
    text.lines().all(|line| line.chars().count() <= 80)
}

/// All that a page may show, and each value hostile in its own way.
fn all() -> Vec<Triggered> {
    vec![bare(), intrusion(), denied()]
}

#[test]
fn every_format_writes_what_its_file_says() {
    let one = [bare()];
    check("one.ndjson", |out| render::ndjson(&one, out));
    check("one.ocsf.ndjson", |out| render::ocsf(&one, out));
    check("told.ndjson", |out| render::ndjson(&[intrusion()], out));
    assert!(fits(&check("one.txt", |out| render::table(&one, 80, false, out))));
    assert!(fits(&check("told.txt", |out| render::table(&all(), 80, false, out))));
    assert!(fits(&check("story.txt", |out| render::story(&all(), 80, false, out))));
}

#[test]
fn html_escapes_what_comes_from_logs() {
    let page = check("told.html", |out| render::html(&all(), out));
    assert!(page.contains("\\Up&lt;date&gt;") && page.contains("&lt;by itself&gt; &amp; stays"));
    assert!(!page.contains("<date>") && !page.contains('\u{1b}') && !page.contains("<script"));
}

#[test]
fn a_value_cannot_break_out_of_a_command() {
    let mut alert = bare();
    alert.entities.push(("file".to_owned(), "/etc/cron.d/a\"; rm -rf `pwd` $(id)\n".to_owned()));
    assert_eq!(alert.fill_command("cat \"{{ file }}\""), "cat \"/etc/cron.d/a?? rm -rf ?pwd? ??id??\"");
}

#[test]
fn nothing_found_is_said() {
    let mut out = Vec::new();
    render::table(&[], 80, false, &mut out).unwrap();
    assert_eq!(out, b"nothing found\n");
}
