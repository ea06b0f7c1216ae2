//! Append, read, reopen, drop, close, on a real folder.

use crate::entries::entry;
use std::time::Duration;
use watchbell_journal::{Entry, Journal, Options, Position};

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

#[test]
fn entries_larger_than_what_is_read_at_once_are_read_whole() {
    let folder = tempfile::tempdir().expect("works");
    let (journal, _) = Journal::open(folder.path(), Options::default()).expect("works");
    let lengths = [10, 3 << 20, 200 << 10, 200 << 10, 300 << 10, 1, 255 << 10];
    for (number, length) in (0..).zip(lengths) {
        // Noise, so that nothing is packed away.
        let noise = (0..length as u64).map(|at| (at.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(number) >> 33) as u8);
        journal.append_and_wait(Entry { payload: noise.collect(), ..entry(number) }).expect("works");
    }
    let mut reader = journal.reader(Position(0)).expect("works");
    let read: Vec<usize> = (0..lengths.len()).map(|_| reader.next(Duration::ZERO).expect("works").expect("works").entry.payload.len()).collect();
    assert_eq!(read, lengths);
}
