//! Searches stay within rows, memory and time, and within the stack.

use crate::events::{DAY, Event, ask, event, open, rows, wait};
use std::time::Duration;
use watchbell_lake::{Error, Found, Lake, Limits};

fn lake(dir: &std::path::Path) -> Lake {
    let lake = open(dir);
    let all: Vec<Event> = (0..1000).map(|n| event(n, DAY + n.cast_signed())).collect();
    lake.add(rows(&all), 1).unwrap();
    lake
}

fn within(lake: &Lake, sql: &str, rows: usize, bytes: usize, milliseconds: u64) -> Result<Found, Error> {
    wait(lake.search(sql, &Limits { rows, bytes, deadline: Duration::from_millis(milliseconds) }))
}

#[test]
fn rows_memory_and_time_are_bounded() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path());
    let found = within(&lake, "SELECT raw FROM events", 300, 1 << 30, 600_000).unwrap();
    assert_eq!((found.rows.len(), found.more), (300, true));
    let found = within(&lake, "SELECT raw FROM events", 1000, 1 << 30, 600_000).unwrap();
    assert_eq!((found.rows.len(), found.more), (1000, false));
    let found = within(&lake, "SELECT raw FROM events", 1000, 50_000, 600_000).unwrap();
    assert!(found.more && found.rows.len() < 1000);
    let endless = "SELECT sum(value % 7) FROM generate_series(1, 1000000000000)";
    assert_eq!(within(&lake, endless, 10, 1 << 30, 20).unwrap_err().code(), "search-deadline");
    let greedy = "SELECT count(DISTINCT a.process_guid || b.process_guid || c.process_guid) FROM events a, events b, events c";
    assert_eq!(within(&lake, greedy, 10, 10 << 20, 600_000).unwrap_err().code(), "search-memory");
    // The next search is not the worse for it.
    assert_eq!(within(&lake, "SELECT count(*) FROM events", 10, 1 << 30, 600_000).unwrap().rows, [[1000]]);
}

#[test]
fn deep_queries_are_answered_or_refused() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path());
    let chain = format!("SELECT count(*) FROM events WHERE pid = 1{}", " OR pid = 2".repeat(500));
    assert!(ask(&lake, &chain).is_ok());
    for deep in [
        format!("SELECT {}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("SELECT {}1", "-".repeat(30_000)),
        format!("SELECT {}true", "NOT ".repeat(8000)),
        format!("SELECT 1{}", "+1".repeat(15_000)),
        format!("SELECT * FROM {}events{}", "(SELECT * FROM ".repeat(300), ")".repeat(300)),
        "x".repeat(1 << 20),
    ] {
        let _ = ask(&lake, &deep);
    }
    assert_eq!(ask(&lake, "SELECT count(*) FROM events").unwrap().rows, [[1000]]);
}
