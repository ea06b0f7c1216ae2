//! Events to fill a lake with, and ways to ask it.

use serde_json::Value;
use std::{fs, path::Path, time::Duration};
use watchbell_lake::{Error, Found, Lake, Limits, Options, Row, Rows};

pub const SECOND: i64 = 1_000_000_000;
pub const HOUR: i64 = 3600 * SECOND;
/// 2026-11-25 00:00 UTC.
pub const DAY: i64 = 1_795_564_800 * SECOND;

/// An event made of its number: two hosts, and of each ten one from Linux' audit log, which is no JSON.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    pub number: u64,
    pub time: Option<i64>,
    pub received: i64,
}

pub fn event(number: u64, time: i64) -> Event {
    Event { number, time: Some(time), received: time + SECOND }
}

pub fn rows(events: &[Event]) -> Rows {
    let mut rows = Rows::default();
    for event in events {
        push(&mut rows, event);
    }
    rows
}

fn push(rows: &mut Rows, event: &Event) {
    let number = event.number;
    let mut id = [0; 16];
    id[..8].copy_from_slice(&number.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    id[8..].copy_from_slice(&number.to_be_bytes());
    let host = if number.is_multiple_of(2) { "DC1.corp" } else { "ws1.corp" };
    let guid = format!("{{00000000-0000-0000-0000-{number:012}}}");
    let json =
        format!(r#"{{"Event":{{"System":{{"EventID":1,"Computer":"{host}"}},"EventData":{{"Number":{number},"Image":"C:\\Windows\\run{number}.exe"}}}}}}"#);
    let audit = format!("type=PROCTITLE msg=audit(1:{number}): proctitle=6c73");
    let linux = number.is_multiple_of(10);
    let fields = format!(r#"{{"proctitle":"ls","Number":{number}}}"#);
    rows.push(&Row {
        id,
        time: event.time,
        received: event.received,
        host,
        stream: "s",
        product: if linux { "linux" } else { "windows" },
        categories: if linux { "" } else { "process_creation" },
        service: if linux { "auditd" } else { "sysmon" },
        event_code: if linux { "PROCTITLE" } else { "1" },
        user: "CORP\\Bob",
        process_guid: if linux { "" } else { &guid },
        pid: Some((number % 100).cast_signed()),
        logon_id: "0x3e7",
        audit_ses: linux.then_some(3),
        serial: linux.then_some(number.cast_signed()),
        record_id: Some(number.cast_signed()),
        format: if linux { "auditd" } else { "json" },
        raw: if linux { audit.as_bytes() } else { json.as_bytes() },
        fields: if linux { &fields } else { "" },
    });
}

pub fn options() -> Options {
    Options { enough_rows: 50, threads: 1, ..Options::default() }
}

pub fn open(dir: &Path) -> Lake {
    Lake::open(dir, options()).unwrap()
}

pub fn ask(lake: &Lake, sql: &str) -> Result<Found, Error> {
    wait(lake.search(sql, &Limits { deadline: Duration::from_mins(10), ..Limits::default() }))
}

/// The rows of an answer, each as its values with `|` between them.
pub fn lines(lake: &Lake, sql: &str) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let found = ask(lake, sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    found.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}

#[track_caller]
pub fn check(lake: &Lake, sql: &str, expected: &[&str]) {
    assert_eq!(lines(lake, sql), expected, "{sql}");
}

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(future)
}

/// Parquet files below a folder, and what else is there beside the list.
pub fn files(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path.file_name().unwrap().to_string_lossy().into_owned());
        }
    }
    found.retain(|name| name != "manifest.json");
    found.sort();
    found
}
