//! One event's XML to the sink: the values by the paths that the same event's JSON has.

use super::parse::{Broken, Visitor, parse};
use crate::emit::{Collected, Emitter};
use crate::shape::{Entry, Ids, Trie};
use crate::{Catalogue, Stream};
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Identity, Kind, PathId, Quarantined, Raw, Sink, Slots, Value, Whole, Written};

/// Reads events' XML, wherever it was found: in a file of its own, in a line of syslog.
pub(crate) struct XmlReader {
    emitter: Emitter,
    catalogue: Arc<Catalogue>,
    stream: Arc<Stream>,
    everything: Trie,
    shape: Option<usize>,
}

impl XmlReader {
    pub fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        let shapes = catalogue.shapes();
        Self {
            everything: Trie::everything(shapes.keywords),
            shape: shapes.number_of("event"),
            emitter: Emitter::new(catalogue),
            catalogue: Arc::clone(catalogue),
            stream: Arc::clone(stream),
        }
    }

    /// Tells the sink of one event, `<Event>` to `</Event>`, that stands on these lines.
    pub fn record<'a>(&mut self, record: &'a [u8], lines: Option<(u64, u64)>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let text: &'a str = match std::str::from_utf8(record) {
            Ok(text) => text,
            Err(_) => arena.alloc_str(&String::from_utf8_lossy(record)),
        };
        let mut slots = self.emitter.slots(&self.catalogue);
        match (collect(text, &self.catalogue.shapes().trie, &mut slots, arena), self.shape) {
            (Ok(()), Some(shape)) => slots = self.event(text, shape, lines, slots, arena, sink),
            (Err(Broken::Deep), _) => sink.quarantined(trouble(lines, "xml_too_deep")),
            _ => sink.quarantined(trouble(lines, "bad_xml")),
        }
        self.emitter.done(slots);
    }

    fn event<'a>(&mut self, text: &'a str, shape: usize, lines: Option<(u64, u64)>, slots: Slots<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) -> Slots<'a> {
        let whole = Xml { text, ids: &self.catalogue.shapes().shapes[shape].ids, stream: &self.stream };
        let everything = |slots: &mut Slots<'a>| {
            // It was read before: there is no fault in it.
            let _ = collect(text, &self.everything, slots, arena);
        };
        let what = Collected { shape, lines, record: None, whole: &whole, everything: &everything };
        self.emitter.emit(&self.catalogue, &what, slots, arena, sink)
    }
}

fn trouble(lines: Option<(u64, u64)>, reason: &'static str) -> Quarantined {
    Quarantined { line: lines.map(|lines| lines.0), record: None, reason, records: 1 }
}

fn collect<'a>(text: &str, trie: &Trie, slots: &mut Slots<'a>, arena: &'a Bump) -> Result<(), Broken> {
    let root = Entry { node: Some(0), ..Entry::default() };
    parse(text, &mut Collector { trie, slots, arena, stack: vec![root] })
}

/// Puts values where their keys lead.
struct Collector<'c, 'a> {
    trie: &'c Trie,
    slots: &'c mut Slots<'a>,
    arena: &'a Bump,
    stack: Vec<Entry>,
}

impl Collector<'_, '_> {
    fn child(&self, of: Entry, key: &str) -> Entry {
        of.node.map_or(Entry::default(), |node| self.trie.get(node, key.as_bytes()))
    }

    fn push(&mut self, path: Option<PathId>, text: &str, empty: Kind) {
        let Some(path) = path else { return };
        let kind = if text.is_empty() { empty } else { Kind::Text };
        self.slots.push(path, Raw { kind, bytes: self.arena.alloc_str(text).as_bytes() });
    }

    fn top(&self) -> Entry {
        self.stack.last().copied().unwrap_or_default()
    }
}

impl Visitor for Collector<'_, '_> {
    fn enter(&mut self, key: &str, _data: bool) {
        self.stack.push(self.child(self.top(), key));
    }

    fn attribute(&mut self, name: &str, value: &str) {
        let attributes = self.child(self.top(), "#attributes");
        self.push(self.child(attributes, name).path, value, Kind::Text);
    }

    fn leave(&mut self, text: &str, leaf: bool) {
        let Some(entry) = self.stack.pop() else { return };
        if leaf || !text.is_empty() {
            self.push(entry.path, text, Kind::Text);
        }
    }
}

/// The costly side of an event.
struct Xml<'x> {
    text: &'x str,
    ids: &'x Ids,
    stream: &'x Stream,
}

impl Whole for Xml<'_> {
    fn identity(&self) -> Identity {
        let arena = Bump::new();
        let mut slots = Slots::new(self.ids.paths);
        // It was read before: there is no fault in it.
        let _ = collect(self.text, &self.ids.trie, &mut slots, &arena);
        self.ids.identity(&slots, self.text.as_bytes(), self.stream)
    }

    fn document(&self) -> Value {
        let mut tree = Tree { stack: vec![Element::default()] };
        let _ = parse(self.text, &mut tree);
        tree.stack.pop().map_or(Value::Null, |root| Value::Object(root.members))
    }

    fn written(&self) -> Written<'_> {
        Written { format: super::XML.id, bytes: self.text.as_bytes().into() }
    }
}

/// Builds the document, as evtx-rs shapes it.
struct Tree {
    stack: Vec<Element>,
}

#[derive(Default)]
struct Element {
    key: String,
    attributes: serde_json::Map<String, Value>,
    members: serde_json::Map<String, Value>,
}

impl Visitor for Tree {
    fn enter(&mut self, key: &str, _data: bool) {
        self.stack.push(Element { key: key.to_owned(), ..Element::default() });
    }

    fn attribute(&mut self, name: &str, value: &str) {
        if let Some(element) = self.stack.last_mut() {
            element.attributes.insert(name.to_owned(), value.into());
        }
    }

    fn leave(&mut self, text: &str, _leaf: bool) {
        let Some(Element { key, attributes, mut members }) = self.stack.pop() else { return };
        let plain = attributes.is_empty() && members.is_empty();
        if !attributes.is_empty() {
            members.insert("#attributes".to_owned(), Value::Object(attributes));
        }
        let value = if plain {
            text.into()
        } else {
            if !text.is_empty() {
                members.insert("#text".to_owned(), text.into());
            }
            Value::Object(members)
        };
        if let Some(parent) = self.stack.last_mut() {
            put(&mut parent.members, key, value);
        }
    }
}

/// A second value under one key makes a list.
fn put(members: &mut serde_json::Map<String, Value>, key: String, value: Value) {
    match members.get_mut(&key) {
        None => drop(members.insert(key, value)),
        Some(Value::Array(list)) => list.push(value),
        Some(first) => *first = Value::Array(vec![first.take(), value]),
    }
}
