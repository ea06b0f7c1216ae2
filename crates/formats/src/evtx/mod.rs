//! Windows' own log files: chunks of 64 KiB, each decoded by itself.

mod cursor;
mod record;
mod records;
mod slow;
mod template;
mod values;

use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::Sink;

pub const EVTX: Format = Format { id: "evtx", title: "Windows event log file", framing: Framing::Chunks, recognise, decoder };

const FILE_MAGIC: &[u8] = b"ElfFile\0";
const CHUNK: usize = 64 << 10;
/// Bytes of a file's header, where the file does not say.
const FILE_HEADER: usize = 4096;

fn recognise(head: &[u8]) -> bool {
    head.starts_with(FILE_MAGIC)
}

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Evtx(record::Chunks::new(catalogue, stream)))
}

struct Evtx(record::Chunks);

impl Decoder for Evtx {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let mut bytes = block.bytes;
        if block.offset == 0 && bytes.starts_with(FILE_MAGIC) {
            let size = bytes.get(40..42).map_or(0, |b| usize::from(u16::from_le_bytes([b[0], b[1]])));
            bytes = bytes.get(if size == 0 { FILE_HEADER } else { size }..).unwrap_or_default();
        }
        let mut slots = self.0.slots();
        for chunk in bytes.chunks(CHUNK) {
            slots = self.0.chunk(chunk, arena, slots, sink);
        }
        self.0.reader.emitter.done(slots);
    }
}
