//! Lines for the benchmark: captures unpacked into one file, halves of it, and padding that matches nothing.

use crate::Result;
use flate2::read::MultiGzDecoder;
use std::collections::HashSet;
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// Unpacks files into one, each ended by a newline.
pub fn unpack(out: &Path, files: &[&str]) -> Result<()> {
    let mut writer = create(out)?;
    for file in files {
        let mut bytes = Vec::new();
        MultiGzDecoder::new(File::open(file)?).read_to_end(&mut bytes)?;
        if bytes.last() != Some(&b'\n') {
            bytes.push(b'\n');
        }
        writer.write_all(&bytes)?;
    }
    Ok(writer.flush()?)
}

/// Cuts a file of lines in two, about in the middle.
pub fn halve(file: &Path, first: &Path, second: &Path) -> Result<()> {
    let middle = line_start(file, std::fs::metadata(file)?.len() / 2)?;
    std::io::copy(&mut File::open(file)?.take(middle), &mut create(first)?)?;
    let mut rest = File::open(file)?;
    rest.seek(SeekFrom::Start(middle))?;
    std::io::copy(&mut rest, &mut create(second)?)?;
    Ok(())
}

/// The first lines of a file, about so many bytes.
pub fn head(file: &Path, out: &Path, bytes: u64) -> Result<()> {
    let end = line_start(file, bytes)?;
    std::io::copy(&mut File::open(file)?.take(end), &mut create(out)?)?;
    Ok(())
}

/// The file, and then its lines that are in no result of a scan, over and over, up to so many bytes: more input with no more matches.
pub fn pad(file: &Path, results: &Path, out: &Path, bytes: u64) -> Result<()> {
    let matched = matched_lines(results)?;
    let mut quiet = Vec::new();
    for (number, line) in BufReader::new(File::open(file)?).split(b'\n').enumerate() {
        let line = line?;
        if !matched.contains(&(number as u64 + 1)) && !line.is_empty() {
            quiet.extend_from_slice(&line);
            quiet.push(b'\n');
        }
    }
    let mut writer = create(out)?;
    let mut written = std::io::copy(&mut File::open(file)?, &mut writer)?;
    while written < bytes && !quiet.is_empty() {
        writer.write_all(&quiet)?;
        written += quiet.len() as u64;
    }
    Ok(writer.flush()?)
}

/// Lines that a scan's results name as events.
fn matched_lines(results: &Path) -> Result<HashSet<u64>> {
    let mut lines = HashSet::new();
    for result in BufReader::new(File::open(results)?).lines() {
        let result: serde_json::Value = serde_json::from_str(&result?)?;
        let events = result["events"].as_array().map_or(&[][..], Vec::as_slice);
        lines.extend(events.iter().filter_map(|event| event["line"][0].as_u64()));
    }
    Ok(lines)
}

/// Where the first line that begins at or after `from` begins.
pub fn line_start(file: &Path, from: u64) -> Result<u64> {
    if from == 0 {
        return Ok(0);
    }
    let mut reader = BufReader::new(File::open(file)?);
    reader.seek(SeekFrom::Start(from - 1))?;
    let mut skipped = Vec::new();
    Ok(from - 1 + reader.read_until(b'\n', &mut skipped)? as u64)
}

pub fn create(path: &Path) -> Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}
