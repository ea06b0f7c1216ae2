//! Entries by number, so that a test knows each one's contents.

use bytes::Bytes;
use std::time::Duration;
use watchbell_journal::{Entry, EntryKind, Error, Journal, Position, Reader};
use watchbell_model::Timestamp;

pub fn entry(number: u64) -> Entry {
    Entry {
        kind: if number % 7 == 3 { EntryKind::Control } else { EntryKind::Records },
        source: "files".into(),
        stream: format!("stream {}", number % 2).into(),
        peer: "192.0.2.7".into(),
        format: "".into(),
        received: Timestamp { nanos: number.cast_signed() * 1_000, digits: 6 },
        unit: [number as u8; 16],
        first: number,
        payload: payload(number),
    }
}

/// From this number on all entries have one length, so that what a failed group left lines up with what is written later.
pub const EVEN: u64 = 1_000_000;

fn payload(number: u64) -> Bytes {
    let length = if number >= EVEN { 700 } else { [0, 40, 400, 700, 1_500, 6_000][(number % 6) as usize] };
    let line = format!("{number} abcdefghijklmnopqrstuvwxyz\n");
    line.bytes().cycle().take(length).collect()
}

/// Everything that is there now, numbers and positions; checks contents and that nothing repeats.
pub fn all(journal: &Journal) -> Vec<(u64, Position)> {
    rest(&mut journal.reader(journal.first()).expect("the first position can be read"))
}

pub fn rest(reader: &mut Reader) -> Vec<(u64, Position)> {
    let mut found: Vec<(u64, Position)> = Vec::new();
    loop {
        match reader.next(Duration::ZERO) {
            Ok(None) | Err(Error::Closed) => return found,
            Ok(Some(read)) => {
                assert_eq!(read.entry, entry(read.entry.first), "the entry at {}", read.position);
                assert!(found.last().is_none_or(|(number, at)| *number < read.entry.first && *at < read.position), "in order, once");
                found.push((read.entry.first, read.position));
            }
            Err(error) => panic!("reading: {error}"),
        }
    }
}
