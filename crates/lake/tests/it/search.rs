//! What was added is found, in memory, in files and in both at once.

use crate::events::{DAY, Event, HOUR, SECOND, ask, check, event, files, lines, open, rows};
use watchbell_lake::form;

#[test]
fn rows_are_found_before_during_and_after_they_are_written() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let all: Vec<Event> = (0..300).map(|n| event(n, DAY + n.cast_signed() * 60 * SECOND)).collect();
    let ask_all = |lake: &_| {
        check(lake, "SELECT count(*), count(DISTINCT id), min(record_id), max(record_id) FROM events", &["300|300|0|299"]);
        check(
            lake,
            "SELECT record_id, host FROM events WHERE host = 'dc1.corp' AND time < '2026-11-25T00:05:00Z' ORDER BY time",
            &["0|dc1.corp", "2|dc1.corp", "4|dc1.corp"],
        );
        check(lake, "SELECT record_id FROM events WHERE process_guid = '{00000000-0000-0000-0000-000000000123}'", &["123"]);
        check(lake, "SELECT field('Image'), field('Event.EventData.Number') FROM events WHERE field('Number') = '17'", &["C:\\Windows\\run17.exe|17"]);
        check(lake, "SELECT field('proctitle'), raw FROM events WHERE serial = 20", &["ls|type=PROCTITLE msg=audit(1:20): proctitle=6c73"]);
        check(lake, "SELECT record_id FROM events WHERE has('c:\\WINDOWS\\run33.exe')", &["33"]);
        check(
            lake,
            "SELECT e.record_id FROM events e JOIN events f ON e.logon_id = f.logon_id WHERE field(e, 'Number') = '7' AND has(f.raw, 'run8.exe')",
            &["7"],
        );
        check(lake, "SELECT id FROM events WHERE record_id = 1", &["9e3779b97f4a7c150000000000000001"]);
        check(
            lake,
            &form("id=9e3779b97f4a7c150000000000000001", 0, 9)
                .unwrap()
                .replace("id, time, host, user, product, categories, service, event_code, raw", "record_id"),
            &["1"],
        );
        check(lake, "SELECT product, count(*) FROM events GROUP BY product ORDER BY product", &["linux|30", "windows|270"]);
    };
    lake.add(rows(&all[..100]), 1).unwrap();
    lake.add(rows(&all[100..]), 2).unwrap();
    ask_all(&lake);
    assert_eq!(lake.position(), 0);
    let flushed = lake.flush().unwrap();
    assert_eq!((flushed.rows, lake.position()), (300, 2));
    ask_all(&lake);
    drop(lake);
    let lake = open(dir.path());
    assert_eq!((lake.position(), lake.missing().len(), lake.stats().rows), (2, 0, 300));
    ask_all(&lake);
}

#[test]
fn an_event_that_came_twice_is_one_wherever_its_copies_are() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let undated = |n| Event { time: None, ..event(n, DAY + n.cast_signed() * HOUR) };
    let mut all: Vec<Event> = (0..200).map(|n| event(n, DAY + n.cast_signed() * 60 * SECOND)).collect();
    all.extend((200..220).map(undated));
    for (position, part) in [&all[..150], &all[100..], &all[..], &all[50..60]].iter().enumerate() {
        assert!(lake.add(rows(part), position as u64 + 1).unwrap() > 0);
        if position < 3 {
            lake.flush().unwrap();
        }
        check(&lake, "SELECT count(*), sum(record_id) FROM events WHERE host LIKE '%corp'", &[if position == 0 { "150|11175" } else { "220|24090" }]);
    }
    assert_eq!(lake.add(rows(&all[50..60]), 5).unwrap(), 0);
    assert_eq!(lake.stats().rows, 150 + 120 + 220);
    check(&lake, "SELECT count(*) FROM events WHERE record_id = 55", &["1"]);
    check(&lake, "SELECT host FROM events WHERE record_id = 210 LIMIT 5", &["dc1.corp"]);
    check(&lake, "SELECT dated, count(*) FROM events GROUP BY dated ORDER BY dated", &["false|20", "true|200"]);
}

#[test]
fn host_and_hour_open_few_files() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let all: Vec<Event> = (0..2000).map(|n| event(n, DAY + n.cast_signed() * 36 * SECOND)).collect();
    lake.add(rows(&all), 1).unwrap();
    lake.flush().unwrap();
    assert!(files(dir.path()).len() > 20);
    let plan = |condition: &str| {
        let plan = lines(&lake, &format!("EXPLAIN SELECT record_id FROM events WHERE {condition}")).join("\n");
        plan.matches(".parquet").count()
    };
    let hour = "time BETWEEN '2026-11-25T05:00:00Z' AND '2026-11-25T05:59:59Z'";
    assert_eq!(plan(&format!("{hour} AND product = 'windows'")), 1);
    assert!(plan(hour) <= 3);
    assert_eq!(plan(&format!("{hour} AND host = 'elsewhere'")), 0);
    assert_eq!(plan("host IN ('elsewhere', 'nowhere')"), 0);
    assert_eq!(plan("event_code = '4688'"), 0);
}

#[test]
fn names_may_come_twice_and_errors_say_what_is_wrong() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    lake.add(rows(&[event(1, DAY)]), 1).unwrap();
    let found = ask(&lake, "SELECT a.host, b.host, 1 + 1 AS two FROM events a, events b").unwrap();
    assert_eq!((found.columns, found.more), (vec!["host".to_owned(), "host".to_owned(), "two".to_owned()], false));
    assert_eq!(ask(&lake, "SELECT nothing FROM events").unwrap_err().code(), "search-query");
    assert_eq!(ask(&lake, "SELECT FROM WHERE").unwrap_err().code(), "search-query");
    assert_eq!(ask(&lake, "SELECT field(host) FROM events").unwrap_err().code(), "search-query");
}
