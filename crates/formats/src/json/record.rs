//! One JSON object to one event: walked, recognised, classed, told to the sink.

use super::document::parse;
use super::keys::{Guessing, Met, Plain};
use super::nested::read_nested;
use super::quotes::{Quotes, Scalar};
use super::walk::{Broken, Found, Frames, Walk, walk};
use crate::emit::{Collected, Emitter};
use crate::shape::Ids;
use crate::{Catalogue, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Identity, Kind, Quarantined, Raw, Sink, Slots, Value, Whole, Written};

/// Reads JSON objects.
pub struct Reader {
    pub emitter: Emitter,
    catalogue: Arc<Catalogue>,
    stream: Arc<Stream>,
    met: Met,
    frames: Frames,
}

/// Where an object stands: it begins at `from`, and nothing of it is at or past `to`.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub text: &'a [u8],
    pub from: usize,
    pub to: usize,
    /// The line of `from`.
    pub line: u64,
    /// Whether other text may follow the object before `to`.
    pub more: bool,
    /// The number of the record that the object was made of; it has no lines then.
    pub record: Option<u64>,
}

impl Place<'_> {
    /// First and last line of an object that ends before `end`.
    fn lines(&self, end: usize) -> Option<(u64, u64)> {
        if self.record.is_some() {
            return None;
        }
        let breaks = if self.more { memchr::memchr_iter(b'\n', &self.text[self.from..end]).count() as u64 } else { 0 };
        Some((self.line, self.line + breaks))
    }
}

impl Reader {
    pub fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        Self { emitter: Emitter::new(catalogue), catalogue: Arc::clone(catalogue), stream: Arc::clone(stream), met: Met::default(), frames: Frames::default() }
    }

    pub fn slots<'a>(&mut self) -> Slots<'a> {
        self.emitter.slots(&self.catalogue)
    }

    /// Tells the sink of one object. Gives the slots back, and the byte after the object if it is one.
    pub fn record<'a, Q: Quotes>(
        &mut self,
        place: Place<'a>,
        quotes: &Q,
        arena: &'a Bump,
        mut slots: Slots<'a>,
        sink: &mut dyn Sink<'a>,
    ) -> (Slots<'a>, Option<usize>) {
        slots.clear();
        match self.walk(place, quotes, &mut slots) {
            Ok(found) => (self.event(Place { to: found.end, ..place }, found.marks, arena, slots, sink), Some(found.end)),
            Err(broken) => {
                sink.quarantined(Quarantined { line: place.record.is_none().then_some(place.line), record: place.record, reason: broken.reason(), records: 1 });
                (slots, None)
            }
        }
    }

    fn walk<'a, Q: Quotes>(&mut self, place: Place<'a>, quotes: &Q, slots: &mut Slots<'a>) -> Result<Found, Broken> {
        let what = Walk { text: place.text, from: place.from, to: place.to, quotes, trees: true };
        self.met.start();
        let found = walk(&what, &mut Guessing(&self.catalogue.shapes().trie, &mut self.met), &mut self.frames, slots)?;
        let rest = &place.text[found.end..place.to];
        if place.more || rest.iter().all(u8::is_ascii_whitespace) { Ok(found) } else { Err(Broken::Syntax) }
    }

    fn event<'a>(&mut self, place: Place<'a>, marks: u128, arena: &'a Bump, mut slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let shapes = self.catalogue.shapes();
        // The last shape takes whatever is an object.
        let shape = shapes.recognise(marks, &slots).unwrap_or(shapes.shapes.len() - 1);
        let bound = &shapes.shapes[shape];
        read_nested(&bound.nested, &mut Guessing(&shapes.trie, &mut self.met), &mut self.frames, &mut slots, arena);
        bound.present.iter().for_each(|present| present.tell(&mut slots, arena));
        let whole = Object { record: &place.text[place.from..place.to], ids: &bound.ids, stream: &self.stream };
        // Rules with keywords look at the whole record, which nearly always tells at a glance that it holds none.
        let everything = |slots: &mut Slots<'a>| slots.push(shapes.keywords, Raw { kind: Kind::JsonTree, bytes: &place.text[place.from..place.to] });
        let what = Collected { shape, lines: place.lines(place.to), record: place.record, whole: &whole, everything: &everything };
        self.emitter.emit(&self.catalogue, &what, slots, arena, sink)
    }
}

/// The costly side of an object.
struct Object<'o> {
    record: &'o [u8],
    ids: &'o Ids,
    stream: &'o Stream,
}

impl Whole for Object<'_> {
    fn identity(&self) -> Identity {
        let arena = Bump::new();
        let mut slots = Slots::new(self.ids.paths);
        let what = Walk { text: self.record, from: 0, to: self.record.len(), quotes: &Scalar(self.record), trees: false };
        let (mut keys, mut frames) = (Plain(&self.ids.trie), Frames::default());
        let _ = walk(&what, &mut keys, &mut frames, &mut slots);
        read_nested(&self.ids.nested, &mut keys, &mut frames, &mut slots, &arena);
        self.ids.identity(&slots, self.record.trim_ascii(), self.stream)
    }

    fn document(&self) -> Value {
        parse(self.record)
    }

    fn written(&self) -> Written<'_> {
        let bytes = self.record.trim_ascii();
        let format = if memchr::memchr(b'\n', bytes).is_some() { super::JSON.id } else { super::JSON_LINES.id };
        Written { format, bytes: bytes.into() }
    }
}
