//! Records out of envelopes (Splunk's, OpenTelemetry's, Loki's): as lines of the formats that decoders read, and what the
//! envelope tells put where the record does not say it itself.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fmt::Write;
use watchbell_formats::FORMATS;

/// What the envelope tells of a record.
#[derive(Clone, Debug, Default)]
pub struct Told<'t> {
    pub host: Option<&'t str>,
    pub time: Option<Timestamp>,
    /// Other members, for objects that have none of the name, and for messages.
    pub more: Vec<(&'t str, Value)>,
}

/// A line, and the format that reads it.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    pub format: &'static str,
    pub text: String,
}

const JSON: &str = "json-lines";
const XML: &str = "event-xml";

/// A JSON object as it was written, in one line. None where it is no object.
pub fn object(raw: &str, told: &Told<'_>) -> Option<Line> {
    let raw = raw.trim();
    let keys = BTreeMap::<String, &RawValue>::deserialize(&mut serde_json::Deserializer::from_str(raw)).ok()?;
    let mut text = if raw.contains(['\n', '\r']) { compact(raw)? } else { raw.to_owned() };
    let mut add = |key: &str, value: Value| {
        text.pop();
        if !text.trim_end().ends_with('{') {
            text.push(',');
        }
        let _ = write!(text, "{}:{value}}}", Value::from(key));
    };
    if let Some(time) = told.time.filter(|_| !keys.keys().any(|key| tells_time(key))) {
        add("@timestamp", time.to_string().into());
    }
    if let Some(host) = told.host.filter(|_| !keys.keys().any(|key| tells_host(key))) {
        add("host", json!({"name": host}));
    }
    for (key, value) in told.more.iter().filter(|(key, _)| !keys.contains_key(*key)) {
        add(key, value.clone());
    }
    Some(Line { format: JSON, text })
}

/// A text as its own line where a format knows it, else as the message of an object. An object in it gets host and time only.
pub fn text(text: &str, told: &Told<'_>) -> Line {
    let trimmed = text.trim();
    if trimmed.starts_with('{')
        && let Some(line) = object(trimmed, &Told { more: Vec::new(), ..told.clone() })
    {
        return line;
    }
    let id = FORMATS.iter().find(|format| (format.recognise)(trimmed.as_bytes())).map_or("text", |format| format.id);
    let one_line = !trimmed.contains(['\n', '\r']);
    match id {
        XML => Line { format: XML, text: trimmed.replace(['\n', '\r'], " ") },
        "text" | "json" | JSON | "evtx" => message(text, told),
        id if one_line => Line { format: id, text: trimmed.to_owned() },
        _ => message(text, told),
    }
}

/// A record that is nothing but a message.
fn message(text: &str, told: &Told<'_>) -> Line {
    let mut record = Map::new();
    if let Some(time) = told.time {
        record.insert("@timestamp".into(), time.to_string().into());
    }
    if let Some(host) = told.host {
        record.insert("host".into(), json!({"name": host}));
    }
    record.insert("message".into(), text.into());
    for (key, value) in &told.more {
        record.entry(*key).or_insert_with(|| value.clone());
    }
    Line { format: JSON, text: Value::Object(record).to_string() }
}

/// Without the line breaks between its tokens; numbers and the order of members stay.
fn compact(raw: &str) -> Option<String> {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find(['"', '\n', '\r']) {
        text.push_str(&rest[..at]);
        if rest.as_bytes()[at] == b'"' {
            let end = string_end(&rest[at..])?;
            text.push_str(&rest[at..at + end]);
            rest = &rest[at + end..];
        } else {
            text.push(' ');
            rest = &rest[at + 1..];
        }
    }
    text.push_str(rest);
    Some(text)
}

/// Length of the string that begins here, quotes included.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    None
}

fn tells_time(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key.contains("time") || key.contains("date")
}

fn tells_host(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    key == "host" || key.starts_with("host.") || key.starts_with("hostname") || key.starts_with("computer") || key == "agent"
}

/// Seconds since 1970, with a fraction.
pub fn seconds(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let nanoseconds: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let whole: i64 = whole.parse().ok()?;
    Timestamp::new(whole, if whole < 0 { -nanoseconds } else { nanoseconds }).ok()
}

/// Nanoseconds since 1970; zero is none.
pub fn nanoseconds(since: u64) -> Option<Timestamp> {
    (since > 0).then(|| Timestamp::from_nanosecond(i128::from(since)).ok()).flatten()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn check(got: &Line, format: &str, text: &str) {
        assert_eq!((got.format, got.text.as_str()), (format, text));
    }

    #[test]
    fn objects_get_what_they_lack() {
        let told = Told { host: Some("web1"), time: seconds("1700000000.25"), more: vec![("source", "WinEventLog:Security".into())] };
        for (raw, text) in [
            (r#"{"a":1}"#, r#"{"a":1,"@timestamp":"2023-11-14T22:13:20.25Z","host":{"name":"web1"},"source":"WinEventLog:Security"}"#),
            ("{}", r#"{"@timestamp":"2023-11-14T22:13:20.25Z","host":{"name":"web1"},"source":"WinEventLog:Security"}"#),
            (r#"{"EventTime":1,"Hostname":"x","source":{}}"#, r#"{"EventTime":1,"Hostname":"x","source":{}}"#),
        ] {
            check(&object(raw, &told).unwrap(), "json-lines", text);
        }
        check(&object("{\"a\": \"x\\\"\\n\",\r\n \"b\": 1.50}\n", &Told::default()).unwrap(), "json-lines", "{\"a\": \"x\\\"\\n\",   \"b\": 1.50}");
        assert_eq!(object("[1]", &told), None);
        assert_eq!(object("{\"a\":", &told), None);
    }

    #[test]
    fn texts_go_as_the_format_that_knows_them() {
        let told = Told { host: Some("web1"), ..Told::default() };
        for (written, format, line) in [
            ("<34>Oct 11 22:14:15 mymachine su: failed", "syslog", "<34>Oct 11 22:14:15 mymachine su: failed"),
            ("type=USER_CMD msg=audit(1700000000.123:45): pid=1\n", "auditd", "type=USER_CMD msg=audit(1700000000.123:45): pid=1"),
            ("{\"host\":\"a\"}", "json-lines", "{\"host\":\"a\"}"),
            ("hello\nworld", "json-lines", "{\"host\":{\"name\":\"web1\"},\"message\":\"hello\\nworld\"}"),
            (
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>\n<System/></Event>",
                "event-xml",
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'> <System/></Event>",
            ),
        ] {
            check(&text(written, &told), format, line);
        }
    }

    #[test]
    fn times_are_read() {
        for (written, time) in [
            ("1700000000", Some("2023-11-14T22:13:20Z")),
            ("1.5", Some("1970-01-01T00:00:01.5Z")),
            ("-1.5", Some("1969-12-31T23:59:58.5Z")),
            ("x", None),
            ("", None),
        ] {
            assert_eq!(seconds(written).map(|time| time.to_string()), time.map(str::to_owned), "{written}");
        }
    }
}
