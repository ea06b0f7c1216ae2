//! Events of the simple form for a person: when, where, of what kind, who, and what the record says in short.

use super::{Found, one_line, shown};
use crate::columns::columns;
use serde_json::Value;
use std::io::{Result, Write};

/// What says most of an event, best first.
const TELLING: [&str; 24] = [
    "CommandLine",
    "ScriptBlockText",
    "TargetFilename",
    "TargetObject",
    "TaskName",
    "QueryName",
    "PipeName",
    "ImageLoaded",
    "ServiceName",
    "DestinationIp",
    "TargetUserName",
    "Image",
    "operationName",
    "requestURI",
    "MESSAGE",
    "Message",
    "message",
    "eventMessage",
    "log",
    "msg",
    "Payload",
    "Data",
    "EventData",
    "body",
];
/// How deep they are looked for.
const DEEP: usize = 6;
/// Characters of a text that are looked at.
const TEXT: usize = 500;

pub fn events(found: &Found, width: usize, out: &mut dyn Write) -> Result<()> {
    let places = ["time", "host", "product", "service", "event_code", "user", "raw"].map(|name| found.place(name));
    let rows: Vec<[String; 6]> = found.rows.iter().map(|row| told(places.map(|at| at.map(|at| shown(&row[at])).unwrap_or_default()))).collect();
    columns(["TIME", "HOST", "SOURCE", "CODE", "USER", "TEXT"], &rows, width, out)
}

fn told([time, host, product, service, code, user, raw]: [String; 7]) -> [String; 6] {
    let time = time.get(..19).unwrap_or(&time).replace('T', " ");
    let source = [product, service].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("/");
    [time, short(&host), source, code, user, text(&raw)]
}

/// The first label says most of a long name.
fn short(host: &str) -> String {
    let label = host.split('.').next().unwrap_or_default();
    if host.chars().count() > 20 && !label.is_empty() && label.parse::<u8>().is_err() { label.to_owned() } else { host.to_owned() }
}

/// What the record says in short.
fn text(raw: &str) -> String {
    let told = serde_json::from_str::<Value>(raw).ok().filter(Value::is_object);
    let found = told.as_ref().and_then(|value| TELLING.iter().find_map(|name| find(value, name, DEEP)));
    let whole: String = found.unwrap_or_else(|| raw.to_owned()).chars().take(TEXT).collect();
    one_line(&whole)
}

/// The value of this name that stands least deep in the first branch that has it.
fn find(value: &Value, name: &str, deep: usize) -> Option<String> {
    let map = value.as_object()?;
    if let Some(text) = map.get(name).map(shown).filter(|text| !matches!(text.trim(), "" | "-")) {
        return Some(text);
    }
    map.values().filter(|_| deep > 0).find_map(|inner| find(inner, name, deep - 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_says_what_matters_of_it() {
        let check = |raw: &str, expected: &str| assert_eq!(text(raw), expected);
        check(r#"{"Event":{"System":{"EventID":1},"EventData":{"Image":"a.exe","CommandLine":"a.exe\n /x"}}}"#, "a.exe /x");
        check(r#"{"Event":{"EventData":{"CommandLine":"-","Image":"a.exe"}}}"#, "a.exe");
        check("<13>Nov 25 10:00:00 web cron[1]: (root) CMD (id)", "<13>Nov 25 10:00:00 web cron[1]: (root) CMD (id)");
        check(r#"{"a":1}"#, r#"{"a":1}"#);
    }

    #[test]
    fn addresses_stay_whole_and_long_names_are_shortened() {
        assert_eq!(short("server1.a-long-domain.example"), "server1");
        assert_eq!(short("dc1.corp"), "dc1.corp");
        assert_eq!(short("2001:db8::1:2:3:4:5:6"), "2001:db8::1:2:3:4:5:6");
        assert_eq!(short("10.11.12.13.or.longer"), "10.11.12.13.or.longer");
    }
}
