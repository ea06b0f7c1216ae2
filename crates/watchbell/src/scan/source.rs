//! A stream cut as its format wants it: blocks of lines, EVTX chunks, or all of it at once.

use crate::scan::covered::Known;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use watchbell_formats::Framing;
use watchbell_input::{Block, BlockReader, Options, Piece, Problem, Stream, read_whole};

/// Gives blocks until the end; what follows a problem is not read.
pub enum Source {
    Lines(Box<BlockReader>),
    Chunks(Box<Chunks>),
    Whole(Option<Box<Stream>>),
    Picked(Box<Picked>),
}

/// EVTX: bytes before the first chunk, and of one chunk.
const HEADER: u64 = 4096;
const CHUNK: usize = 64 << 10;
/// Chunks in a block.
const CHUNKS: usize = 16;
/// The most that is decoded at once.
const WHOLE: u64 = 1 << 30;

impl Source {
    pub fn new(mut stream: Stream, framing: Framing, options: &Options) -> Self {
        match framing {
            Framing::Lines | Framing::LinesInOrder => Self::Lines(Box::new(BlockReader::new(stream, options))),
            Framing::Chunks => Self::Chunks(Box::new(Chunks { stream, offset: 0, ended: false, failed: None, spare: Vec::new() })),
            Framing::Whole => {
                stream.text();
                Self::Whole(Some(Box::new(stream)))
            }
        }
    }

    /// Only these blocks of the stream; all of it where it is no plain file.
    pub fn pick(mut stream: Stream, framing: Framing, options: &Options, blocks: Vec<(u64, Known)>) -> Self {
        match stream.plain_file.take() {
            Some(file) => Self::Picked(Box::new(Picked { stream, file, blocks: blocks.into(), spare: None })),
            None => Self::new(stream, framing, options),
        }
    }

    pub fn next(&mut self) -> Option<Result<Piece, Problem>> {
        match self {
            Self::Lines(blocks) => blocks.next(),
            Self::Chunks(chunks) => chunks.next(),
            Self::Picked(picked) => picked.next(),
            Self::Whole(stream) => {
                let whole = read_whole(&mut *stream.take()?, WHOLE);
                Some(whole.map(|bytes| Piece::Block(Block { first_line: 1, offset: 0, bytes })))
            }
        }
    }

    /// Takes a block's buffer back, to fill it again.
    pub fn recycle(&mut self, buffer: Vec<u8>) {
        match self {
            Self::Lines(blocks) => blocks.recycle(buffer),
            Self::Picked(picked) => picked.spare = Some(buffer),
            Self::Chunks(chunks) => chunks.spare.push(buffer),
            Self::Whole(_) => {}
        }
    }
}

/// Some blocks of a plain file, whose places are known from a reading before.
pub struct Picked {
    stream: Stream,
    file: File,
    blocks: VecDeque<(u64, Known)>,
    spare: Option<Vec<u8>>,
}

impl Picked {
    fn next(&mut self) -> Option<Result<Piece, Problem>> {
        let (offset, known) = self.blocks.pop_front()?;
        let mut bytes = self.spare.take().unwrap_or_default();
        bytes.resize(known.length, 0);
        match self.file.seek(SeekFrom::Start(offset)).and_then(|_| self.file.read_exact(&mut bytes)) {
            Ok(()) => Some(Ok(Piece::Block(Block { first_line: known.first_line, offset, bytes }))),
            Err(error) => {
                self.blocks.clear();
                Some(Err(self.stream.problem(&error)))
            }
        }
    }
}

pub struct Chunks {
    stream: Stream,
    offset: u64,
    ended: bool,
    failed: Option<Problem>,
    /// Buffers of blocks that were worked off, one a thread at most.
    spare: Vec<Vec<u8>>,
}

impl Chunks {
    fn next(&mut self) -> Option<Result<Piece, Problem>> {
        if self.offset == 0 {
            self.read(HEADER as usize);
        }
        let offset = self.offset;
        let bytes = self.read(CHUNKS * CHUNK);
        if bytes.is_empty() {
            return self.failed.take().map(Err);
        }
        Some(Ok(Piece::Block(Block { first_line: 0, offset, bytes })))
    }

    /// The next `want` bytes; fewer are the end.
    fn read(&mut self, want: usize) -> Vec<u8> {
        let mut bytes = self.spare.pop().unwrap_or_default();
        bytes.resize(want, 0);
        let mut filled = 0;
        while !self.ended && filled < want {
            match self.stream.read(&mut bytes[filled..]) {
                Ok(0) => self.ended = true,
                Ok(n) => filled += n,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => (self.ended, self.failed) = (true, Some(self.stream.problem(&error))),
            }
        }
        bytes.truncate(filled);
        self.offset += bytes.len() as u64;
        bytes
    }
}
