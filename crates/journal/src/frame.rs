//! An entry as bytes: a prefix with its own checksum, a body with another.
//!
//! Prefix: length of the body, distance back to the group's begin, the body's checksum, the prefix's checksum (with the
//! segment's salt and the frame's position). Numbers are little-endian. The distance says up to where everything had
//! been synced when this frame was written, which tells bit rot from a torn tail.

use crate::{Entry, EntryKind, Error, MOST_ENTRY_BYTES, packing::Packing};
use bytes::Bytes;
use std::sync::Arc;
use watchbell_model::Timestamp;

pub const PREFIX: usize = 16;
/// The body's part with a fixed place.
const FIXED: usize = 48;

/// Encoded by the thread that appends; the writer only adds what depends on the place.
pub struct Frame {
    head: Vec<u8>,
    payload: Bytes,
}

impl Frame {
    pub fn encode(entry: Entry) -> Result<Self, Error> {
        let names = [&entry.source, &entry.stream, &entry.peer, &entry.format];
        let mut head = Vec::with_capacity(PREFIX + FIXED + names.iter().map(|name| name.len()).sum::<usize>());
        head.extend([0; PREFIX]);
        let kind = match entry.kind {
            EntryKind::Records => 0,
            EntryKind::Control => 1,
        };
        if entry.payload.len() > MOST_ENTRY_BYTES {
            return Err(Error::TooLarge { bytes: entry.payload.len(), most: MOST_ENTRY_BYTES });
        }
        let unpacked = entry.payload.len() as u32;
        let (packing, payload) = Packing::pack(entry.payload);
        head.extend([kind, packing as u8, entry.received.digits, 0]);
        head.extend(unpacked.to_le_bytes());
        head.extend(entry.received.nanos.to_le_bytes());
        head.extend(entry.unit);
        head.extend(entry.first.to_le_bytes());
        for name in names {
            let length = u16::try_from(name.len()).map_err(|_| Error::TooLarge { bytes: name.len(), most: usize::from(u16::MAX) })?;
            head.extend(length.to_le_bytes());
        }
        for name in names {
            head.extend(name.as_bytes());
        }
        Self::sum(head, payload)
    }

    fn sum(mut head: Vec<u8>, payload: Bytes) -> Result<Self, Error> {
        let length = head.len() - PREFIX + payload.len();
        if length > MOST_ENTRY_BYTES {
            return Err(Error::TooLarge { bytes: length, most: MOST_ENTRY_BYTES });
        }
        let mut sum = crc32fast::Hasher::new();
        sum.update(&head[PREFIX..]);
        sum.update(&payload);
        head[..4].copy_from_slice(&(length as u32).to_le_bytes());
        head[8..12].copy_from_slice(&sum.finalize().to_le_bytes());
        Ok(Self { head, payload })
    }

    pub fn length(&self) -> usize {
        self.head.len() + self.payload.len()
    }

    /// Adds what the place decides. A group is far smaller than 4 GiB, so `back` fits.
    pub fn seal(&mut self, position: u64, back: u32, salt: u64) {
        self.head[4..8].copy_from_slice(&back.to_le_bytes());
        let sum = prefix_sum(&self.head[..12], position, salt);
        self.head[12..16].copy_from_slice(&sum.to_le_bytes());
    }

    pub fn parts(&self) -> [&[u8]; 2] {
        [&self.head, &self.payload]
    }
}

#[derive(Clone, Copy, Debug)]
pub struct Prefix {
    pub length: usize,
    pub back: u64,
    sum: u32,
}

impl Prefix {
    /// `None` if these are not the bytes that were written here.
    pub fn decode(bytes: &[u8], position: u64, salt: u64) -> Option<Self> {
        let number = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
        let (length, back, sum) = (number(0)? as usize, u64::from(number(4)?), number(8)?);
        let good = (FIXED..=MOST_ENTRY_BYTES).contains(&length) && back <= position && number(12)? == prefix_sum(&bytes[..12], position, salt);
        good.then_some(Self { length, back, sum })
    }

    pub fn holds(&self, body: &[u8]) -> bool {
        crc32fast::hash(body) == self.sum
    }
}

fn prefix_sum(prefix: &[u8], position: u64, salt: u64) -> u32 {
    let mut sum = crc32fast::Hasher::new();
    sum.update(prefix);
    sum.update(&position.to_le_bytes());
    sum.update(&salt.to_le_bytes());
    sum.finalize()
}

/// The names of the entry before: most entries share them.
pub struct Names([Arc<str>; 4]);

impl Default for Names {
    fn default() -> Self {
        Self(std::array::from_fn(|_| Arc::from("")))
    }
}

impl Names {
    /// `None` if the body makes no sense, although its checksum holds.
    pub fn decode(&mut self, body: &[u8]) -> Option<Entry> {
        let (fixed, mut rest) = body.split_first_chunk::<FIXED>()?;
        let kind = match fixed[0] {
            0 => EntryKind::Records,
            1 => EntryKind::Control,
            _ => return None,
        };
        for (name, length) in self.0.iter_mut().zip(fixed[40..].chunks_exact(2)) {
            let (bytes, after) = rest.split_at_checked(usize::from(u16::from_le_bytes([length[0], length[1]])))?;
            if name.as_bytes() != bytes {
                *name = Arc::from(std::str::from_utf8(bytes).ok()?);
            }
            rest = after;
        }
        let unpacked = u32::from_le_bytes(fixed[4..8].try_into().ok()?) as usize;
        let payload = Packing::from_byte(fixed[1])?.unpack(rest, Some(unpacked).filter(|bytes| *bytes <= MOST_ENTRY_BYTES)?)?;
        let [source, stream, peer, format] = self.0.clone();
        let received = Timestamp { nanos: i64::from_le_bytes(fixed[8..16].try_into().ok()?), digits: fixed[2] };
        let first = u64::from_le_bytes(fixed[32..40].try_into().ok()?);
        Some(Entry { kind, source, stream, peer, format, received, unit: fixed[16..32].try_into().ok()?, first, payload })
    }
}
