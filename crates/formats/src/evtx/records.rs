//! The records of a chunk that is in order: one after another, from the header to the free space.

use super::cursor::Cursor;

pub const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8] = b"**\0\0";
const CHUNK_HEADER: usize = 512;
const RECORD_HEADER: usize = 24;

/// A record's number, and its binary XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    pub number: u64,
    pub from: usize,
    pub to: usize,
}

/// Every record, or none if the chunk is not in order in every point.
pub fn records(chunk: &[u8]) -> Option<Vec<Record>> {
    let mut header = Cursor { data: chunk, at: 0 };
    if header.take(8)? != CHUNK_MAGIC {
        return None;
    }
    header.at = 32;
    let last = header.u64()?;
    header.at = 48;
    let free = header.u32()? as usize;
    let mut records = Vec::new();
    let mut at = CHUNK_HEADER;
    while at < free {
        let (record, next) = record(chunk, at)?;
        records.push(record);
        at = next;
        if record.number == last {
            break;
        }
    }
    (at == free && free <= chunk.len()).then_some(records)
}

fn record(chunk: &[u8], at: usize) -> Option<(Record, usize)> {
    let mut cursor = Cursor { data: chunk, at };
    if cursor.take(4)? != RECORD_MAGIC {
        return None;
    }
    let size = cursor.u32()? as usize;
    let number = cursor.u64()?;
    let next = at.checked_add(size)?;
    let to = next.checked_sub(4)?;
    cursor.at = to;
    let copied = cursor.u32()? as usize;
    let from = at + RECORD_HEADER;
    (copied == size && from <= to).then_some((Record { number, from, to }, next))
}
