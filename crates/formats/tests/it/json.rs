//! JSON lines: values, shapes, identity, and lines that are no JSON.

use crate::support::{Seen, read};

const FIELDS: &[&str] =
    &["Image", "CommandLine", "User", "ParentImage", "ProcessId", "IntegrityLevel", "EventID", "Channel", "Computer", "NewProcessName", "a.b", "Job.Name"];

fn one(line: &str) -> Seen {
    let mut told = read(line.as_bytes(), FIELDS);
    assert_eq!((told.events.len(), told.quarantined.len()), (1, 0), "{line}");
    told.events.remove(0)
}

const NXLOG: &str = r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"WS1.example","Channel":"Security","SourceName":"Microsoft-Windows-Security-Auditing","EventID":4688,"RecordNumber":7,"NewProcessName":"C:\\Windows\\System32\\cmd.exe","CommandLine":"cmd /c \"dir\"","ParentProcessName":"C:\\a.exe","SubjectUserName":"bob","SubjectDomainName":"EXAMPLE","NewProcessId":"0x10","ProcessId":"0x8","MandatoryLabel":"S-1-16-12288"}"#;

#[test]
fn security_4688_is_a_process_creation_too() {
    let seen = one(NXLOG);
    assert_eq!(seen.sources(), ["windows/process_creation", "windows/security"]);
    let field = |name| seen.field("windows/process_creation", name).unwrap_or_default();
    assert_eq!(field("Image"), r"C:\Windows\System32\cmd.exe");
    assert_eq!(field("CommandLine"), r#"cmd /c "dir""#);
    assert_eq!((field("User"), field("ParentImage"), field("ProcessId"), field("IntegrityLevel")), (r"EXAMPLE\bob", r"C:\a.exe", "0x10", "High"));
    assert_eq!((field("EventID"), field("Channel"), field("Computer")), ("4688", "Security", "WS1.example"));
    assert_eq!(seen.field("windows/security", "ProcessId"), Some("0x8"));
    assert_eq!(seen.field("windows/security", "Image"), None);
}

#[test]
fn an_identity_is_the_same_for_every_spelling() {
    let id = one(NXLOG).id();
    assert_eq!(id.as_deref(), Some("52f12ceb51f195aeb097fc98eadb9f1b"));
    let other = NXLOG.replace("WS1.example", "ws1.EXAMPLE").replace("\"RecordNumber\":7", "\"RecordNumber\":\"7\"").replace("10:00:00", "10:00:00.250Z");
    assert_eq!(one(&other).id(), id);
    assert_ne!(one(&NXLOG.replace("\"RecordNumber\":7", "\"RecordNumber\":8")).id(), id);
    assert_eq!(one(&NXLOG.replace("\"RecordNumber\":7,", "")).id(), None);
}

#[test]
fn lines_that_are_no_json_are_quarantined_one_by_one() {
    let bad = [
        "{\"a\":1",
        "{\"a\":1}}",
        "nonsense",
        "{\"a\" 1}",
        "{\"a\":01}",
        "{\"a\":\"\\x\"}",
        "[1]",
        "{\"a\":tru}",
        "{\"a\":1,}",
        "{,}",
        "{\"b\":[{]}}",
        "\0\0",
        "{\"a\\\":1}",
    ];
    let text = format!("{NXLOG}\n\n{}\n{NXLOG}", bad.join("\n"));
    let told = read(text.as_bytes(), &["a", "Image"]);
    assert_eq!(told.events.iter().filter_map(|e| e.lines).collect::<Vec<_>>(), [(1, 1), (3 + bad.len() as u64, 3 + bad.len() as u64)]);
    assert_eq!(told.quarantined.iter().filter_map(|q| q.line).collect::<Vec<_>>(), (3..3 + bad.len() as u64).collect::<Vec<_>>());
    assert!(told.quarantined.iter().all(|q| q.reason == "bad_json"));
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{NXLOG}\n{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    let told = read(deep.as_bytes(), &["a", "b"]);
    assert_eq!((told.events.len(), told.quarantined[0].reason), (1, "json_too_deep"));
    assert_eq!(read(deep.as_bytes(), &["b"]).quarantined[0].reason, "json_too_deep");
}

#[test]
fn values_keep_their_kind_and_their_number() {
    let seen = one(r#"{"a":{"b":["x",2,{"c":3},null]},"Image":"caf\u00e9"}"#);
    assert_eq!(seen.views["unknown"]["a.b"], ["", r#"{"c":3}"#, "2", "x"]);
    assert_eq!(seen.field("unknown", "Image"), Some("café"));
    assert_eq!(one(r#"{"a.b":"flat"}"#).field("unknown", "a.b"), Some("flat"));
}
