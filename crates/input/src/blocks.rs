//! A stream cut into blocks of whole lines, for parallel consumers.

use crate::options::Options;
use crate::problem::Problem;
use crate::stream::Stream;
use memchr::{memchr, memchr_iter, memrchr};
use std::io::{self, Read};

/// Whole lines; only the last block of a stream may lack the final newline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// 1-based number of the first line.
    pub first_line: u64,
    /// Where the block begins, in bytes of the (decompressed) stream; of UTF-16, in bytes of the UTF-8 made of it.
    pub offset: u64,
    /// Give it back with [`BlockReader::recycle`].
    pub bytes: Vec<u8>,
}

/// A line that was longer than allowed and is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LongLine {
    pub line: u64,
    pub offset: u64,
    /// Its length without the newline.
    pub bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Block(Block),
    LongLine(LongLine),
}

/// Holds at most about `max_line` + `block_size` bytes. Damage is told after all that came before it.
pub struct BlockReader {
    stream: Stream,
    max_line: usize,
    size: usize,
    /// Longer than what is filled: what a buffer held before is written over, not cleared first.
    buffer: Vec<u8>,
    filled: usize,
    /// Beginning of `buffer` known to hold no newline.
    searched: usize,
    line: u64,
    offset: u64,
    ended: bool,
    failed: Option<Problem>,
    spare: Vec<Vec<u8>>,
}

impl BlockReader {
    /// Reads `stream` as text, from its beginning; see [`Stream::text`].
    pub fn new(mut stream: Stream, options: &Options) -> Self {
        let mark = stream.text();
        // Offsets into a UTF-8 file count its mark; UTF-16 is counted as the UTF-8 made of it.
        let offset = if mark == 3 { mark } else { 0 };
        let (max_line, size) = (options.max_line.max(1), options.block_size.clamp(1, options.max_line.max(1)));
        Self { stream, max_line, size, buffer: Vec::new(), filled: 0, searched: 0, line: 1, offset, ended: false, failed: None, spare: Vec::new() }
    }

    pub fn name(&self) -> &str {
        &self.stream.name
    }

    /// Lines given or left out so far, plus one.
    pub fn next_line(&self) -> u64 {
        self.line
    }

    /// Takes the buffer of a block that was worked off, to fill it again.
    pub fn recycle(&mut self, buffer: Vec<u8>) {
        if self.spare.len() < MAX_SPARE {
            self.spare.push(buffer);
        }
    }

    /// Reads until there is a block's worth and a newline in it, or a line too long, or no more.
    fn fill(&mut self) {
        while !self.ended {
            if self.filled >= self.size {
                if self.filled > self.max_line || memchr(b'\n', &self.text()[self.searched..]).is_some() {
                    return;
                }
                self.searched = self.filled;
                self.read(self.size);
            } else {
                self.read(self.size - self.filled);
            }
        }
    }

    /// Appends `want` bytes; fewer are the end.
    fn read(&mut self, want: usize) {
        let end = self.filled + want;
        if self.buffer.len() < end {
            self.buffer.resize(end, 0);
        }
        while self.filled < end && !self.ended {
            match self.stream.read(&mut self.buffer[self.filled..end]) {
                Ok(0) => self.ended = true,
                Ok(n) => self.filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => (self.ended, self.failed) = (true, Some(self.stream.problem(&error))),
            }
        }
    }

    fn text(&self) -> &[u8] {
        &self.buffer[..self.filled]
    }

    /// Bytes of the buffer in whole lines of allowed length, and whether a line too long follows them.
    fn cut(&self) -> (usize, bool) {
        let mut upto = 0;
        loop {
            let rest = &self.text()[upto..];
            let window = &rest[..rest.len().min(self.max_line.saturating_add(1))];
            match memrchr(b'\n', window) {
                Some(at) => upto += at + 1,
                None if rest.len() > self.max_line => return (upto, true),
                None if self.ended => return (self.filled, false),
                None => return (upto, false),
            }
        }
    }

    fn block(&mut self, length: usize) -> Block {
        let mut next = self.spare.pop().unwrap_or_default();
        let rest = &self.buffer[length..self.filled];
        if next.len() < rest.len() {
            next.resize(self.size.max(rest.len()), 0);
        }
        next[..rest.len()].copy_from_slice(rest);
        self.filled = rest.len();
        let mut bytes = std::mem::replace(&mut self.buffer, next);
        bytes.truncate(length);
        let block = Block { first_line: self.line, offset: self.offset, bytes };
        let unended = u64::from(block.bytes.last() != Some(&b'\n'));
        self.line += memchr_iter(b'\n', &block.bytes).count() as u64 + unended;
        self.offset += length as u64;
        block
    }

    /// Skips the line the buffer begins with, counting it.
    fn long_line(&mut self) -> LongLine {
        let mut long = LongLine { line: self.line, offset: self.offset, bytes: 0 };
        let mut newline = memchr(b'\n', self.text());
        while newline.is_none() {
            long.bytes += self.filled as u64;
            self.filled = 0;
            if self.ended {
                break;
            }
            self.read(self.size);
            newline = memchr(b'\n', self.text());
        }
        let rest = newline.map_or(0, |at| at + 1);
        long.bytes += newline.unwrap_or(0) as u64;
        self.buffer.copy_within(rest..self.filled, 0);
        self.filled -= rest;
        self.line += 1;
        self.offset += long.bytes + u64::from(newline.is_some());
        long
    }
}

const MAX_SPARE: usize = 64;

impl Iterator for BlockReader {
    type Item = Result<Piece, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        self.fill();
        self.searched = 0;
        match self.cut() {
            (0, true) => Some(Ok(Piece::LongLine(self.long_line()))),
            (0, false) => self.failed.take().map(Err),
            (length, _) => Some(Ok(Piece::Block(self.block(length)))),
        }
    }
}
