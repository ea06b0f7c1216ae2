//! Lines of syslog in the other forms that daemons write.

use super::read::File;
use super::{Line, Mutation, Rewritten};
use jiff::tz::TimeZone;
use jiff::{civil::DateTime, fmt::strtime};
use regex::Regex;
use serde_json::json;
use std::sync::LazyLock;
use watchbell_model::Timestamp;

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("syslog: RFC 5424", |file| {
        write(file, |entry, _| format!("<78>1 {} {} {} {} - - {}", entry.time, entry.host, entry.program, entry.pid_or("-"), entry.message))
    }),
    Mutation::new("syslog: RFC 3164", |file| write(file, |entry, _| format!("<78>{} {} {}: {}", entry.bsd(), entry.host, entry.tag(), entry.message))),
    Mutation::new("syslog: ISO time", |file| write(file, |entry, _| format!("{} {} {}: {}", entry.time, entry.host, entry.tag(), entry.message))),
    Mutation::new("syslog: journald JSON", |file| write(file, journal)),
];

/// The year of lines that have none.
const YEAR: i16 = 2026;

struct Entry {
    time: Timestamp,
    host: String,
    program: String,
    pid: Option<String>,
    message: String,
}

fn write(file: &File, form: impl Fn(&Entry, u64) -> String) -> Option<Rewritten> {
    let entries = file.lines().filter_map(|(number, line)| Some((number, Entry::read(&String::from_utf8_lossy(line))?)));
    let written = entries.map(|(number, entry)| (form(&entry, number).into_bytes(), Line { original: number, changed: true }));
    (file.format == "syslog").then(|| Rewritten::of(written))
}

impl Entry {
    fn read(line: &str) -> Option<Self> {
        static FORM: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^(?:<\d+>)?(\d{4}-\S+|[A-Z][a-z]{2} +\d+ [\d:]{8}) (\S+) ([^\s:\[]+)(?:\[(\d+)\])?: ?(.*)$").expect("a constant"));
        let found = FORM.captures(line)?;
        Some(Self {
            time: time(&found[1])?,
            host: found[2].to_owned(),
            program: found[3].to_owned(),
            pid: found.get(4).map(|pid| pid.as_str().to_owned()),
            message: found[5].to_owned(),
        })
    }

    fn pid_or<'e>(&'e self, other: &'e str) -> &'e str {
        self.pid.as_deref().unwrap_or(other)
    }

    fn tag(&self) -> String {
        self.pid.as_ref().map_or_else(|| self.program.clone(), |pid| format!("{}[{pid}]", self.program))
    }

    fn bsd(&self) -> String {
        let stamp = jiff::Timestamp::from_second(self.time.seconds()).unwrap_or_default();
        stamp.strftime("%b %e %H:%M:%S").to_string()
    }
}

fn time(text: &str) -> Option<Timestamp> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return Timestamp::parse(text, &TimeZone::UTC);
    }
    let civil: DateTime = strtime::parse("%Y %b %e %H:%M:%S", format!("{YEAR} {text}")).and_then(|parsed| parsed.to_datetime()).ok()?;
    Some(Timestamp::from_seconds(TimeZone::UTC.to_timestamp(civil).ok()?.as_second()))
}

fn journal(entry: &Entry, number: u64) -> String {
    let micros = (entry.time.nanos / 1000).to_string();
    let mut document = json!({
        "__CURSOR": format!("s=0c1d;i={number:x}"), "__REALTIME_TIMESTAMP": micros, "_HOSTNAME": entry.host, "_TRANSPORT": "syslog",
        "SYSLOG_IDENTIFIER": entry.program, "MESSAGE": entry.message, "PRIORITY": "6", "SYSLOG_FACILITY": "9",
    });
    if let (Some(pid), Some(members)) = (&entry.pid, document.as_object_mut()) {
        members.insert("_PID".to_owned(), pid.clone().into());
        members.insert("SYSLOG_PID".to_owned(), pid.clone().into());
    }
    document.to_string()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn both_kinds_of_lines_are_read() {
        for (line, want) in [
            ("Mar  3 16:22:12 web01 crontab[14154]: (root) LIST (root)", "2026-03-03T16:22:12Z web01 crontab[14154] (root) LIST (root)"),
            ("2026-11-24T20:47:01.399719+00:00 vm sudo: alice : x", "2026-11-24T20:47:01.399719Z vm sudo alice : x"),
        ] {
            let entry = Entry::read(line).unwrap();
            assert_eq!(format!("{} {} {} {}", entry.time, entry.host, entry.tag(), entry.message), want);
        }
        assert!(Entry::read("no line").is_none());
    }
}
