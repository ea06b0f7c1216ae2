//! JSON as one document: an array of records, or objects over several lines, one after another.

use super::lines::is_object_line;
use super::quotes::Scalar;
use super::record::{Place, Reader};
use super::walk::pass;
use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink, Slots};

pub const JSON: Format = Format { id: "json", title: "JSON, an array or objects over several lines", framing: Framing::Whole, recognise, decoder };

/// Keys whose array holds the records, if it is the first thing in an object.
const ENVELOPES: [&[u8]; 4] = [b"records", b"Records", b"value", b"events"];

/// The same, for objects that begin with some of [`BEFORE`].
const LATER_ENVELOPES: [&[u8]; 6] = [b"records", b"Records", b"value", b"events", b"items", b"logEvents"];

/// What lists of Kubernetes, CloudWatch Logs' deliveries and OData's answers write before their records.
const BEFORE: [&[u8]; 10] =
    [b"kind", b"apiVersion", b"metadata", b"messageType", b"owner", b"logGroup", b"logStream", b"subscriptionFilters", b"@odata.context", b"count"];

fn recognise(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty());
    let (first, second) = (lines.next().unwrap_or_default(), lines.next());
    match head.first() {
        Some(b'[') => matches!(head[1..].trim_ascii_start().first(), Some(b'{' | b']')),
        Some(b'{') if is_object_line(first) => false,
        Some(b'{') => envelope(head).is_some() || second.is_some_and(|line| line.starts_with(b"\"") || (first == b"{" && line == b"}")),
        _ => false,
    }
}

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Document(Reader::new(catalogue, stream)))
}

struct Document(Reader);

impl Decoder for Document {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let text = block.bytes;
        let mut at = Cursor { text, at: 0, line: block.first_line };
        let mut slots = self.0.slots();
        at.space();
        let inside = envelope(&text[at.at..]);
        slots = if let Some(inside) = inside {
            let from = at.at + inside;
            at.go(from);
            elements(&mut self.0, &Envelope { text, from, line: at.line }, arena, slots, sink)
        } else if text.get(at.at) == Some(&b'[') {
            at.go(at.at + 1);
            elements(&mut self.0, &Envelope { text, from: at.at, line: at.line }, arena, slots, sink)
        } else {
            list(&mut self.0, at, false, arena, slots, sink)
        };
        self.0.emitter.done(slots);
    }
}

/// An array of records: `from` is the byte after its bracket.
pub struct Envelope<'a> {
    pub text: &'a [u8],
    pub from: usize,
    /// The line of `from`.
    pub line: u64,
}

/// Where the records' array of an object like `{"records":[` or `{"kind":"EventList","items":[` begins, if it is one.
pub fn envelope(text: &[u8]) -> Option<usize> {
    let mut at = after(text, 0, b'{')?;
    for members in 0..=BEFORE.len() {
        let from = after(text, at, b'"')?;
        let key = text[from..].split(|b| *b == b'"').next()?;
        at = after(text, from + key.len() + 1, b':')?;
        let known: &[&[u8]] = if members == 0 { &ENVELOPES } else { &LATER_ENVELOPES };
        if known.contains(&key) {
            at = after(text, at, b'[')?;
            return after(text, at, b'{').is_some().then_some(at);
        }
        if !BEFORE.contains(&key) {
            return None;
        }
        let space = text[at..].len() - text[at..].trim_ascii_start().len();
        at = after(text, pass(text, at + space, &Scalar(text)).ok()?, b',')?;
    }
    None
}

/// The byte after `wanted`, if that comes next but for space.
fn after(text: &[u8], at: usize, wanted: u8) -> Option<usize> {
    let rest = text.get(at..)?.trim_ascii_start();
    (rest.first() == Some(&wanted)).then(|| text.len() - rest.len() + 1)
}

/// Every element of an array as a record.
pub fn elements<'a>(reader: &mut Reader, array: &Envelope<'a>, arena: &'a Bump, slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
    list(reader, Cursor { text: array.text, at: array.from, line: array.line }, true, arena, slots, sink)
}

/// Records up to the end of the text, or of the array that they are in.
fn list<'a>(reader: &mut Reader, mut at: Cursor<'a>, array: bool, arena: &'a Bump, mut slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
    let text = at.text;
    loop {
        at.space();
        match text.get(at.at) {
            None => return slots,
            Some(b']') if array => return slots,
            Some(b',') => at.go(at.at + 1),
            Some(b'{') => {
                let place = Place { text, from: at.at, to: text.len(), line: at.line, more: true, record: None };
                let (back, end) = reader.record(place, &Scalar(text), arena, slots, sink);
                slots = back;
                let next = end.unwrap_or_else(|| at.next_object());
                at.go(next);
            }
            Some(_) => {
                sink.quarantined(Quarantined { line: Some(at.line), record: None, reason: "bad_json", records: 1 });
                let end = pass(text, at.at, &Scalar(text)).unwrap_or_else(|_| at.next_object());
                at.go(end.max(at.at + 1));
            }
        }
    }
}

/// A place in a text, with its line.
struct Cursor<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
}

impl Cursor<'_> {
    fn go(&mut self, to: usize) {
        self.line += memchr::memchr_iter(b'\n', &self.text[self.at..to]).count() as u64;
        self.at = to;
    }

    fn space(&mut self) {
        let rest = &self.text[self.at..];
        self.go(self.at + rest.len() - rest.trim_ascii_start().len());
    }

    /// Where the object after a broken one may begin: the next line with a brace as far left as this one's.
    fn next_object(&self) -> usize {
        let start = memchr::memrchr(b'\n', &self.text[..self.at]).map_or(0, |at| at + 1);
        let mut wanted = vec![b'\n'];
        wanted.extend_from_slice(&self.text[start..self.at]);
        wanted.push(b'{');
        let found = memchr::memmem::find(&self.text[self.at..], &wanted);
        found.map_or(self.text.len(), |at| self.at + at + 1)
    }
}
