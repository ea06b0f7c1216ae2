//! The records of one chunk to the sink: the fast way, and where that ends, the slow one.

use super::records::{Record, records};
use super::slow;
use super::template::Templates;
use super::values::{Filler, MOST_VALUES};
use crate::emit::Collected;
use crate::json::{JSON_LINES, Reader};
use crate::shape::{Ids, Trie};
use crate::{Catalogue, Stream};
use bumpalo::Bump;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;
use watchbell_model::{Identity, Sink, Slots, Value, Whole, Written};

/// What reads chunks, one after another.
pub struct Chunks {
    /// For the slow way; its emitter serves both.
    pub reader: Reader,
    catalogue: Arc<Catalogue>,
    stream: Arc<Stream>,
    everything: Trie,
    shape: Option<usize>,
    templates: Templates,
}

/// What the few records of a chunk that are asked for more share.
struct Shared<'a> {
    chunk: &'a [u8],
    templates: RefCell<Templates>,
    documents: OnceCell<slow::Documents>,
}

impl Chunks {
    pub fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        let shapes = catalogue.shapes();
        Self {
            reader: Reader::new(catalogue, stream),
            everything: Trie::everything(shapes.keywords),
            shape: shapes.number_of("event"),
            templates: Templates::default(),
            catalogue: Arc::clone(catalogue),
            stream: Arc::clone(stream),
        }
    }

    pub fn slots<'a>(&mut self) -> Slots<'a> {
        self.reader.emitter.slots(&self.catalogue)
    }

    /// Tells of every record of a chunk.
    pub fn chunk<'a>(&mut self, bytes: &'a [u8], arena: &'a Bump, mut slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let (Some(records), Some(shape)) = (records(bytes), self.shape) else {
            return slow::chunk(&mut self.reader, bytes, 0, arena, slots, sink);
        };
        self.templates.clear();
        let shared = Shared { chunk: bytes, templates: RefCell::default(), documents: OnceCell::new() };
        for (told, record) in records.into_iter().enumerate() {
            slots.clear();
            if self.fill(bytes, record, arena, &mut slots).is_none() {
                return slow::chunk(&mut self.reader, bytes, told, arena, slots, sink);
            }
            slots = self.event(&shared, record, shape, arena, slots, sink);
        }
        slots
    }

    fn fill<'a>(&mut self, chunk: &'a [u8], record: Record, arena: &'a Bump, slots: &mut Slots<'a>) -> Option<()> {
        let trie = &self.catalogue.shapes().trie;
        Filler { chunk, trie, templates: &mut self.templates, arena, slots, left: MOST_VALUES }.fill(record.from, record.to, 0, 0)
    }

    fn event<'a>(&mut self, shared: &Shared<'a>, record: Record, shape: usize, arena: &'a Bump, slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let whole = One { shared, record, ids: &self.catalogue.shapes().shapes[shape].ids, stream: &self.stream };
        let everything = |slots: &mut Slots<'a>| {
            let mut templates = Templates::default();
            // What can't be read this way was read the slow way before.
            let _ = Filler { chunk: shared.chunk, trie: &self.everything, templates: &mut templates, arena, slots, left: MOST_VALUES }.fill(
                record.from,
                record.to,
                0,
                0,
            );
        };
        let what = Collected { shape, lines: None, record: Some(record.number), whole: &whole, everything: &everything };
        self.reader.emitter.emit(&self.catalogue, &what, slots, arena, sink)
    }
}

/// The costly side of a record.
struct One<'o, 'a> {
    shared: &'o Shared<'a>,
    record: Record,
    ids: &'o Ids,
    stream: &'o Stream,
}

impl One<'_, '_> {
    /// The values that tell who the record is.
    fn slots<'b>(&'b self, arena: &'b Bump) -> Slots<'b> {
        let mut slots = Slots::new(self.ids.paths);
        let (chunk, mut templates) = (self.shared.chunk, self.shared.templates.borrow_mut());
        // It was read before: there is no fault in it.
        let _ = Filler { chunk, trie: &self.ids.trie, templates: &mut templates, arena, slots: &mut slots, left: MOST_VALUES }.fill(
            self.record.from,
            self.record.to,
            0,
            0,
        );
        slots
    }
}

impl Whole for One<'_, '_> {
    fn identity(&self) -> Identity {
        self.ids.identity(&self.slots(&Bump::new()), &self.shared.chunk[self.record.from..self.record.to], self.stream)
    }

    fn record_id(&self) -> Option<u64> {
        self.ids.record(&self.slots(&Bump::new()))
    }

    fn document(&self) -> Value {
        self.shared.documents.get_or_init(|| slow::documents(self.shared.chunk)).get(&self.record.from).cloned().unwrap_or_default()
    }

    /// A record means nothing without its chunk: its document is kept.
    fn written(&self) -> Written<'_> {
        Written { format: JSON_LINES.id, bytes: self.document().to_string().into_bytes().into() }
    }
}
