//! What opening makes of torn tails, rot, hostile lengths, and folders of other programs and versions.

use crate::{
    entries::{all, entry, rest},
    sim::Sim,
};
use std::time::Duration;
use watchbell_journal::{Error, Journal, Options, Position, Reader, Recovered};

const HEADER: usize = 64;

fn open(sim: &Sim) -> (Journal, Recovered) {
    Journal::open_on(sim.disk(), Options { segment_bytes: 20_000, ..Options::default() }).expect("opens")
}

/// A journal with entries of these numbers, each a group of its own, closed again.
fn written(numbers: std::ops::Range<u64>) -> (Sim, Vec<(u64, Position)>) {
    let sim = Sim::new(7);
    let (journal, _) = open(&sim);
    let kept = numbers.map(|number| (number, journal.append_and_wait(entry(number)).expect("appends")));
    let kept = kept.collect();
    (sim, kept)
}

fn damage(reader: &mut Reader) -> watchbell_journal::Damage {
    match reader.next(Duration::ZERO) {
        Err(Error::Damaged(damage)) => damage,
        other => panic!("damage is told, not {other:?}"),
    }
}

#[test]
fn a_tail_torn_at_any_byte_is_cut() {
    let (sim, kept) = written(0..6);
    let name = &sim.segments()[0];
    let whole = sim.contents(name);
    let last = kept[5].1.0 as usize + HEADER;
    for length in last..whole.len() {
        for fill in [None, Some(0), Some(0xa5)] {
            sim.rot(name, |bytes| {
                *bytes = whole[..length].to_vec();
                bytes.resize(if fill.is_some() { whole.len() } else { length }, fill.unwrap_or(0));
            });
            let torn = sim.contents(name).len() - last;
            let (journal, recovered) = open(&sim);
            // Zeros may be what stood there.
            if sim.contents(name) == whole {
                continue;
            }
            assert_eq!((recovered.torn_bytes, recovered.damaged.len()), (torn as u64, 0), "cut at {length}");
            assert_eq!(recovered.end, kept[5].1);
            assert_eq!(all(&journal), kept[..5]);
        }
    }
    let (journal, _) = open(&sim);
    journal.append_and_wait(entry(6)).expect("goes on");
    assert_eq!(all(&journal).last(), Some(&(6, kept[5].1)));
}

#[test]
fn rot_in_the_middle_is_told_with_its_place() {
    let (sim, kept) = written(0..6);
    let (name, at, next) = (&sim.segments()[0], kept[2].1, kept[3].1);
    let good = sim.contents(name);
    for place in at.0..next.0 {
        let offset = place as usize + HEADER;
        sim.rot(name, |bytes| {
            bytes.clone_from(&good);
            bytes[offset] ^= 0x10;
        });
        let (journal, recovered) = open(&sim);
        assert_eq!(recovered.torn_bytes, 0);
        let told = &recovered.damaged[0];
        assert_eq!((told.offset, told.position, told.next, recovered.damaged.len()), (at.0 + HEADER as u64, at, next, 1));
        let mut reader = journal.reader(at).expect("a reader");
        assert_eq!(damage(&mut reader), *told);
        assert_eq!(damage(&mut reader), *told, "it stays told until somebody goes on");
        reader.seek(told.next);
        assert_eq!(rest(&mut reader), kept[3..]);
    }
}

#[test]
fn rot_in_an_older_segment_is_told_to_readers() {
    let (sim, kept) = written(0..200);
    assert!(sim.segments().len() > 2);
    sim.rot(&sim.segments()[0], |bytes| bytes.truncate(10_000));
    sim.rot(&sim.segments()[1], |bytes| bytes[20] ^= 1);
    let (journal, recovered) = open(&sim);
    assert_eq!(recovered.damaged.len(), 2, "a short file and a bad header: {:?}", recovered.damaged);
    let mut reader = journal.reader(Position(0)).expect("a reader");
    let (mut told, mut found) = (0, Vec::new());
    loop {
        match reader.next(Duration::ZERO) {
            Ok(Some(read)) => found.push((read.entry.first, read.position)),
            Ok(None) => break,
            Err(Error::Damaged(damage)) => {
                told += 1;
                reader.seek(damage.next);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(told, 2);
    assert!(found.iter().all(|one| kept.contains(one)) && found.last() == kept.last());
}

#[test]
fn a_length_that_lies_asks_for_no_memory() {
    let (sim, kept) = written(0..3);
    let name = &sim.segments()[0];
    let good = sim.contents(name);
    for length in [u32::MAX, 64 << 20, 1 << 20] {
        sim.rot(name, |bytes| {
            bytes.clone_from(&good);
            bytes[kept[2].1.0 as usize + HEADER..][..4].copy_from_slice(&length.to_le_bytes());
        });
        let (journal, _) = open(&sim);
        assert_eq!(all(&journal), kept[..2]);
    }
}

#[test]
fn a_newer_format_is_refused() {
    let (sim, _) = written(0..3);
    sim.rot(&sim.segments()[0], |bytes| {
        bytes[8] = 2;
        let sum = crc32fast::hash(&bytes[..60]);
        bytes[60..64].copy_from_slice(&sum.to_le_bytes());
    });
    let error = Journal::open_on(sim.disk(), Options::default()).err().expect("refused");
    assert!(matches!(error, Error::Version { version: 2, .. }), "{error}");
}

#[test]
fn positions_that_somebody_remembers_are_not_given_again() {
    let (sim, kept) = written(0..3);
    let options = Options { not_before: Position(1_000_000), ..Options::default() };
    let (journal, recovered) = Journal::open_on(sim.disk(), options).expect("opens");
    assert_eq!((recovered.end, journal.end()), (Position(1_000_000), Position(1_000_000)));
    let mut reader = journal.reader(kept[2].1).expect("a reader");
    assert_eq!(rest(&mut reader), kept[2..]);
    journal.append_and_wait(entry(3)).expect("appends");
    assert_eq!(rest(&mut reader), [(3, Position(1_000_000))]);
    drop(journal);
    let (journal, recovered) = open(&sim);
    assert_eq!((all(&journal).len(), recovered.damaged.len()), (4, 0));
}

/// Version 1, as it was first written: it must be read for ever.
#[test]
fn the_first_format_stays_readable() {
    let folder = tempfile::tempdir().expect("a folder");
    let name = "00000000000000000000.journal";
    std::fs::write(folder.path().join(name), include_bytes!("../v1/00000000000000000000.journal")).expect("writes");
    let (journal, recovered) = Journal::open(folder.path(), Options::default()).expect("opens");
    assert_eq!((recovered.torn_bytes, recovered.damaged.len()), (0, 0));
    let numbers: Vec<u64> = all(&journal).into_iter().map(|(number, _)| number).collect();
    assert_eq!(numbers, (0..8).collect::<Vec<_>>());
}
