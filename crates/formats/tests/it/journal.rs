//! The systemd journal: its export format and its JSON, text and binary, with audit records in them.

use crate::auditd_support::{lines, read, read_cut};
use watchbell_formats::Stream;

const FIELDS: &str = "Hostname Program ProcessId Message Severity User Action Command Image Uid";

fn entry(cursor: &str, fields: &str) -> String {
    format!("__CURSOR={cursor}\n__REALTIME_TIMESTAMP=1700000000123456\n_HOSTNAME=vm\n{fields}\n\n")
}

#[test]
fn an_entry() {
    let log = entry("s=1;i=2", "PRIORITY=6\nSYSLOG_IDENTIFIER=CRON\n_PID=12\n_EXE=/usr/sbin/cron\n_UID=0\nMESSAGE=(root) CMD (ls)\nODD=x=y");
    let told = read(log.as_bytes(), FIELDS);
    assert_eq!(told.format, "journald-export");
    assert_eq!(
        told.views("linux/cron"),
        ["Hostname=vm Program=CRON ProcessId=12 Message=(root) CMD (ls) Severity=info User=root Action=CMD Command=ls Image=/usr/sbin/cron Uid=0"]
    );
    assert_eq!((told.events[0].head.as_str(), told.events[0].lines), ("2023-11-14T22:13:20.123456Z vm", (1, 10)));
    assert_eq!(told.records(), lines(log.as_bytes()));
    let json = r#"{"__CURSOR":"s=1;i=2","__REALTIME_TIMESTAMP":"1700000000123456","_HOSTNAME":"vm","PRIORITY":"6","SYSLOG_IDENTIFIER":"CRON","_PID":"12","_EXE":"/usr/sbin/cron","_UID":"0","MESSAGE":"(root) CMD (ls)","ODD":"x=y"}"#;
    let other = read(json.as_bytes(), FIELDS);
    assert_eq!(other.format, "journald-json");
    assert_eq!((&other.events[0].id, &other.events[0].views, &other.events[0].document), (&told.events[0].id, &told.events[0].views, &json.to_owned()));
}

#[test]
fn values_of_any_bytes() {
    let mut log = entry("1", "A=b").into_bytes();
    let at = log.len() - 1;
    log.splice(at..at, b"MESSAGE\n\x0D\0\0\0\0\0\0\0one\n\ntwo\xFF\n=\n3\n".to_vec());
    log.extend(entry("2", "MESSAGE=next").bytes());
    for size in [1, 20, 60, 1000] {
        let told = read_cut(&log, "Message", size, Stream::default());
        assert_eq!(told.views("linux/syslog"), ["Message=one\n\ntwo\u{FFFD}\n=\n3", "Message=next"], "{size}");
        assert_eq!(told.records(), lines(&log), "{size}");
    }
    let json =
        "{\"__CURSOR\":\"1\",\"MESSAGE\":[104,105,255]}\n{\"__CURSOR\":\"2\",\"MESSAGE\":[\"a\\tb\",\"c\"]}\n{\"__CURSOR\":\"3\",\"MESSAGE\":null}\n{broken\n";
    let told = read(json.as_bytes(), "Message");
    assert_eq!(told.views("linux/syslog"), ["Message=hi\u{FFFD}", "Message=a\tb", "Message="]);
    assert_eq!(told.quarantined, [(4, "bad_json", 1)]);
}

#[test]
fn audit_records_are_joined() {
    let record = |cursor: &str, kind: u32, message: &str| {
        entry(cursor, &format!("_TRANSPORT=audit\n_AUDIT_TYPE={kind}\n_AUDIT_ID=77\n_SOURCE_REALTIME_TIMESTAMP=1700000000100000\nMESSAGE={message}"))
    };
    let log = record("1", 1300, "SYSCALL arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c a2=241 items=1 auid=1000 comm=\"sh\"")
        + &record("2", 1302, "PATH item=0 name=\"/etc/cron.d/x\" nametype=CREATE")
        + &record("3", 1327, "PROCTITLE proctitle=\"sh\"");
    for size in [1, 100, 100_000] {
        let told = read_cut(log.as_bytes(), "TargetFilename comm Computer", size, Stream::default());
        assert_eq!(told.views("linux/file_event"), ["TargetFilename=/etc/cron.d/x comm=sh Computer=vm"], "{size}");
        assert_eq!((told.events.len(), told.events[0].lines, told.records()), (1, (1, 26), lines(log.as_bytes())), "{size}");
    }
    let raw = "node=vm type=PATH msg=audit(1700000000.100:77): item=0\n";
    assert_eq!(read(raw.as_bytes(), "").events[0].id, read(log.as_bytes(), "").events[0].id, "the same serial by another way");
}
