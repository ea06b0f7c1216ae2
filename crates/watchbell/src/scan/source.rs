//! A stream cut as its format wants it: blocks of lines, EVTX chunks, or all of it at once.

use std::io::Read;
use watchbell_formats::Framing;
use watchbell_input::{Block, BlockReader, Options, Piece, Problem, Stream, read_whole};

/// Gives blocks until the end; what follows a problem is not read.
pub enum Source {
    Lines(Box<BlockReader>),
    Chunks(Box<Chunks>),
    Whole(Option<Box<Stream>>),
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
            Framing::Chunks => Self::Chunks(Box::new(Chunks { stream, offset: 0, ended: false, failed: None })),
            Framing::Whole => {
                stream.text();
                Self::Whole(Some(Box::new(stream)))
            }
        }
    }

    pub fn next(&mut self) -> Option<Result<Piece, Problem>> {
        match self {
            Self::Lines(blocks) => blocks.next(),
            Self::Chunks(chunks) => chunks.next(),
            Self::Whole(stream) => {
                let whole = read_whole(&mut *stream.take()?, WHOLE);
                Some(whole.map(|bytes| Piece::Block(Block { first_line: 1, offset: 0, bytes })))
            }
        }
    }

    /// Takes a block's buffer back, to fill it again.
    pub fn recycle(&mut self, buffer: Vec<u8>) {
        if let Self::Lines(blocks) = self {
            blocks.recycle(buffer);
        }
    }
}

pub struct Chunks {
    stream: Stream,
    offset: u64,
    ended: bool,
    failed: Option<Problem>,
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
        let mut bytes = Vec::new();
        if !self.ended
            && let Err(error) = (&mut self.stream).take(want as u64).read_to_end(&mut bytes)
        {
            self.failed = Some(self.stream.problem(&error));
        }
        self.ended = self.ended || bytes.len() < want;
        self.offset += bytes.len() as u64;
        bytes
    }
}
