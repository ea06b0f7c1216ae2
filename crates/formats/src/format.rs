//! The contract of a format: how it is recognised, how its bytes are cut, and the decoder that turns them into events.

use crate::Catalogue;
use bumpalo::Bump;
use jiff::tz::TimeZone;
use std::sync::Arc;
use watchbell_model::Sink;

/// One format, told in its own file and listed once in [`crate::FORMATS`].
pub struct Format {
    /// Stable word, as in stats: `evtx`, `auditd`.
    pub id: &'static str,
    pub title: &'static str,
    pub framing: Framing,
    /// Whether the head of a stream (up to [`HEAD`] bytes) is of this format; asked in the order of the list.
    pub recognise: fn(&[u8]) -> bool,
    pub decoder: fn(&Arc<Catalogue>, &Arc<Stream>) -> Box<dyn Decoder>,
}

/// Bytes of a stream's beginning that are enough to recognise it by.
pub const HEAD: usize = 64 << 10;

/// How a stream is cut, and whether its pieces may be decoded beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// Blocks of whole lines, each decoded by itself, in parallel.
    Lines,
    /// Blocks of whole lines, one after another by one decoder, which remembers.
    LinesInOrder,
    /// EVTX: the file's header, then chunks of 64 KiB, each by itself. A block is one or more whole chunks; `offset` places it.
    Chunks,
    /// The whole stream at once (a JSON array, an XML document), bounded by the reader.
    Whole,
}

/// Bytes to be decoded.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    pub bytes: &'a [u8],
    /// 1-based number of the first line.
    pub first_line: u64,
    /// Where the block begins in the decompressed stream.
    pub offset: u64,
}

/// What is known of a stream besides its bytes, for records that do not say.
#[derive(Clone, Debug)]
pub struct Stream {
    /// When it was last written, unix seconds.
    pub modified: Option<i64>,
    pub host: Option<String>,
    pub zone: TimeZone,
    pub year: Option<i16>,
}

impl Default for Stream {
    fn default() -> Self {
        Self { modified: None, host: None, zone: TimeZone::UTC, year: None }
    }
}

/// Turns bytes into events. One per stream, or per thread where blocks are decoded by themselves.
pub trait Decoder: Send {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>);

    /// The end of the stream: gives out what is still open.
    fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let _ = (arena, sink);
    }
}
