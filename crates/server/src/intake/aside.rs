//! What could not be read, on its way into the quarantine: bounded copies, kept together once a second, off the path of events.

use crate::detect::format_of;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use watchbell_journal::{Entry, Read};
use watchbell_pipeline::Unread;
use watchbell_store::{Error, Quarantined, Room, Store};

/// What waits to be kept.
#[derive(Default)]
pub struct Aside {
    waiting: Mutex<Waiting>,
    /// Rows that went for newer ones.
    let_go: AtomicU64,
}

#[derive(Default)]
struct Waiting {
    records: Vec<Quarantined>,
    bytes: usize,
    of: BTreeMap<(String, String), usize>,
}

/// The quarantine's size.
const ROOM: Room = Room { rows: 10_000, bytes: 64 << 20 };
/// Records and bytes that wait at a time: so many a second.
const RECORDS: usize = 1000;
const BYTES: usize = 8 << 20;
/// Of one source for one reason, so that nobody's flood hides the others'.
const EACH: usize = 100;
/// Bytes of a record that are kept; the store's own limit.
const COPY: usize = 256 << 10;

impl Aside {
    /// Whether there was room for it.
    pub fn put(&self, source: &str, reason: &str, make: impl FnOnce() -> Quarantined) -> bool {
        let mut waiting = self.lock();
        let of = (source.to_owned(), reason.to_owned());
        if waiting.records.len() >= RECORDS || waiting.bytes >= BYTES || waiting.of.get(&of).is_some_and(|n| *n >= EACH) {
            return false;
        }
        let record = make();
        waiting.bytes += record.bytes.len();
        *waiting.of.entry(of).or_default() += 1;
        waiting.records.push(record);
        true
    }

    /// One transaction. What cannot be kept now waits for the next time.
    pub fn flush(&self, store: &Store) -> Result<(), Error> {
        let taken = std::mem::take(&mut *self.lock());
        if taken.records.is_empty() {
            return Ok(());
        }
        match store.quarantine(&taken.records, &ROOM) {
            Ok(kept) => {
                self.let_go.fetch_add(kept.let_go, Ordering::Relaxed);
                Ok(())
            }
            Err(error) => {
                let mut waiting = self.lock();
                let newer = std::mem::replace(&mut *waiting, taken);
                newer.of.into_iter().for_each(|(of, n)| *waiting.of.entry(of).or_default() += n);
                waiting.bytes += newer.bytes;
                waiting.records.extend(newer.records);
                Err(error)
            }
        }
    }

    pub fn let_go(&self) -> u64 {
        self.let_go.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a source could not frame. The same sent again is there once.
pub fn of_source(source: &str, reason: &str, bytes: &[u8], peer: &str, now: i64) -> Quarantined {
    let copy = &bytes[..bytes.len().min(COPY)];
    let key = key(&[source.as_bytes(), reason.as_bytes(), &bytes.len().to_le_bytes(), copy]);
    Quarantined {
        key,
        at: now,
        source: source.to_owned(),
        reason: reason.to_owned(),
        peer: peer.to_owned(),
        length: bytes.len() as u64,
        bytes: copy.to_vec(),
        ..Quarantined::default()
    }
}

/// What of an entry no decoder could read, with what each is cut out of it.
pub fn of_entry<'a>(read: &'a Read, unread: &'a Unread) -> impl Iterator<Item = impl FnOnce() -> Quarantined + 'a> + 'a {
    let mut lines = Lines { payload: &read.entry.payload, at: 0, line: read.entry.first };
    // What no format knows may be tried as any.
    let format = format_of(&read.entry).map_or("", |format| format.id);
    let format = if format == "text" { "" } else { format };
    unread.named.iter().map(move |trouble| {
        let bytes = lines.of(trouble.line, trouble.records);
        move || {
            let (entry, number) = (&read.entry, trouble.line.or(trouble.record).unwrap_or(read.entry.first));
            let key = key(&[entry.source.as_bytes(), trouble.reason.as_bytes(), &entry.unit, &number.to_le_bytes()]);
            Quarantined {
                key,
                at: entry.received.nanos,
                source: entry.source.to_string(),
                reason: trouble.reason.to_owned(),
                format: format.to_owned(),
                peer: entry.peer.to_string(),
                stream: entry.stream.to_string(),
                length: bytes.len() as u64,
                place: format!("journal {} line {number} lines {}", read.position.0, trouble.records),
                bytes: bytes[..bytes.len().min(COPY)].to_vec(),
            }
        }
    })
}

/// Lines of an entry, asked for in their order.
struct Lines<'a> {
    payload: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// So many lines from the one of a number. What has no line is all of it: a chunk, a document. What came before this entry
    /// is not here.
    fn of(&mut self, line: Option<u64>, count: u64) -> &'a [u8] {
        let Some(wanted) = line else { return self.payload };
        if wanted < self.line {
            return &[];
        }
        while self.line < wanted {
            let Some(end) = memchr::memchr(b'\n', &self.payload[self.at..]) else { return self.payload };
            self.at += end + 1;
            self.line += 1;
        }
        let rest = &self.payload[self.at..];
        let last = usize::try_from(count).unwrap_or(usize::MAX).saturating_sub(1);
        &rest[..memchr::memchr_iter(b'\n', rest).nth(last).unwrap_or(rest.len())]
    }
}

/// The whole of what was too long to be kept, as long as the journal has it: by its place.
pub fn whole(entry: &Entry, line: u64, count: u64) -> &[u8] {
    Lines { payload: &entry.payload, at: 0, line: entry.first }.of(Some(line), count)
}

fn key(parts: &[&[u8]]) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
