//! One readable log: decompressed bytes with a name.

use crate::bounded::take_bounded;
use crate::decode::Reader;
use crate::peek::Peek;
use crate::problem::{Problem, Reason};
use crate::utf16::Utf16;
use std::fs::File;
use std::io::{self, Read};

/// Read it as any [`Read`]; an error's reason is told by [`Stream::problem`].
pub struct Stream {
    /// As the user would write it; a member of an archive is `archive/member`.
    pub name: String,
    /// When the log was last written: unix seconds.
    pub modified: Option<i64>,
    /// The file itself, where this stream is all of an uncompressed regular file: a second handle for seeking and for
    /// parallel reads at offsets, whose own cursor the stream does not use.
    pub plain_file: Option<File>,
    /// Decompressed bytes, as the file system or the archive tells.
    pub size_hint: Option<u64>,
    reader: Peek<Reader>,
    /// Bytes of a byte order mark dropped.
    mark: Option<u64>,
}

impl Stream {
    /// A stream of anything, for what does not come from a file.
    pub fn new(name: impl Into<String>, reader: impl Read + Send + 'static) -> Self {
        Self::peeked(name.into(), Peek::new(Box::new(reader)), None, None)
    }

    pub(crate) fn peeked(name: String, reader: Peek<Reader>, modified: Option<i64>, size_hint: Option<u64>) -> Self {
        Self { name, modified, plain_file: None, size_hint, reader, mark: None }
    }

    /// The first `n` bytes (fewer where there are no more) without taking them, for recognition by content.
    pub fn head(&mut self, n: usize) -> &[u8] {
        self.reader.look(n)
    }

    /// Drops a UTF-8 byte order mark, turns UTF-16 that begins with one into UTF-8 (`plain_file` is then none).
    /// Call it before the first read; gives the bytes dropped. [`crate::BlockReader`] does it itself.
    pub fn text(&mut self) -> u64 {
        if let Some(mark) = self.mark {
            return mark;
        }
        let (mark, utf16) = match self.reader.look(3) {
            b"\xEF\xBB\xBF" => (3, false),
            [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => (2, true),
            _ => (0, false),
        };
        let big_endian = self.reader.look(1) == [0xFE];
        self.reader.skip(mark);
        if utf16 {
            let raw = std::mem::replace(&mut self.reader, Peek::new(Box::new(io::empty())));
            self.reader = Peek::new(Box::new(Utf16::new(raw, big_endian)));
            (self.plain_file, self.size_hint) = (None, None);
        }
        self.mark = Some(mark as u64);
        mark as u64
    }

    /// An error of reading this stream, told in full.
    pub fn problem(&self, error: &io::Error) -> Problem {
        Problem::new(&self.name, Reason::of(error))
    }
}

impl Read for Stream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buf)
    }
}

/// What is left of a stream, for formats that need all of it; more than `limit` bytes is a problem.
pub fn read_whole(stream: &mut Stream, limit: u64) -> Result<Vec<u8>, Problem> {
    match take_bounded(&mut *stream, limit) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(Problem::new(&stream.name, Reason::TooLong { limit })),
        Err(error) => Err(stream.problem(&error)),
    }
}
