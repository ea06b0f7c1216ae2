//! An EVTX file made of the chunks of others, repeated, each repetition with record numbers of its own.

use crate::Result;
use crate::data::create;
use std::io::Write;
use std::path::Path;

const HEADER: usize = 4096;
const CHUNK: usize = 64 << 10;
const MAGIC: &[u8] = b"ElfChnk\0";
/// Between the record numbers of one repetition and the next.
const SHIFT: u64 = 100_000_000;
/// Type of an unsigned integer of 8 bytes among the values of a template.
const UINT64: u8 = 0x0a;

/// Repeats all chunks of the files up to so many bytes.
pub fn repeat(out: &Path, bytes: usize, files: &[&str]) -> Result<()> {
    let mut chunks = Vec::new();
    for file in files {
        let data = std::fs::read(file)?;
        let whole = data.get(HEADER..).unwrap_or_default().chunks_exact(CHUNK);
        chunks.extend(whole.filter(|chunk| chunk.starts_with(MAGIC)).map(<[u8]>::to_vec));
    }
    let shift = |(i, chunk): (usize, &Vec<u8>)| shifted(chunk, (i / chunks.len()) as u64 * SHIFT);
    let all: Vec<Vec<u8>> = chunks.iter().cycle().enumerate().take(bytes / CHUNK).map(shift).collect();
    write(out, &all)
}

/// Cuts a file in two files of whole chunks.
pub fn halve(file: &Path, first: &Path, second: &Path) -> Result<()> {
    let data = std::fs::read(file)?;
    let chunks: Vec<Vec<u8>> = data[HEADER..].chunks_exact(CHUNK).map(<[u8]>::to_vec).collect();
    let (one, two) = chunks.split_at(chunks.len() / 2);
    write(first, one)?;
    write(second, two)
}

fn write(out: &Path, chunks: &[Vec<u8>]) -> Result<()> {
    let mut writer = create(out)?;
    writer.write_all(&header(chunks.len()))?;
    chunks.iter().try_for_each(|chunk| writer.write_all(chunk))?;
    Ok(writer.flush()?)
}

/// The file's header, for so many chunks.
fn header(chunks: usize) -> Vec<u8> {
    let mut header = vec![0; HEADER];
    header[..8].copy_from_slice(b"ElfFile\0");
    header[16..24].copy_from_slice(&(chunks as u64).saturating_sub(1).to_le_bytes());
    header[24..32].copy_from_slice(&1_u64.to_le_bytes());
    header[32..36].copy_from_slice(&128_u32.to_le_bytes());
    header[36..38].copy_from_slice(&1_u16.to_le_bytes());
    header[38..40].copy_from_slice(&3_u16.to_le_bytes());
    header[40..42].copy_from_slice(&(HEADER as u16).to_le_bytes());
    header[42..44].copy_from_slice(&(chunks as u16).to_le_bytes());
    let checksum = crc32fast::hash(&header[..120]);
    header[124..128].copy_from_slice(&checksum.to_le_bytes());
    header
}

/// The chunk with all its record numbers moved up, checksums made right again.
fn shifted(chunk: &[u8], by: u64) -> Vec<u8> {
    let mut chunk = chunk.to_vec();
    for at in [8, 16, 24, 32] {
        add(&mut chunk, at, by);
    }
    let end = (u32_at(&chunk, 48) as usize).min(CHUNK);
    let mut at = 512;
    while at + 28 <= end && chunk[at..].starts_with(b"**\0\0") {
        let size = u32_at(&chunk, at + 4) as usize;
        if size < 28 || at + size > end {
            break;
        }
        if let Some(value) = number_value(&chunk, at) {
            add(&mut chunk, value, by);
        }
        add(&mut chunk, at + 8, by);
        at += size;
    }
    let events = crc32fast::hash(&chunk[512..end]);
    chunk[52..56].copy_from_slice(&events.to_le_bytes());
    let mut head = crc32fast::Hasher::new();
    head.update(&chunk[..120]);
    head.update(&chunk[128..512]);
    chunk[124..128].copy_from_slice(&head.finalize().to_le_bytes());
    chunk
}

/// Where the record at `at` keeps `EventRecordID` among its template's values: the first integer of 8 bytes (times and
/// keywords have types of their own).
fn number_value(chunk: &[u8], at: usize) -> Option<usize> {
    let template = at + 28;
    if chunk.get(at + 24..at + 30)? != [0x0f, 1, 1, 0, 0x0c, 1] {
        return None;
    }
    let definition = u32_at(chunk, template + 6) as usize;
    let inline = definition == template + 10;
    let values = if inline { definition + 24 + u32_at(chunk, definition + 20) as usize } else { template + 10 };
    let count = u32_at(chunk, values) as usize;
    let mut value = values + 4 + 4 * count;
    for i in 0..count {
        let descriptor = chunk.get(values + 4 + 4 * i..values + 8 + 4 * i)?;
        let size = usize::from(u16::from_le_bytes([descriptor[0], descriptor[1]]));
        if descriptor[2] == UINT64 && size == 8 && value + 8 <= chunk.len() {
            return Some(value);
        }
        value += size;
    }
    None
}

fn add(bytes: &mut [u8], at: usize, by: u64) {
    let mut number = [0; 8];
    number.copy_from_slice(&bytes[at..at + 8]);
    bytes[at..at + 8].copy_from_slice(&(u64::from_le_bytes(number) + by).to_le_bytes());
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
