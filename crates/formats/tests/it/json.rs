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
fn a_time_may_stand_before_the_object_and_nothing_else() {
    let (object, time) = (r#"{"Image":"a"}"#, "2026-04-05T13:10:01.123Z");
    let lines = [
        format!("{time} {object}"),
        format!("{time} {{\"records\":[{object},{object}]}}"),
        format!("{time} started"),
        format!("{time}{object}"),
        format!("2026 {object}"),
    ];
    let told = read(lines.join("\n").as_bytes(), FIELDS);
    assert_eq!((told.format, told.events.iter().filter_map(|e| e.lines).collect::<Vec<_>>()), ("json-lines", vec![(1, 1), (2, 2), (2, 2)]));
    assert_eq!(told.quarantined.iter().filter_map(|q| q.line).collect::<Vec<_>>(), [3, 4, 5]);
    // What the time stands before is the record, so the id is the same.
    let raw = |seen: &Seen| format!("{:?}", seen.identity.basis);
    assert_eq!(raw(&told.events[0]), raw(&one(object)));
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
    assert_eq!(seen.views["unknown"]["a.b"], ["x", "2", r#"{"c":3}"#, ""]);
    assert_eq!(seen.field("unknown", "Image"), Some("café"));
    // Lists in their order, whatever stands in them; of one key twice the last first.
    let lists = one(r#"{"a":[{"b":[1,2]},{"b":3},{"b":[4]}],"Image":["x","y"],"Image":["z","w"],"a.b":5}"#);
    assert_eq!(lists.views["unknown"]["a.b"], ["5", "1", "2", "3", "4"]);
    assert_eq!(lists.views["unknown"]["Image"], ["z", "w", "x", "y"]);
    assert_eq!(one(r#"{"a.b":"flat"}"#).field("unknown", "a.b"), Some("flat"));
}

#[test]
fn arrays_and_objects_over_several_lines_are_read_record_by_record() {
    let pretty = "{\n  \"Image\": \"a\"\n}\n{\n  \"Image\": }\n{\n  \"Image\": \"b\"\n}\n";
    let array = "[\n{\"Image\":\"a\"},7,\n{\"Image\":},\n{\"Image\":\"b\",\n\"x\":1}\n]\n";
    let envelope = "{\"records\":[\n{\"Image\":\"a\"},{\"Image\":\"b\"}]}\n";
    let told = |text: &str| {
        let told = read(text.as_bytes(), FIELDS);
        let events: Vec<_> = told.events.iter().map(|e| (e.field("unknown", "Image").unwrap_or("").to_owned(), e.lines.unwrap_or_default())).collect();
        (told.format, events, told.quarantined.iter().filter_map(|q| q.line).collect::<Vec<_>>())
    };
    let event = |image: &str, from, to| (image.to_owned(), (from, to));
    assert_eq!(told(pretty), ("json", vec![event("a", 1, 3), event("b", 6, 8)], vec![4]));
    assert_eq!(told(array), ("json", vec![event("a", 2, 2), event("b", 4, 5)], vec![2, 3]));
    assert_eq!(told(envelope).1, [event("a", 2, 2), event("b", 2, 2)]);
    assert_eq!(told("{\"records\":[{\"Image\":\"a\"},{\"Image\":\"b\"}]}\n{\"Image\":\"c\"}\n").1, [event("a", 1, 1), event("b", 1, 1), event("c", 2, 2)]);
}

#[test]
fn each_shape_finds_the_same_fields() {
    let lines = [
        r##"{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Sysmon"}},"EventID":1,"EventRecordID":7,"TimeCreated":{"#attributes":{"SystemTime":"2026-01-05T10:00:00.1Z"}},"Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"WS1"},"EventData":{"Image":"C:\\x.exe"}}}"##,
        r#"{"@timestamp":"2026-01-05T10:00:00.100Z","winlog":{"channel":"Microsoft-Windows-Sysmon/Operational","event_id":"1","record_id":"7","provider_name":"Microsoft-Windows-Sysmon","computer_name":"WS1","event_data":{"Image":"C:\\x.exe"}}}"#,
        r#"{"@timestamp":"2026-01-05T10:00:00.100Z","winlog.channel":"Microsoft-Windows-Sysmon/Operational","winlog.event_id":1,"winlog.record_id":7,"winlog.provider_name":"Microsoft-Windows-Sysmon","winlog.computer_name":"WS1","process":{"executable":"C:\\x.exe"}}"#,
        r#"{"_index":"i","_source":{"@timestamp":"2026-01-05T10:00:00.100Z","log_name":"Microsoft-Windows-Sysmon/Operational","event_id":1,"record_number":"7","source_name":"Microsoft-Windows-Sysmon","computer_name":"WS1","event_data":{"Image":"C:\\x.exe"}}}"#,
        r#"{"data":{"win":{"system":{"providerName":"Microsoft-Windows-Sysmon","eventID":"1","systemTime":"2026-01-05T10:00:00.1000000Z","eventRecordID":"7","channel":"Microsoft-Windows-Sysmon/Operational","computer":"WS1"},"eventdata":{"image":"C:\\x.exe"}}}}"#,
        r#"{"result":{"_time":"2026-01-05T10:00:00.100+00:00","EventCode":"1","source":"XmlWinEventLog:Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","RecordNumber":"7","ComputerName":"WS1","Image":"C:\\x.exe"}}"#,
        r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"WS1","Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":1,"RecordNumber":7,"Image":"C:\\x.exe"}"#,
        r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"WS1","Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":1,"RecordNumber":7,"Message":"Process Create:\r\nRuleName: -\r\nImage: C:\\x.exe\r\nCommandLine: x"}"#,
        r#"{"TimeCreated":"2026-01-05T10:00:00Z","Computer":"WS1","Provider_Name":"Microsoft-Windows-Sysmon","EventID":1,"EventRecordID":7,"Image":"C:\\x.exe"}"#,
        r#"{"Id":1,"LogName":"Microsoft-Windows-Sysmon/Operational","ProviderName":"Microsoft-Windows-Sysmon","MachineName":"WS1","RecordId":7,"TimeCreated":"/Date(1767607200100)/","Message":"Process Create:\r\nImage: C:\\x.exe"}"#,
    ];
    let id = one(lines[0]).id();
    assert!(id.is_some());
    for line in lines {
        let seen = one(line);
        assert_eq!(seen.sources(), ["windows/process_creation", "windows/sysmon"], "{line}");
        assert_eq!(seen.field("windows/process_creation", "Image"), Some(r"C:\x.exe"), "{line}");
        assert_eq!(seen.field("windows/sysmon", "Computer"), Some("WS1"), "{line}");
        assert_eq!(seen.id(), id, "{line}");
        assert_eq!(seen.identity.host.as_deref(), Some("WS1"), "{line}");
    }
}

#[test]
fn a_text_alone_tells_its_fields() {
    let line = r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"W","Channel":"Security","SourceName":"S","EventID":4688,"RecordNumber":7,"Message":"A new process has been created.\r\n\r\nCreator Subject:\r\n\tAccount Name:\t\tbob\r\n\tAccount Domain:\t\tEX\r\n\r\nTarget Subject:\r\n\tAccount Name:\t\t-\r\n\r\nProcess Information:\r\n\tNew Process ID:\t\t0x22d8\r\n\tNew Process Name:\tC:\\x.exe\r\n\tProcess Command Line:\tx /c \"a: b\"\r\n\r\nToken Elevation Type indicates: more"}"#;
    let seen = one(line);
    let field = |name| seen.field("windows/process_creation", name);
    assert_eq!((field("Image"), field("User"), field("CommandLine")), (Some(r"C:\x.exe"), Some(r"EX\bob"), Some(r#"x /c "a: b""#)));
    let task = r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"W","Channel":"Microsoft-Windows-TaskScheduler/Operational","SourceName":"S","EventID":106,"RecordNumber":7,"Message":"User \"EX\\bob\"  registered Task Scheduler task \"\\T\""}"#;
    let told = read(task.as_bytes(), &["TaskName", "UserContext"]);
    assert_eq!(told.events[0].field("windows/taskscheduler", "TaskName"), Some(r"\T"));
    let security = r#"{"EventTime":"2026-01-05 10:00:00","Hostname":"W","Channel":"Security","SourceName":"S","EventID":4698,"RecordNumber":7,"Message":"A scheduled task was created.\r\n\r\nTask Information:\r\n\tTask Name: \t\t\\T\r\n\tTask Content: \t\t<?xml version=\"1.0\"?>\r\n<Task>\r\n  <Author>a: b</Author>\r\n</Task>\r\n\r\nOther: x"}"#;
    let told = read(security.as_bytes(), &["TaskName", "TaskContent"]);
    assert_eq!(told.events[0].field("windows/security", "TaskContent"), Some("<?xml version=\"1.0\"?>\r\n<Task>\r\n  <Author>a: b</Author>\r\n</Task>"));
}

#[test]
fn the_text_names_the_class_and_not_the_shipper() {
    let line = |kind: &str| {
        format!(
            r#"{{"EventTime":"2026-01-05 10:00:00","EventType":"INFO","Hostname":"W","Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":12,"RecordNumber":7,"Message":"Registry object added or deleted:\r\nRuleName: -\r\nEventType: {kind}\r\nUtcTime: 2026-01-05 10:00:00.000\r\nTargetObject: HKLM\\x"}}"#
        )
    };
    for (kind, category) in [("DeleteKey", "windows/registry_delete"), ("CreateKey", "windows/registry_add")] {
        let told = read(line(kind).as_bytes(), &["EventType", "TargetObject"]);
        let seen = &told.events[0];
        assert_eq!(seen.sources(), [category, "windows/registry_event", "windows/sysmon"]);
        assert_eq!(seen.views[category]["EventType"], [kind]);
        assert_eq!(seen.field(category, "TargetObject"), Some(r"HKLM\x"));
    }
    // Without a text to read, the record's own word stands.
    let flat = line("DeleteKey").replace("INFO", "CreateKey").replace("\"Message\"", "\"Other\"");
    assert_eq!(read(flat.as_bytes(), &["EventType"]).events[0].sources()[0], "windows/registry_add");
}

#[test]
fn the_number_of_values_is_bounded() {
    let many = format!("{NXLOG}\n{{\"Image\":[{}1]}}\n{NXLOG}", "1,".repeat(200_000));
    let told = read(many.as_bytes(), FIELDS);
    assert_eq!((told.events.len(), told.quarantined[0].reason), (2, "json_too_many_values"));
}

#[test]
fn the_common_schema_of_endpoints_has_categories() {
    let line = r#"{"@timestamp":"2026-01-05T10:00:00.1Z","event":{"category":["process"],"type":["start"],"action":"exec","id":"x"},"host":{"name":"web1","os":{"type":"linux"}},"process":{"executable":"/usr/bin/crontab","command_line":"crontab -e","pid":7}}"#;
    let seen = one(line);
    assert_eq!(seen.sources(), ["linux/process_creation"]);
    assert_eq!(seen.field("linux/process_creation", "Image"), Some("/usr/bin/crontab"));
    assert_eq!(seen.field("linux/process_creation", "CommandLine"), Some("crontab -e"));
    assert!(seen.id().is_some());
}
