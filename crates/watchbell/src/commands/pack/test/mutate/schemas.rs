//! Windows events in each schema that shippers write them in.

use super::read::File;
use super::windows::{ECS, Event, text};
use super::{Line, Mutation, Rewritten, message, xml};
use serde_json::{Map, Value, json};

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("schema: event XML", |file| write(file, |event| Some(xml::event(event)))),
    Mutation::new("schema: event XML in syslog", |file| write(file, in_syslog)),
    Mutation::new("schema: evtx-rs", |file| write(file, |event| json(&tree(event)))),
    Mutation::new("schema: evtx-rs, attributes apart", |file| write(file, |event| json(&tree_apart(event)))),
    Mutation::new("schema: Winlogbeat 8", |file| windows(file, |event| json(&winlogbeat(event)))),
    Mutation::new("schema: Winlogbeat 7", |file| windows(file, |event| json(&winlogbeat7(event)))),
    Mutation::new("schema: Winlogbeat 6", |file| windows(file, |event| json(&winlogbeat6(event)))),
    Mutation::new("schema: Elastic Agent", |file| windows(file, |event| json(&elastic_agent(event)))),
    Mutation::new("schema: NXLog", |file| windows(file, |event| json(&nxlog(event, true)))),
    Mutation::new("schema: NXLog, text alone", |file| windows(file, nxlog_text)),
    Mutation::new("schema: Wazuh", |file| windows(file, |event| json(&wazuh(event)))),
    Mutation::new("schema: Splunk, XML input", |file| windows(file, |event| json(&splunk(event)))),
    Mutation::new("schema: Splunk, text", |file| windows(file, splunk_text)),
    Mutation::new("schema: Sigma's names", |file| windows(file, |event| json(&sigma(event)))),
    Mutation::new("schema: Get-WinEvent", |file| windows(file, get_win_event)),
];

/// Every event of the file written anew, if all of them can be.
pub fn write(file: &File, writer: impl Fn(&Event) -> Option<String>) -> Option<Rewritten> {
    let events = file.windows.as_ref()?;
    let lines = events.iter().map(|(lines, event)| Some((writer(event)?.into_bytes(), Line { original: lines.0, changed: true })));
    Some(Rewritten::of(lines.collect::<Option<Vec<_>>>()?))
}

/// Sysmon for Linux is carried by few of these.
fn windows(file: &File, writer: fn(&Event) -> Option<String>) -> Option<Rewritten> {
    write(file, |event| if event.is_linux() { None } else { writer(event) })
}

/// evtx-rs' JSON, which carries everything.
pub fn tree(event: &Event) -> Value {
    let system = json!({
        "Provider": {"#attributes": {"Name": event.provider}}, "EventID": event.id, "Version": 1, "Level": 0, "Task": 0, "Opcode": 0,
        "Keywords": "0x8020000000000000", "TimeCreated": {"#attributes": {"SystemTime": time(event)}}, "EventRecordID": event.record, "Correlation": null,
        "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}}, "Channel": event.channel, "Computer": event.computer, "Security": null,
    });
    json!({"Event": {"#attributes": {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"}, "System": system, "EventData": data(event, str::to_owned)}})
}

fn tree_apart(event: &Event) -> Value {
    let system = json!({
        "Provider_attributes": {"Name": event.provider}, "EventID": event.id, "TimeCreated_attributes": {"SystemTime": time(event)},
        "EventRecordID": event.record, "Channel": event.channel, "Computer": event.computer,
    });
    json!({"Event": {"System": system, "EventData": data(event, str::to_owned)}})
}

fn in_syslog(event: &Event) -> Option<String> {
    (event.is_linux()).then(|| format!("{} {} sysmon: {}", time(event), event.computer, xml::event(event)))
}

fn winlogbeat(event: &Event) -> Value {
    json!({
        "@timestamp": time(event), "event": {"code": event.id.to_string(), "kind": "event", "provider": event.provider}, "log": {"level": "information"},
        "host": {"name": event.computer}, "ecs": {"version": "8.0.0"}, "message": "",
        "winlog": {"channel": event.channel, "provider_name": event.provider, "event_id": event.id.to_string(), "computer_name": event.computer,
            "record_id": event.record, "api": "wineventlog", "event_data": words(event)},
    })
}

fn winlogbeat7(event: &Event) -> Value {
    json!({
        "@timestamp": time(event), "event": {"code": event.id, "kind": "event", "provider": event.provider},
        "winlog": {"channel": event.channel, "provider_name": event.provider, "event_id": event.id, "computer_name": event.computer,
            "record_id": event.record, "api": "wineventlog", "event_data": words(event)},
    })
}

fn winlogbeat6(event: &Event) -> Value {
    json!({
        "@timestamp": time(event), "type": "wineventlog", "level": "Information", "log_name": event.channel, "source_name": event.provider,
        "event_id": event.id, "computer_name": event.computer, "record_number": event.record.to_string(), "event_data": words(event),
    })
}

/// What Elastic's pipelines know by a name of their schema is found under that alone.
fn elastic_agent(event: &Event) -> Value {
    let mut document = winlogbeat(event);
    let process = event.is_sysmon() || (event.channel == "Security" && event.id == 4688);
    for (path, sysmon, security) in ECS.iter().filter(|_| process) {
        let name = if event.is_sysmon() { sysmon } else { security };
        let from = document.get_mut("winlog").and_then(|log| log.get_mut("event_data")).and_then(Value::as_object_mut);
        if let Some(value) = from.and_then(|data| data.shift_remove(*name)) {
            put(&mut document, path, value);
        }
    }
    document
}

fn put(document: &mut Value, path: &str, value: Value) {
    let (parents, last) = path.rsplit_once('.').unwrap_or(("", path));
    let mut here = document;
    for key in parents.split('.').filter(|key| !key.is_empty()) {
        let Some(members) = here.as_object_mut() else { return };
        here = members.entry(key).or_insert_with(|| json!({}));
    }
    if let Some(members) = here.as_object_mut() {
        members.insert(last.to_owned(), value);
    }
}

fn nxlog(event: &Event, with_data: bool) -> Value {
    let clock = time(event).replace('T', " ").trim_end_matches('Z').to_owned();
    let mut document = json!({
        "EventTime": clock, "Hostname": event.computer, "Keywords": -9_214_364_837_600_034_816_i64, "EventType": "INFO", "SeverityValue": 2, "Severity": "INFO",
        "EventID": event.id, "SourceName": event.provider, "Version": 1, "Task": 0, "OpcodeValue": 0, "RecordNumber": event.record, "ProcessID": 4, "ThreadID": 8,
        "Channel": event.channel,
    });
    merge(&mut document, if with_data { data(event, str::to_owned) } else { Map::new() });
    document
}

fn nxlog_text(event: &Event) -> Option<String> {
    let mut document = nxlog(event, false);
    put(&mut document, "Message", message::of(event)?.into());
    json(&document)
}

fn wazuh(event: &Event) -> Value {
    let system = json!({
        "providerName": event.provider, "eventID": event.id.to_string(), "systemTime": time(event), "eventRecordID": event.record.to_string(),
        "channel": event.channel, "computer": event.computer,
    });
    let data: Map<String, Value> = data(event, lower_first).into_iter().map(|(name, value)| (name, text(&value).into())).collect();
    json!({"timestamp": time(event), "agent": {"id": "001", "name": "agent"}, "data": {"win": {"system": system, "eventdata": data}}})
}

fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_lowercase().to_string() + letters.as_str())
}

fn splunk(event: &Event) -> Value {
    let mut document = json!({
        "EventCode": event.id.to_string(), "Channel": event.channel, "Name": event.provider, "Computer": event.computer, "SystemTime": time(event),
        "EventRecordID": event.record.to_string(), "source": format!("XmlWinEventLog:{}", event.channel), "sourcetype": "XmlWinEventLog",
    });
    merge(&mut document, words(event));
    document
}

fn splunk_text(event: &Event) -> Option<String> {
    json(&json!({
        "EventCode": event.id.to_string(), "LogName": event.channel, "SourceName": event.provider, "ComputerName": event.computer, "_time": time(event),
        "RecordNumber": event.record.to_string(), "source": format!("WinEventLog:{}", event.channel), "Message": message::of(event)?,
    }))
}

fn sigma(event: &Event) -> Value {
    let mut document = json!({
        "Channel": event.channel, "EventID": event.id, "Provider_Name": event.provider, "Computer": event.computer, "SystemTime": time(event),
        "EventRecordID": event.record,
    });
    merge(&mut document, data(event, str::to_owned));
    document
}

fn get_win_event(event: &Event) -> Option<String> {
    json(&json!({
        "Id": event.id, "ProviderName": event.provider, "LogName": event.channel, "MachineName": event.computer, "RecordId": event.record,
        "TimeCreated": time(event), "Message": message::of(event)?,
    }))
}

/// The data under names as a schema spells them.
fn data(event: &Event, name: fn(&str) -> String) -> Map<String, Value> {
    event.data.iter().map(|(n, value)| (name(n), value.clone())).collect()
}

/// The data, all of it text.
fn words(event: &Event) -> Map<String, Value> {
    event.data.iter().map(|(name, value)| (name.clone(), text(value).into())).collect()
}

fn merge(document: &mut Value, members: Map<String, Value>) {
    if let Some(own) = document.as_object_mut() {
        own.extend(members);
    }
}

fn time(event: &Event) -> String {
    event.time.map(|time| time.to_string()).unwrap_or_default()
}

#[expect(clippy::unnecessary_wraps, reason = "a writer may fail")]
fn json(document: &Value) -> Option<String> {
    Some(document.to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;
    use watchbell_model::Timestamp;

    fn event() -> Event {
        Event {
            channel: "Microsoft-Windows-Sysmon/Operational".into(),
            id: 1,
            provider: "Microsoft-Windows-Sysmon".into(),
            computer: "WS1.doe.example".into(),
            time: Timestamp::parse("2026-03-04T17:40:01.000Z", &TimeZone::UTC),
            record: 7,
            data: vec![
                ("Image".into(), r"C:\Windows\System32\at.exe".into()),
                ("ProcessId".into(), "12".into()),
                ("CommandLine".into(), "at 1:00 <a> & b".into()),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_event() {
        let sorted = |mut event: Event| {
            event.data.sort_by(|a, b| a.0.cmp(&b.0));
            event
        };
        for document in
            [tree, tree_apart, winlogbeat, winlogbeat7, winlogbeat6, elastic_agent, |e: &Event| nxlog(e, true), wazuh, sigma].map(|writer| writer(&event()))
        {
            assert_eq!(Event::of(&document).map(sorted), Some(sorted(event())), "{document}");
        }
    }

    #[test]
    fn texts_carry_the_data() {
        let text = message::of(&event()).unwrap();
        assert!(text.contains("\r\nCommandLine: at 1:00 <a> & b"), "{text}");
        assert_eq!(message::of(&Event { channel: "Application".into(), ..event() }), None);
    }
}
