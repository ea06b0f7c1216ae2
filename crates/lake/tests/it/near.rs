//! Whole rows around a moment, and everything for a hunt.

use crate::events::{DAY, Event, HOUR, SECOND, event, open, rows, wait};
use watchbell_lake::{Limits, Window};

#[test]
fn stories_and_hunts_get_what_was_kept() {
    let dir = tempfile::tempdir().unwrap();
    let lake = open(dir.path());
    let all: Vec<Event> = (0..400).map(|n| event(n, DAY + n.cast_signed() * 60 * SECOND)).collect();
    lake.add(rows(&all[..300]), 1).unwrap();
    lake.flush().unwrap();
    lake.add(rows(&all[300..]), 2).unwrap();
    lake.add(rows(&[Event { time: None, ..event(1000, DAY + HOUR) }]), 3).unwrap();

    let window = Window { hosts: vec!["DC1.corp".to_owned()], from: Some(DAY + HOUR), to: Some(DAY + HOUR + 10 * 60 * SECOND), ..Window::default() };
    let near = wait(lake.near(&window, 100, &Limits::default())).unwrap();
    assert_eq!(near.iter().map(|row| row.record_id.unwrap()).collect::<Vec<_>>(), [60, 1000, 62, 64, 66, 68, 70]);
    assert_eq!((near[1].time, near[1].received), (None, DAY + HOUR + SECOND));
    let row = &near[2];
    assert_eq!((row.host.as_str(), row.pid, row.serial, row.fields.as_str()), ("dc1.corp", Some(62), None, ""));
    assert!(row.raw.starts_with(b"{\"Event\"") && row.process_guid.ends_with("62}") && row.user == "CORP\\Bob");
    assert_eq!(wait(lake.near(&window, 2, &Limits::default())).unwrap().len(), 2);

    let mut hunt = lake.read_window(&Window { products: vec!["linux".to_owned()], ..Window::default() }, &Limits::default()).unwrap();
    let mut serials = Vec::new();
    while let Some(rows) = hunt.blocking_recv() {
        serials.extend(rows.unwrap().into_iter().map(|row| row.serial.unwrap()));
    }
    serials.sort_unstable();
    assert_eq!(serials, (0..40).map(|n| n * 10).chain([1000]).collect::<Vec<_>>());
}
