//! Small files become few, doubles go, and it comes to an end.

use crate::events::{DAY, Event, HOUR, SECOND, check, event, files, open, rows};
use watchbell_lake::Lake;

fn compact(lake: &Lake, now: i64) -> (usize, u64) {
    let mut all = (0, 0);
    while let Some(done) = lake.compact(now).unwrap() {
        all = (all.0 + 1, all.1 + done.duplicates);
        assert!(all.0 < 100, "no end");
    }
    all
}

#[test]
fn the_files_of_an_hour_become_one_and_doubles_go() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let all: Vec<Event> = (0..1200).map(|n| event(n, DAY + n.cast_signed() * 6 * SECOND)).collect();
    for (position, part) in all.chunks(100).enumerate() {
        lake.add(rows(part), position as u64 + 1).unwrap();
        lake.flush().unwrap();
    }
    assert_eq!(files(dir.path()).len(), 24);
    assert_eq!(compact(&lake, DAY + HOUR / 2), (0, 0), "the hour is not over");
    let sums = "SELECT count(*), sum(record_id), sum(serial) FROM events";
    check(&lake, sums, &["1200|719400|71400"]);
    assert_eq!(compact(&lake, DAY + 5 * HOUR).1, 0);
    assert_eq!(files(dir.path()).len(), 4, "two log sources, two hours");
    check(&lake, sums, &["1200|719400|71400"]);

    // All of it comes again, in other portions, and some of it in no time at all.
    for part in all.chunks(350) {
        lake.add(rows(part), 99).unwrap();
        lake.flush().unwrap();
    }
    let undated: Vec<Event> = (2000..2010).map(|n| Event { time: None, received: DAY, number: n }).collect();
    for part in [&undated[..8], &undated[3..]] {
        lake.add(rows(part), 100).unwrap();
        lake.flush().unwrap();
    }
    check(&lake, "SELECT count(*) FROM events", &["1210"]);
    let (_, double) = compact(&lake, DAY + 9 * HOUR);
    assert_eq!((double, lake.stats().rows), (1205, 1210));
    assert_eq!(compact(&lake, DAY + 9 * HOUR), (0, 0));
    check(&lake, sums, &["1210|739445|73400"]);
    check(&lake, "SELECT count(*) FROM (SELECT id, count(*) AS n FROM events GROUP BY id) WHERE n > 1", &["0"]);
    let stats = lake.stats();
    drop(lake);
    assert_eq!(open(dir.path()).stats(), stats);
    assert_eq!(files(dir.path()).len(), stats.files);
}

#[test]
fn a_year_of_few_events_makes_few_files() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let all: Vec<Event> = (0..3000).map(|n| event(n, DAY - n.cast_signed() * 3 * HOUR)).collect();
    for part in all.chunks(1000) {
        lake.add(rows(part), 1).unwrap();
        lake.flush().unwrap();
    }
    assert!(files(dir.path()).len() <= 400);
    compact(&lake, DAY + 24 * HOUR);
    check(&lake, "SELECT count(*) FROM events", &["3000"]);
}
