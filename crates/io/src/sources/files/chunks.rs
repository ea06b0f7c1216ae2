//! EVTX: the chunks that are new or have been written to, whole each time. Records that came before are recognised by
//! their own identity.

use super::follow::New;
use super::position::{Position, read_at};
use crate::unit_of;
use bytes::Bytes;
use std::fs::File;
use std::io;

const CHUNK: usize = 64 << 10;
const MAGIC: &[u8] = b"ElfChnk\0";
const HEADER: u64 = 4096;
/// Where a chunk's first record stands, and how much of it tells which it is: number and time.
const RECORDS: usize = 512;
const RECORD_HEAD: usize = 24;
/// Chunks that go together, and chunks of one round.
const TOGETHER: usize = 16;
const ROUND: usize = 256;

pub fn new_chunks(file: &File, size: u64, format: &'static str, position: &Position) -> io::Result<Option<New>> {
    let mut new = New { position: position.clone(), ..New::default() };
    let whole = whole(size);
    new.position.chunks.resize(whole, 0);
    let first = read_at(file, HEADER + RECORDS as u64, RECORD_HEAD)?;
    let mut taken = 0;
    let mut together: Option<(u64, Vec<u8>)> = None;
    for number in 0..whole {
        let offset = HEADER + (number * CHUNK) as u64;
        let state = state(&read_at(file, offset, 128)?);
        if state == 0 || new.position.chunks[number] == state || taken >= ROUND {
            new.close(&mut together, format, &first);
            continue;
        }
        let bytes = read_at(file, offset, CHUNK)?;
        let (_, run) = together.get_or_insert_with(|| (offset, Vec::with_capacity(CHUNK * 2)));
        run.extend_from_slice(&bytes);
        if run.len() >= TOGETHER * CHUNK {
            new.close(&mut together, format, &first);
        }
        (new.position.chunks[number], taken) = (state, taken + 1);
    }
    new.close(&mut together, format, &first);
    Ok((!new.blocks.is_empty()).then_some(new))
}

/// What there is of each chunk.
pub fn states(file: &File, size: u64) -> io::Result<Vec<u64>> {
    (0..whole(size)).map(|number| Ok(state(&read_at(file, HEADER + (number * CHUNK) as u64, 128)?))).collect()
}

/// How many chunks are whole.
fn whole(size: u64) -> usize {
    usize::try_from(size.saturating_sub(HEADER)).unwrap_or(usize::MAX) / CHUNK
}

/// The checksums of a chunk's header and of its records: they change whenever it is written to. Zero: there is no chunk.
fn state(header: &[u8]) -> u64 {
    let number = |at: usize| header.get(at..at + 4).map_or(0, |four| u64::from(u32::from_le_bytes([four[0], four[1], four[2], four[3]])));
    if header.starts_with(MAGIC) { (number(52) << 32 | number(124)).max(1) } else { 0 }
}

impl New {
    fn close(&mut self, together: &mut Option<(u64, Vec<u8>)>, format: &'static str, first: &[u8]) {
        if let Some((offset, bytes)) = together.take() {
            self.blocks.push((format, unit_of(first), offset, Bytes::from(bytes)));
        }
    }
}
