//! Small files read whole, never more than a bound: what the workspace uses in place of `std::fs::read`.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The file's bytes; more than `limit` of them is an error of kind `FileTooLarge`.
pub fn read_bounded(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    take_bounded(File::open(path)?, limit)?.ok_or_else(|| io::Error::new(io::ErrorKind::FileTooLarge, format!("longer than {limit} bytes")))
}

/// The same as text: UTF-8, a byte order mark dropped; anything else is an error of kind `InvalidData`.
pub fn read_bounded_text(path: &Path, limit: u64) -> io::Result<String> {
    let mut bytes = read_bounded(path, limit)?;
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()))
}

/// What holds most small files, so that one is read at a stroke.
const COMMON: usize = 8 << 10;

/// All of `reader`, or nothing where it holds more than `limit` bytes.
pub(crate) fn take_bounded(reader: impl Read, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::with_capacity(COMMON);
    reader.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}
