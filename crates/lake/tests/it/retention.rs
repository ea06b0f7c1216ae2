//! What is too old or too much goes, and stays until its readers are done.

use crate::events::{DAY, Event, HOUR, SECOND, check, event, files, open, rows};
use watchbell_lake::{Limits, Window};

#[test]
fn the_oldest_files_go_first_by_age_and_by_size() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    for hour in 0..5 {
        let all: Vec<Event> = (0..100).map(|n| event(100 * hour + n, DAY + hour.cast_signed() * HOUR + n.cast_signed() * SECOND)).collect();
        lake.add(rows(&all), hour + 1).unwrap();
        lake.flush().unwrap();
    }
    // A clock that was years ahead.
    lake.add(rows(&[Event { received: DAY, ..event(999, DAY + 20_000 * 24 * HOUR) }]), 6).unwrap();
    lake.flush().unwrap();
    assert_eq!(lake.retain(Some(10 * HOUR), None, DAY + 6 * HOUR).unwrap().files, 0);

    let mut hunt = lake.read_window(&Window::default(), &Limits::default()).unwrap();
    let dropped = lake.retain(Some(3 * HOUR), None, DAY + 5 * HOUR).unwrap();
    assert_eq!(dropped.rows, 201);
    check(&lake, "SELECT min(record_id), max(record_id), count(*) FROM events", &["200|499|300"]);
    let mut read = 0;
    while let Some(rows) = hunt.blocking_recv() {
        read += rows.unwrap().len();
    }
    assert_eq!(read, 501, "a reading that began before goes on");

    let left = lake.stats();
    let dropped = lake.retain(None, Some(left.bytes / 2), DAY).unwrap();
    assert!(dropped.bytes >= left.bytes / 2 && lake.stats().bytes == left.bytes - dropped.bytes);
    check(&lake, "SELECT max(record_id) FROM events", &["499"]);
    let stats = lake.stats();
    drop((lake, hunt));
    let lake = open(dir.path());
    assert_eq!((lake.stats(), lake.position()), (stats, 6));
    assert_eq!(files(dir.path()).len(), stats.files);
}
