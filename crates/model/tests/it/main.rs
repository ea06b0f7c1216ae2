//! The plain types: ids that never change, values as text, times, log sources, slots.
#![allow(clippy::unwrap_used, reason = "tests")]

use jiff::tz::TimeZone;
use watchbell_model::{Diagnostic, FieldId, FieldTable, IdWriter, Kind, LogSource, PathId, Raw, Slots, Timestamp, unescape_json};

#[test]
fn ids_are_pinned_and_parts_do_not_run_together() {
    let id = |parts: &[&str]| parts.iter().fold(IdWriter::new("windows"), |id, part| id.part(part.as_bytes())).finish().to_string();
    assert_eq!(id(&["WS1", "Security"]), "492f882beb5cf41b0d3c581d0eab1033");
    assert_ne!(id(&["WS1", "Security"]), id(&["WS1S", "ecurity"]));
    assert_eq!(IdWriter::new("n").number(1).finish(), IdWriter::new("n").part(&1_i64.to_le_bytes()).finish());
}

#[test]
fn values_are_rendered_as_their_format_shows_them() {
    let sid = [1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0];
    let ticks = 132_514_746_612_050_000_u64.to_le_bytes();
    for (kind, bytes, expected) in [
        (Kind::Text, &b"a\xFFb"[..], "a\u{FFFD}b"),
        (Kind::JsonText, br#"C:\\x \"y\" \u00e9 \ud83d\ude00 \ud83d"#, "C:\\x \"y\" é 😀 \u{FFFD}"),
        (Kind::Utf16, b"h\0i\0", "hi"),
        (Kind::Unsigned, &[0xFF, 0xFF, 0, 0], "65535"),
        (Kind::Signed, &[0xFE, 0xFF], "-2"),
        (Kind::Hex, &[0x1F, 0, 0, 0], "0x1f"),
        (Kind::Bool, &[1, 0, 0, 0], "true"),
        (Kind::Sid, &sid, "S-1-5-32-544"),
        (Kind::FileTime, &ticks, "2020-12-03T13:11:01.2050000Z"),
        (Kind::Binary, &[0xAB, 1], "AB01"),
        (Kind::Utf16List, b"a\0\0\0b\0\0\0", r#"["a","b"]"#),
        (Kind::Null, b"", ""),
    ] {
        assert_eq!(Raw { kind, bytes }.to_text(), expected, "{kind:?}");
    }
}

#[test]
fn a_cut_escape_is_no_panic() {
    for text in [&b"\\"[..], b"\\u", b"\\u12", b"\\ud800\\u", b"\\ud800\\u12", b"\\x"] {
        let mut out = String::new();
        unescape_json(text, &mut out);
        assert!(out.contains('\u{FFFD}'));
    }
}

#[test]
fn times_keep_the_precision_that_they_are_written_with() {
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    for (text, expected) in [
        ("2020-09-22T00:51:01.205Z", "2020-09-22T00:51:01.205Z"),
        ("2020-09-22 00:51:01", "2020-09-21T22:51:01Z"),
        ("2020-09-22 00:51:01.5 UTC", "2020-09-22T00:51:01.5Z"),
        ("2020-09-22T00:51:01+02:00", "2020-09-21T22:51:01Z"),
        ("2020/09/22T00:51:01,25-0130", "2020-09-22T02:21:01.25Z"),
        ("1600735861", "2020-09-22T00:51:01Z"),
        ("1600735861205", "2020-09-22T00:51:01.205Z"),
    ] {
        let read = Timestamp::parse(text, &zone).map(|time| time.to_string());
        assert_eq!(read.as_deref(), Some(expected), "{text}");
    }
    for text in
        ["", "yesterday", "2020-13-01T00:00:00Z", "2020-09-22T00:51:01.2x5Z", "99999999999999999999", "1600735861.00000000é", "2020-09-22T00:51:01.00000000é"]
    {
        assert_eq!(Timestamp::parse(text, &zone), None, "{text}");
    }
}

#[test]
fn a_time_at_a_glance_is_the_time_that_reading_gives() {
    for text in ["2020-09-22T00:51:01.205Z", "1969-12-31 23:59:59Z", "2024-02-29T12:00:00,5+02:00", "2000/03/01 00:00:00-0130", "2100-02-28T23:59:59.9999999Z"]
    {
        let read = Timestamp::parse(text, &TimeZone::UTC).map(|time| (time.seconds(), true));
        assert_eq!(Timestamp::glance(text.as_bytes()), read, "{text}");
    }
    assert_eq!(Timestamp::glance(b"2020-09-22 00:51:01"), Some((1_600_735_861, false)));
    for text in ["", "1600735861", "2020-09-22", "2020-13-22T00:51:01Z", "20-09-22T00:51:01Z2020", "2020-09-22T00:51:0"] {
        assert_eq!(Timestamp::glance(text.as_bytes()), None, "{text}");
    }
}

#[test]
fn a_rule_is_asked_of_the_views_that_its_log_source_means() {
    let security = LogSource::new("windows", "", &["security"]);
    let process = LogSource::new("windows", "process_creation", &["security"]);
    let pods = LogSource::new("kubernetes", "application", &["audit"]);
    for (rule, view, asked) in [
        (LogSource::new("windows", "", &["security"]), &security, true),
        (LogSource::new("windows", "", &["security"]), &process, false),
        (LogSource::new("windows", "process_creation", &[]), &process, true),
        (LogSource::new("windows", "process_creation", &["security"]), &process, true),
        (LogSource::new("windows", "process_creation", &["sysmon"]), &process, false),
        (LogSource::new("windows", "", &[]), &process, true),
        (LogSource::new("", "process_creation", &[]), &process, true),
        (LogSource::new("linux", "process_creation", &[]), &process, false),
        (LogSource::new("kubernetes", "", &["audit"]), &pods, true),
    ] {
        assert_eq!(rule.admits(view), asked, "{rule} of {view}");
    }
}

#[test]
fn slots_forget_without_being_emptied() {
    let mut slots = Slots::new(3);
    slots.push(PathId(1), Raw::text("a"));
    slots.push(PathId(1), Raw::text("b"));
    slots.push(PathId(9), Raw::text("out of range"));
    assert_eq!(slots.get(PathId(1)).map(|raw| raw.to_text()).collect::<Vec<_>>(), ["b", "a"]);
    slots.forget(PathId(1));
    assert!(!slots.has(PathId(1)) && slots.first(PathId(9)).is_none());
    slots.push(PathId(2), Raw::text("c"));
    slots.clear();
    assert!(slots.is_empty() && !slots.has(PathId(2)));
}

#[test]
fn keywords_are_asked_of_the_sources_of_rules_that_have_some() {
    let mut fields = FieldTable::default();
    assert_eq!((fields.intern("Image"), fields.intern("Image"), fields.name(FieldId::KEYWORDS)), (FieldId(1), FieldId(1), ""));
    fields.add_keyword_source(LogSource::new("linux", "", &["auditd"]));
    assert!(fields.wants_keywords(&LogSource::new("linux", "", &["auditd"])));
    assert!(!fields.wants_keywords(&LogSource::new("windows", "", &["security"])));
    fields.intern("Job.Command");
    assert_eq!(fields.derived().map(|(_, name)| name).collect::<Vec<_>>(), ["Job.Command"]);
}

#[test]
fn a_diagnostic_shows_its_line() {
    let told = Diagnostic::error("sigma/x", "a.yml", "wrong word").find("first\n  bad: word\n", "bad").hint("write `good`").to_string();
    assert_eq!(told, "error[sigma/x]: wrong word\n  --> a.yml:2:3\n  2 |   bad: word\n    |   ^\n  hint: write `good`\n");
}
