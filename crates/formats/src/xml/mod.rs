//! Windows event XML: one event or many, a line each or pretty, between whatever wraps them.

mod event;
mod parse;

pub(crate) use event::XmlReader;

use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use memchr::memmem::find;
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};

pub const XML: Format = Format { id: "event-xml", title: "Windows event XML", framing: Framing::LinesInOrder, recognise, decoder };

const END: &[u8] = b"</Event>";

/// Bytes of the longest event that is waited for.
const LONGEST: usize = 16 << 20;

fn recognise(head: &[u8]) -> bool {
    head.trim_ascii_start().starts_with(b"<") && start(head).is_some()
}

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Events { reader: XmlReader::new(catalogue, stream), open: Vec::new(), line: 1 })
}

/// Where the next event's tag begins: `<Event>` or `<Event xmlns=..>`, not `<Events>`, not `<EventData>`.
fn start(text: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(text, b"<Event").find(|at| matches!(text.get(at + 6), Some(b'>' | b' ' | b'\t' | b'\r' | b'\n')))
}

struct Events {
    reader: XmlReader,
    /// The beginning of an event whose end is in a later block.
    open: Vec<u8>,
    /// The line where it begins.
    line: u64,
}

impl Decoder for Events {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let mut text = block.bytes;
        let mut line = block.first_line;
        if !self.open.is_empty() {
            line = self.line;
            let joined = [std::mem::take(&mut self.open).as_slice(), text].concat();
            text = arena.alloc_slice_copy(&joined);
        }
        while let Some(from) = start(text) {
            line += breaks(&text[..from]);
            text = &text[from..];
            // An event ends before the next one begins, so that no text is searched twice.
            let other = start(&text[6..]).map(|at| at + 6);
            let own = &text[..other.unwrap_or(text.len())];
            if let Some(at) = find(own, END) {
                let (event, rest) = text.split_at(at + END.len());
                let last = line + breaks(event);
                self.reader.record(event, Some((line, last)), arena, sink);
                (line, text) = (last, rest);
            } else if let Some(other) = other {
                cut_off(line, sink);
                line += breaks(own);
                text = &text[other..];
            } else {
                self.keep(text, line, sink);
                return;
            }
        }
    }

    fn finish<'a>(&mut self, _arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        if !std::mem::take(&mut self.open).is_empty() {
            cut_off(self.line, sink);
        }
    }
}

impl Events {
    /// Waits for the rest of an event.
    fn keep(&mut self, text: &[u8], line: u64, sink: &mut dyn Sink<'_>) {
        if text.len() > LONGEST {
            cut_off(line, sink);
        } else {
            (self.open, self.line) = (text.to_vec(), line);
        }
    }
}

fn cut_off(line: u64, sink: &mut dyn Sink<'_>) {
    sink.quarantined(Quarantined { line: Some(line), record: None, reason: "bad_xml", records: 1 });
}

fn breaks(text: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', text).count() as u64
}
