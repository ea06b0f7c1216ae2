//! auditd over random input: however records are mixed and blocks are cut, the events are the same; nothing panics.

use crate::auditd_support::{lines, read_as};
use proptest::prelude::*;
use watchbell_formats::{FORMATS, Stream};

const FIELDS: &str = "TargetFilename Image CommandLine success type a0 name key Message Action User Hostname KEYWORDS";

/// A serial's records in an order that the kernel writes.
fn serial(number: usize, what: usize) -> Vec<String> {
    let stamp = format!("audit(1700000000.{:03}:{number})", number % 1000);
    let call = |rest: &str| format!("type=SYSCALL msg={stamp}: arch=c000003e {rest} ppid=1 pid={number} auid=0 uid=0 comm=\"c\" exe=\"/bin/c\" key=\"k\"");
    let path =
        |item: u32, name: &str, kind: &str| format!("type=PATH msg={stamp}: item={item} name=\"{name}\" inode={item} dev=fe:00 mode=0100644 nametype={kind}");
    let mut records = match what % 4 {
        0 => vec![call("syscall=257 success=yes exit=3 a0=ffffff9c a1=1 a2=241 items=1"), path(0, &format!("f{number}"), "CREATE")],
        1 => vec![
            call("syscall=59 success=yes exit=0 items=1"),
            format!("type=EXECVE msg={stamp}: argc=2 a0=\"x\" a1=2D2D{number:04}"),
            path(0, "/bin/x", "NORMAL"),
        ],
        2 => vec![call("syscall=82 success=yes exit=0 items=2"), path(0, "/a", "DELETE"), path(1, "/b", "CREATE")],
        _ => vec![format!("type=USER_CMD msg={stamp}: pid=1 msg='cwd=\"/\" cmd=6C73 res=success'")],
    };
    if what % 4 != 3 {
        records.insert(1, format!("type=CWD msg={stamp}: cwd=\"/d{number}\""));
        records.push(format!("type=PROCTITLE msg={stamp}: proctitle=\"c\""));
    }
    records
}

/// Serials mixed: `picks` says whose next record comes.
fn mixed(kinds: &[usize], picks: &[usize]) -> String {
    let mut queues: Vec<std::collections::VecDeque<String>> = kinds.iter().enumerate().map(|(n, kind)| serial(n, *kind).into()).collect();
    let mut log = String::new();
    for pick in picks.iter().copied().chain(0..).take(10_000) {
        queues.retain(|queue| !queue.is_empty());
        if queues.is_empty() {
            break;
        }
        let at = pick % queues.len();
        log += &queues[at].pop_front().unwrap_or_default();
        log.push('\n');
    }
    log
}

/// Bytes that look like records, more or less.
fn noise() -> impl Strategy<Value = Vec<u8>> {
    let words = prop::sample::select(vec![
        "type=",
        "PATH",
        "SYSCALL",
        "EXECVE",
        " msg=audit(",
        "1700000000",
        ".123",
        ":7",
        "):",
        " name=",
        "\"",
        "'",
        "=",
        "a0",
        "a1[0]=",
        "a1_len=",
        " ",
        "\n",
        "\u{1d}",
        "2F",
        "<34>1 ",
        "Nov 24 04:15:44 ",
        "host ",
        "cron[1]: ",
        "(root) CMD (",
        ")",
        "2026-11-24T04:15:44Z ",
        "__CURSOR=",
        "MESSAGE",
        "\0\0\0\0\0\0\0\u{1}",
        "{",
        "\"MESSAGE\":",
        "[",
        "]",
        ",",
        "items=",
        "audit: ",
        "/..",
        "//",
        "/proc/self/root",
        "nametype=CREATE",
        "node=",
        "type=1300",
        "-- ",
        "last message repeated 2 times",
        "é",
    ]);
    prop::collection::vec(prop_oneof![4 => words.prop_map(|w| w.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 0..6)], 0..80)
        .prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_mixture_gives_the_same_events(kinds in prop::collection::vec(0_usize..4, 1..8), picks in prop::collection::vec(0_usize..8, 0..60)) {
        let (mixed, tidy) = (mixed(&kinds, &picks), mixed(&kinds, &[0; 60]));
        let (one, other) = (read_as("auditd", mixed.as_bytes(), FIELDS, usize::MAX, Stream::default()), read_as("auditd", tidy.as_bytes(), FIELDS, usize::MAX, Stream::default()));
        prop_assert_eq!(one.placeless(), other.placeless());
        prop_assert_eq!(one.events.len(), kinds.len());
    }

    #[test]
    fn any_cut_gives_the_same_events(kinds in prop::collection::vec(0_usize..4, 1..8), picks in prop::collection::vec(0_usize..8, 0..60), size in 1_usize..900) {
        let log = mixed(&kinds, &picks);
        let whole = read_as("auditd", log.as_bytes(), FIELDS, usize::MAX, Stream::default());
        prop_assert_eq!(read_as("auditd", log.as_bytes(), FIELDS, size, Stream::default()), whole);
    }

    #[test]
    fn any_bytes_are_accounted_for(log in noise(), size in 1_usize..200) {
        for format in FORMATS.iter().filter(|f| ["auditd", "syslog", "journald-export", "journald-json", "text"].contains(&f.id)) {
            let told = read_as(format.id, &log, FIELDS, size, Stream::default());
            prop_assert_eq!(told.records(), lines(&log), "{}", format.id);
            let _ = (format.recognise)(&log);
        }
    }
}
