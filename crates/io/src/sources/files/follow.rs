//! One file: what of it is new.

use super::chunks::new_chunks;
use super::position::{FileId, HEAD, Position, read_at};
use crate::lines::{any, cut};
use crate::{Limits, unit_of};
use bytes::Bytes;
use std::fs::{File, Metadata};
use std::io;
use std::path::PathBuf;
use std::time::UNIX_EPOCH;
use watchbell_formats::{FORMATS, Framing};

/// Bytes that are read of a file in one round.
const ROUND: usize = 1 << 20;
/// Of what is quarantined, how much is kept.
const KEPT: usize = 4 << 10;

pub struct Follow {
    /// What it is called now.
    pub path: PathBuf,
    pub position: Position,
    pub file: Option<File>,
    /// Rounds in which there was nothing new.
    pub quiet: u32,
    /// Where it stood before it was truncated or replaced in place.
    pub cut: Option<Position>,
    /// Whether it could not be read at the last look.
    pub fails: bool,
    /// Size and time at the last look.
    seen: (u64, i64),
    /// There was nothing new at the last look, nor will there be while size and time stay.
    settled: bool,
}

/// New bytes of a file.
#[derive(Debug, Default)]
pub struct New {
    /// The format, if content told it; the unit; number of the first line or byte; bytes.
    pub blocks: Vec<(&'static str, [u8; 16], u64, Bytes)>,
    pub rejected: Vec<(&'static str, Bytes)>,
    pub position: Position,
}

impl Follow {
    pub fn new(path: PathBuf, position: Position) -> Self {
        Self { path, position, file: None, quiet: 0, cut: None, fails: false, seen: (0, 0), settled: false }
    }

    /// What is new. `last`: nothing more will come, so a line without an end is one.
    pub fn look(&mut self, id: FileId, format: &'static str, limits: &Limits, last: bool) -> io::Result<Option<New>> {
        let file = match self.file.take() {
            Some(file) => file,
            None => File::open(&self.path)?,
        };
        let metadata = file.metadata()?;
        if FileId::of(&metadata, &self.path) != id {
            // Another file has come to stand here; it is met by its own id.
            return Ok(None);
        }
        let now = size_and_time(&metadata);
        if now == self.seen && self.settled && !last {
            self.file = Some(file);
            return Ok(None);
        }
        if !self.position.fits(&file, now.0)? {
            let anew = Position { path: self.position.path.clone(), ..Position::default() };
            self.cut = Some(std::mem::replace(&mut self.position, anew));
            self.settled = false;
            self.file = Some(file);
            return Ok(None);
        }
        let new = self.new_of(&file, now, format, limits, last)?;
        self.settled = new.is_none() && now == self.seen;
        self.seen = now;
        self.file = Some(file);
        Ok(new)
    }

    fn new_of(&self, file: &File, now: (u64, i64), format: &'static str, limits: &Limits, last: bool) -> io::Result<Option<New>> {
        if now.0 == self.position.offset && self.position.chunks.is_empty() && self.position.document.is_none() {
            return Ok(None);
        }
        let head = read_at(file, 0, watchbell_formats::HEAD)?;
        match framing(&head, format) {
            Some((Framing::Chunks, id)) => new_chunks(file, now.0, id, &self.position),
            Some((Framing::Whole, id)) if self.position.offset == 0 => self.document(file, now, id, limits),
            Some((_, id)) => self.lines(file, &head, if format.is_empty() && id == "text" { "" } else { id }, limits, last),
            None => Ok(None),
        }
    }

    /// A document is taken when it is no longer written, and again when it has changed.
    fn document(&self, file: &File, now: (u64, i64), format: &'static str, limits: &Limits) -> io::Result<Option<New>> {
        if now != self.seen || self.position.document == Some(now) || now.0 == 0 {
            return Ok(None);
        }
        let mut new = New { position: Position { document: Some(now), ..self.position.clone() }, ..New::default() };
        let bytes = Bytes::from(read_at(file, 0, limits.unpacked_bytes.saturating_add(1))?);
        if bytes.len() > limits.unpacked_bytes {
            new.rejected.push(("document_too_long", bytes.slice(..KEPT.min(bytes.len()))));
        } else {
            new.blocks.push((format, unit_of(&bytes), 1, bytes));
        }
        Ok(Some(new))
    }

    fn lines(&self, file: &File, head: &[u8], format: &'static str, limits: &Limits, last: bool) -> io::Result<Option<New>> {
        let mut new = New { position: self.position.clone(), ..New::default() };
        let bytes = Bytes::from(read_at(file, self.position.offset, ROUND.max(limits.line_bytes.saturating_add(1)))?);
        let begin = if new.position.skips { after_line(&bytes) } else { Some(0) };
        let Some(begin) = begin else {
            new.advance(bytes.len(), 0);
            return new.learned(file).map(Some);
        };
        if begin > 0 {
            new.advance(begin, 1);
            new.position.skips = false;
        }
        let rest = bytes.slice(begin..);
        match memchr::memrchr(b'\n', &rest) {
            Some(end) => new.take(&rest.slice(..=end), unit(head), format, limits),
            None if rest.len() > limits.line_bytes => {
                new.rejected.push(("line_too_long", rest.slice(..KEPT.min(rest.len()))));
                new.position.skips = true;
                new.advance(rest.len(), 0);
            }
            None if last && !rest.is_empty() => new.take(&rest, unit(head), format, limits),
            None if begin == 0 => return Ok(None),
            None => {}
        }
        new.learned(file).map(Some)
    }
}

impl New {
    fn take(&mut self, lines: &Bytes, unit: [u8; 16], format: &'static str, limits: &Limits) {
        let before = self.position.lines;
        let cut = cut(lines, limits, any);
        self.blocks.extend(cut.pieces.into_iter().map(|piece| (format, unit, before + piece.first, piece.bytes)));
        self.rejected.extend(cut.rejected.into_iter().map(|line| (line.reason, line.bytes.slice(..KEPT.min(line.bytes.len())))));
        let count = memchr::memchr_iter(b'\n', lines).count() + usize::from(!lines.ends_with(b"\n"));
        self.advance(lines.len(), count as u64);
    }

    fn advance(&mut self, bytes: usize, lines: u64) {
        self.position.offset += bytes as u64;
        self.position.lines += lines;
    }

    fn learned(mut self, file: &File) -> io::Result<Self> {
        self.position.learn(file)?;
        Ok(self)
    }
}

/// Size, and when it was last written in nanoseconds.
pub fn size_and_time(metadata: &Metadata) -> (u64, i64) {
    let since = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    (metadata.len(), since.map_or(0, |since| since.as_nanos() as i64))
}

/// How a file that begins so is cut, and the id of its format; `format`, if one is configured.
pub fn framing(head: &[u8], format: &str) -> Option<(Framing, &'static str)> {
    let known = FORMATS.iter().find(|known| if format.is_empty() { (known.recognise)(head) } else { known.id == format });
    known.map(|known| (known.framing, known.id))
}

fn after_line(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes).map(|end| end + 1)
}

/// A file of lines is what its first line says: that stays while it grows, and when it is sent again by another name.
fn unit(head: &[u8]) -> [u8; 16] {
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    unit_of(&line[..line.len().min(HEAD)])
}
