//! Windows event XML: lines, pretty, wrapped, cut off; the same event as its JSON.

use crate::support::read;

const FIELDS: &[&str] = &["Image", "CommandLine", "TargetFilename", "Data", "SubjectUserName", "EventID"];

const LINUX: &str = r#"<Event><System><Provider Name="Linux-Sysmon" Guid="{ff032593-a8d3-4f13-b0d6-01fc615a0f97}"/><EventID>11</EventID><TimeCreated SystemTime="2026-01-05T10:00:00.100000000Z"/><EventRecordID>7</EventRecordID><Correlation/><Channel>Linux-Sysmon/Operational</Channel><Computer>web1</Computer></System><EventData><Data Name="Image">/usr/bin/bash</Data><Data Name="TargetFilename">/etc/cron.d/a &amp; b &#x41;</Data></EventData></Event>"#;

#[test]
fn sysmon_for_linux_is_a_linux_file_event() {
    let told = read(LINUX.as_bytes(), FIELDS);
    assert_eq!((told.format, told.events.len()), ("event-xml", 1));
    let seen = &told.events[0];
    assert_eq!(seen.sources(), ["linux/file_event", "linux/sysmon"]);
    assert_eq!(seen.field("linux/file_event", "TargetFilename"), Some("/etc/cron.d/a & b A"));
    assert_eq!((seen.lines, seen.identity.host.as_deref()), (Some((1, 1)), Some("web1")));
    assert_eq!(seen.document["Event"]["System"]["Provider"]["#attributes"]["Name"], "Linux-Sysmon");
}

#[test]
fn an_event_is_the_same_as_xml_and_as_json() {
    let json = r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"Linux-Sysmon"}},"EventID":11,"TimeCreated":{"#attributes":{"SystemTime":"2026-01-05T10:00:00.1Z"}},"EventRecordID":7,"Channel":"Linux-Sysmon/Operational","Computer":"web1"},"EventData":{"Image":"/usr/bin/bash"}}}"##;
    let id = read(LINUX.as_bytes(), FIELDS).events[0].id();
    assert!(id.is_some());
    assert_eq!(read(json.as_bytes(), FIELDS).events[0].id(), id);
}

#[test]
fn events_are_found_however_they_are_laid_out() {
    let pretty = LINUX.replace("><", ">\n<");
    let text = format!("<?xml version=\"1.0\"?>\n<Events>\n{LINUX}{LINUX}\n{pretty}\n<Event><System>\n{LINUX}\n<Event>\n<System></Event>\n</Events>\n<Event>");
    let told = read(text.as_bytes(), FIELDS);
    let lines: Vec<_> = told.events.iter().filter_map(|e| e.lines).collect();
    let height = pretty.lines().count() as u64;
    assert_eq!(lines, [(3, 3), (3, 3), (4, 3 + height), (5 + height, 5 + height)]);
    assert_eq!(told.quarantined.iter().filter_map(|q| q.line).collect::<Vec<_>>(), [4 + height, 6 + height, 9 + height]);
}

#[test]
fn unnamed_data_and_user_data_are_found() {
    let data = r#"<Event xmlns="x"><System><Channel>Application</Channel><EventID Qualifiers="1">9</EventID></System><EventData><Data>one</Data><Data>two</Data></EventData></Event>"#;
    let seen = &read(data.as_bytes(), FIELDS).events[0];
    assert_eq!(seen.views["windows/application"]["Data"], ["two", "one"]);
    assert_eq!(seen.field("windows/application", "EventID"), Some("9"));
    let user = r#"<Event xmlns="x"><System><Channel>Security</Channel><EventID>1102</EventID></System><UserData><LogFileCleared xmlns="y"><SubjectUserName>bob</SubjectUserName></LogFileCleared></UserData></Event>"#;
    assert_eq!(read(user.as_bytes(), FIELDS).events[0].field("windows/security", "SubjectUserName"), Some("bob"));
}
