//! The limits: the same bytes parsed, and nothing else done with them.

use crate::Result;
use crate::data::line_start;
use evtx::{EvtxParser, ParserSettings};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::thread;

/// Each line parsed into a `sonic_rs::Value`, each thread its part of the file, read block by block.
pub fn json(file: &Path, threads: u64) -> Result<()> {
    let size = std::fs::metadata(file)?.len();
    let cuts = (0..=threads).map(|i| if i == threads { Ok(size) } else { line_start(file, size / threads * i) }).collect::<Result<Vec<u64>>>()?;
    let counts = thread::scope(|scope| {
        let parts: Vec<_> = cuts.windows(2).map(|cut| scope.spawn(move || json_part(file, cut[0], cut[1]))).collect();
        parts.into_iter().map(|part| part.join().expect("a part does not panic")).collect::<Result<Vec<u64>>>()
    })?;
    tell(counts.iter().sum())
}

fn json_part(file: &Path, from: u64, to: u64) -> Result<u64> {
    let mut reader = File::open(file)?;
    reader.seek(SeekFrom::Start(from))?;
    let mut reader = reader.take(to - from);
    let (mut block, mut kept, mut records) = (vec![0; 4 << 20], 0, 0);
    loop {
        let read = reader.read(&mut block[kept..])?;
        let filled = kept + read;
        let whole = memchr::memrchr(b'\n', &block[..filled]).map_or(0, |at| at + 1);
        records += lines(&block[..whole])?;
        block.copy_within(whole..filled, 0);
        kept = filled - whole;
        if read == 0 {
            return Ok(records);
        }
    }
}

fn lines(block: &[u8]) -> Result<u64> {
    let (mut at, mut records) = (0, 0);
    for end in memchr::memchr_iter(b'\n', block) {
        if end > at {
            std::hint::black_box(sonic_rs::from_slice::<sonic_rs::Value>(&block[at..end])?);
            records += 1;
        }
        at = end + 1;
    }
    Ok(records)
}

/// Each record through the evtx crate's streaming JSON writer, its own threads on chunks.
pub fn evtx(file: &Path, threads: usize) -> Result<()> {
    let mut parser = EvtxParser::from_path(file)?.with_configuration(ParserSettings::default().num_threads(threads));
    let mut records = 0;
    for record in parser.records_json_bytes() {
        std::hint::black_box(record?);
        records += 1;
    }
    tell(records)
}

fn tell(records: u64) -> Result<()> {
    println!("{}", serde_json::json!({ "records": records }));
    Ok(())
}
