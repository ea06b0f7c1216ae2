//! Append, read, reopen, drop, close, on a real folder.

use crate::entries::{entry, rest};
use std::{sync::mpsc, thread, time::Duration};
use watchbell_journal::{Entry, Error, Journal, Options, Position};

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

#[test]
fn readers_wait_at_the_end_and_see_what_comes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = Journal::open(folder.path(), Options { segment_bytes: 3_000, ..Options::default() }).expect("opens");
    let readers: Vec<_> = (0..3).map(|_| journal.reader(Position(0)).expect("a reader")).collect();
    thread::scope(|scope| {
        let read = |mut reader: watchbell_journal::Reader| {
            let mut numbers = Vec::new();
            loop {
                match reader.next(Duration::from_mins(10)) {
                    Ok(Some(read)) => numbers.push(read.entry.first),
                    Err(Error::Closed) => return numbers,
                    other => panic!("{other:?}"),
                }
            }
        };
        let readers: Vec<_> = readers.into_iter().map(|reader| scope.spawn(move || read(reader))).collect();
        for number in 0..50 {
            journal.append_and_wait(entry(number)).expect("appends");
        }
        journal.close();
        for reader in readers {
            assert_eq!(reader.join().expect("a reader ends well"), (0..50).collect::<Vec<_>>());
        }
    });
}

#[test]
fn closing_writes_what_waits_and_refuses_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = Journal::open(folder.path(), Options { group_wait: Duration::from_mins(10), ..Options::default() }).expect("opens");
    let (tell, told) = mpsc::channel();
    for number in 0..20 {
        let tell = tell.clone();
        journal.append(entry(number), move |outcome| tell.send(outcome.is_ok()).expect("somebody listens"));
    }
    journal.close();
    assert_eq!(told.try_iter().filter(|good| *good).count(), 20);
    assert_eq!(journal.append_and_wait(entry(20)).expect_err("closed").code(), "journal.closed");
    assert_eq!(rest(&mut journal.reader(Position(0)).expect("a reader")).len(), 20);
}

#[test]
fn one_process_has_the_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = Journal::open(folder.path(), Options::default()).expect("opens");
    let second = Journal::open(folder.path(), Options::default()).err().expect("refused");
    assert_eq!(second.code(), "journal.locked");
    journal.close();
    Journal::open(folder.path(), Options::default()).expect("free again");
}

#[test]
fn dropped_segments_are_gone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = Journal::open(folder.path().join("data/journal"), Options { segment_bytes: 3_000, ..Options::default() }).expect("opens");
    let positions: Vec<Position> = (0..40).map(|n| journal.append_and_wait(entry(n)).expect("appends")).collect();
    let mut early = journal.reader(Position(0)).expect("a reader");
    early.next(Duration::ZERO).expect("reads");
    let before = journal.bytes();
    journal.drop_before(positions[20]).expect("drops");
    assert!(journal.first() <= positions[20] && journal.first() > Position(0) && journal.bytes() < before);
    assert_eq!(journal.reader(Position(0)).err().expect("gone").code(), "journal.gone");
    assert_eq!(journal.reader(Position(u64::MAX)).err().expect("beyond").code(), "journal.beyond");
    let found = rest(&mut journal.reader(positions[20]).expect("a reader"));
    assert_eq!(found.iter().map(|one| one.1).collect::<Vec<_>>(), positions[20..]);
    let gone = (0..40).find_map(|_| early.next(Duration::ZERO).err()).expect("what it would read next was dropped");
    assert_eq!(gone.code(), "journal.gone");
}

#[test]
fn a_callback_that_panics_harms_nobody_else() {
    let folder = tempfile::tempdir().expect("a folder");
    let (journal, _) = Journal::open(folder.path(), Options::default()).expect("opens");
    journal.append(entry(0), |_| panic!("on purpose"));
    journal.append_and_wait(entry(1)).expect("goes on");
}
