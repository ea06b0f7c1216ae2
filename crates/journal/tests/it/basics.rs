//! Append, read, reopen, drop, close, on a real folder.

use bytes::Bytes;
use std::time::Duration;
use watchbell_journal::{Entry, EntryKind, Journal, Options, Position};
use watchbell_model::Timestamp;

fn entry(number: u64) -> Entry {
    Entry {
        kind: if number % 7 == 3 { EntryKind::Control } else { EntryKind::Records },
        source: "files".into(),
        stream: format!("stream {}", number % 2).into(),
        peer: "192.0.2.7".into(),
        format: "".into(),
        received: Timestamp { nanos: number as i64 * 1_000, digits: 6 },
        unit: [number as u8; 16],
        first: number,
        payload: Bytes::from(vec![b'a' + (number % 26) as u8; (number * 37 % 500) as usize]),
    }
}

#[test]
fn what_is_appended_is_read_again_after_reopening() {
    let folder = tempfile::tempdir().expect("a folder");
    let options = Options { segment_bytes: 4_000, ..Options::default() };
    let (journal, _) = Journal::open(folder.path(), options.clone()).expect("opens");
    let positions: Vec<Position> = (0..100).map(|n| journal.append_and_wait(entry(n)).expect("appends")).collect();
    journal.close();
    let (journal, recovered) = Journal::open(folder.path(), options).expect("opens again");
    assert_eq!((recovered.torn_bytes, recovered.damaged.len()), (0, 0));
    let mut reader = journal.reader(Position(0)).expect("a reader");
    for (number, position) in positions.iter().enumerate() {
        let read = reader.next(Duration::ZERO).expect("reads").expect("an entry");
        assert_eq!((read.position, read.entry), (*position, entry(number as u64)));
    }
    assert_eq!(reader.next(Duration::ZERO).expect("reads"), None);
    assert_eq!(reader.position(), journal.end());
}
