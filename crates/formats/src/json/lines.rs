//! JSON lines: one object a line, after a time maybe, as CloudWatch exports them; a line that is none is quarantined by itself.

use super::index::LineIndex;
use super::keys::Plain;
use super::quotes::Scalar;
use super::record::{Place, Reader};
use super::walk::{Frames, Walk, walk};
use super::whole::{Envelope, elements, envelope};
use crate::shape::Trie;
use crate::{Block, Catalogue, Decoder, Format, Framing, HEAD, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Sink, Slots};

pub const JSON_LINES: Format = Format { id: "json-lines", title: "JSON, an object a line", framing: Framing::Lines, recognise, decoder };

/// Lines of a head that are looked at.
const LOOKED_AT: usize = 20;

fn recognise(head: &[u8]) -> bool {
    let cut = head.len() >= HEAD;
    let mut lines = head.split(|b| *b == b'\n').peekable();
    let mut looked_at = 0;
    while let Some(line) = lines.next() {
        let last = lines.peek().is_none();
        let text = line.trim_ascii();
        let text = &text[stamped(text)..];
        if text.is_empty() {
            continue;
        }
        if is_object_line(text) || (last && cut && looked_at == 0 && text.starts_with(b"{\"")) {
            return true;
        }
        looked_at += 1;
        if looked_at >= LOOKED_AT {
            return false;
        }
    }
    false
}

/// Whether a line is one whole JSON object.
pub fn is_object_line(text: &[u8]) -> bool {
    let what = Walk { text, from: 0, to: text.len(), quotes: &Scalar(text), trees: false };
    walk(&what, &mut Plain(&Trie::nothing()), &mut Frames::default(), &mut Slots::new(0)).is_ok_and(|found| found.end == text.len() && text.len() > 2)
}

/// Length of the time of ISO 8601, and the space after it, that stands before an object; zero if none does. The object has
/// a time of its own.
fn stamped(line: &[u8]) -> usize {
    if !line.first().is_some_and(u8::is_ascii_digit) {
        return 0;
    }
    let time = line.iter().take(40).take_while(|b| b.is_ascii_digit() || matches!(b, b'-' | b':' | b'.' | b'+' | b'T' | b'Z')).count();
    let dated = time >= 19 && line[4] == b'-' && line[7] == b'-' && line[10] == b'T' && line[13] == b':';
    let space = line[time..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    if dated && space > 0 && line.get(time + space) == Some(&b'{') { time + space } else { 0 }
}

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Lines { reader: Reader::new(catalogue, stream), index: LineIndex::default() })
}

struct Lines {
    reader: Reader,
    index: LineIndex,
}

impl Decoder for Lines {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let text = block.bytes;
        let mut slots = self.reader.slots();
        let (mut from, mut line) = (0, block.first_line);
        while from < text.len() {
            let to = self.index.line(text, from);
            slots = self.line(&text[..to], from + stamped(&text[from..to]), line, arena, slots, sink);
            from = to + 1;
            line += 1;
        }
        self.reader.emitter.done(slots);
    }
}

impl Lines {
    fn line<'a>(&mut self, text: &'a [u8], from: usize, line: u64, arena: &'a Bump, slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let bare = &text[from..];
        if bare.trim_ascii_start().is_empty() {
            return slots;
        }
        match envelope(bare) {
            Some(inside) => elements(&mut self.reader, &Envelope { text, from: from + inside, line }, arena, slots, sink),
            None => self.reader.record(Place { text, from, to: text.len(), line, more: false, record: None }, &self.index, arena, slots, sink).0,
        }
    }
}
