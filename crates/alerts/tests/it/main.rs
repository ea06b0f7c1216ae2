//! Triggered alerts as they are written: one alert, every format, against a file.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;
use watchbell_alerts::{Definition, EventRef, PackRef, RuleRef, Triggered, render};
use watchbell_jobs::{Job, Kind, Verb};
use watchbell_model::{EventId, LogSource, Outcome, Priority, Timestamp};

fn triggered() -> Vec<Triggered> {
    let definition = Definition {
        id: "6f1c2c0e-3a77-4c40-9a43-0f7d9c1f2a10".to_owned(),
        name: "ExampleAlert".to_owned(),
        title: "A task was made".to_owned(),
        pack: Some(PackRef { name: "example".to_owned(), version: "1.2.3".to_owned() }),
        priority: Priority::High,
        attack: vec!["T1053.005".to_owned(), "TA0003".to_owned()],
        summary: "{{ user }} on {{ host }} set up {{ job.name }} for {{ nobody }}".to_owned(),
        description: "It runs <by itself> & stays.".to_owned(),
        triage: vec!["Who is {{ user }}?".to_owned()],
        false_positives: vec!["Installers.".to_owned()],
        respond: vec!["schtasks /query /tn \"{{ job.name }}\"".to_owned()],
        references: Vec::new(),
    };
    let time = Timestamp::parse("2026-01-05T10:00:00.123Z", &jiff_utc());
    let event = EventRef {
        id: EventId([7; 16]),
        file: Arc::from("logs/a.jsonl"),
        lines: Some((3, 5)),
        record: None,
        time,
        source: Arc::new(LogSource::new("windows", "", &["security"])),
    };
    let job = Job { name: Some("\\Up<date>".to_owned()), command: Some("cmd.exe".to_owned()), ..Job::new(Kind::WindowsTask, Verb::Create) };
    vec![Triggered {
        id: EventId([1; 16]),
        definition: Arc::new(definition),
        rules: vec![RuleRef { id: None, title: "Registered".to_owned(), level: Some("high".to_owned()) }],
        priority: Priority::High,
        outcome: Outcome::Done,
        time,
        last: time,
        count: 2,
        entities: vec![("host".to_owned(), "WS1".to_owned()), ("user".to_owned(), "bob\u{1b}[31m".to_owned())],
        job: Some(Arc::new(job)),
        events: vec![event],
        continues: false,
        excepted: None,
        background: None,
    }]
}

fn jiff_utc() -> jiff::tz::TimeZone {
    jiff::tz::TimeZone::UTC
}

/// Compares with `golden/NAME`; `UPDATE=1` writes it.
#[allow(clippy::disallowed_methods, reason = "tests read their golden files")]
fn check(name: &str, written: &[u8]) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/golden").join(name);
    let written = String::from_utf8(written.to_vec()).unwrap();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&path, &written).unwrap();
    }
    assert_eq!(written, std::fs::read_to_string(&path).unwrap_or_default(), "{}", path.display());
}

#[test]
fn every_format_writes_what_its_file_says() {
    let alerts = triggered();
    let mut out = Vec::new();
    render::ndjson(&alerts, &mut out).unwrap();
    check("one.ndjson", &out);
    out.clear();
    render::ocsf(&alerts, &mut out).unwrap();
    check("one.ocsf.ndjson", &out);
    out.clear();
    render::table(&alerts, 80, false, &mut out).unwrap();
    check("one.txt", &out);
    assert!(std::str::from_utf8(&out).unwrap().lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn html_escapes_what_comes_from_logs() {
    let mut out = Vec::new();
    render::html(&triggered(), &mut out).unwrap();
    let page = String::from_utf8(out).unwrap();
    assert!(page.contains("\\Up&lt;date&gt;") && page.contains("&lt;by itself&gt; &amp; stays"));
    assert!(!page.contains("<date>") && !page.contains('\u{1b}') && !page.contains("<script"));
}

#[test]
fn a_value_cannot_break_out_of_a_command() {
    let mut alert = triggered().remove(0);
    alert.entities.push(("file".to_owned(), "/etc/cron.d/a\"; rm -rf `pwd` $(id)\n".to_owned()));
    assert_eq!(alert.fill_command("cat \"{{ file }}\""), "cat \"/etc/cron.d/a?? rm -rf ?pwd? ??id??\"");
}

#[test]
fn nothing_found_is_said() {
    let mut out = Vec::new();
    render::table(&[], 80, false, &mut out).unwrap();
    assert_eq!(out, b"nothing found\n");
}
