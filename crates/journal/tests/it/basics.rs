//! Append, read, reopen, drop, close, on a real folder.

use crate::entries::entry;
use std::time::Duration;
use watchbell_journal::{Journal, Options, Position};

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
