//! Puts YAML documents together out of a parser's events, within bounds.

use super::yaml::{At, Flaw, Key, Kind, MAX_DEPTH, Node, place, short};
use granit_parser::{Event, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Values in one document, what aliases repeat included.
const MAX_NODES: usize = 200_000;

/// Puts one document together out of the parser's events.
#[derive(Default)]
pub(super) struct Builder<'a> {
    origin: At,
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    nodes: usize,
    anchors: HashMap<usize, (Node<'a>, usize)>,
    /// The first flaw; with it the document is given up, though read to its end.
    flaw: Option<Flaw>,
}

impl<'a> Builder<'a> {
    pub fn new(origin: At) -> Self {
        Self { origin, ..Self::default() }
    }

    /// The document, or what is wrong with it; an empty one is none.
    pub fn finish(&mut self) -> Option<Result<Node<'a>, Flaw>> {
        match (self.flaw.take(), self.root.take()) {
            (Some(flaw), _) => Some(Err(flaw)),
            (None, Some(root)) if root.is_null() => None,
            (None, root) => root.map(Ok),
        }
    }

    pub fn event(&mut self, event: Event<'a>, span: &Span) {
        if self.flaw.is_some() {
            return;
        }
        let at = place(&span.start, self.origin);
        let bytes = span.byte_range().map_or((0, 0), |range| (range.start, range.end));
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain && tag.is_none_or(|tag| tag.suffix() != "str");
                self.add(Node { at, bytes, kind: Kind::Scalar { text, plain } }, anchor, 1);
            }
            Event::SequenceStart(_, anchor, _) => self.begin(Node { at, bytes, kind: Kind::List(Vec::new()) }, anchor),
            Event::MappingStart(_, anchor, _) => self.begin(Node { at, bytes, kind: Kind::Map(Vec::new()) }, anchor),
            Event::SequenceEnd | Event::MappingEnd => self.end(bytes.1),
            Event::Alias(anchor) => self.alias(anchor, at),
            _ => {}
        }
    }

    fn begin(&mut self, node: Node<'a>, anchor: usize) {
        if self.wants_key() {
            return self.refuse("yaml/key", node.at, "a key must be a single value".to_owned(), Some("quote a key that begins with `[` or `{`"));
        }
        if self.open.len() >= MAX_DEPTH {
            return self.refuse("yaml/too-deep", node.at, format!("nested deeper than {MAX_DEPTH} levels"), None);
        }
        self.nodes += 1;
        self.open.push(Open { anchor, before: self.nodes, node, key: None, seen: HashSet::new() });
    }

    fn end(&mut self, byte: usize) {
        if let Some(mut open) = self.open.pop() {
            open.node.bytes.1 = byte;
            let size = self.nodes - open.before;
            // Its own values were counted when they were read.
            self.nodes = open.before;
            self.add(open.node, open.anchor, size);
        }
    }

    fn alias(&mut self, anchor: usize, at: At) {
        match self.anchors.get(&anchor) {
            None => self.refuse("yaml/alias", at, "this alias names no value that is complete before it".to_owned(), None),
            Some((_, size)) if self.nodes + size > MAX_NODES => self.too_large(at),
            Some((node, size)) => {
                let (node, size) = (Node { at, ..node.clone() }, *size);
                if self.open.len() + depth(&node) > MAX_DEPTH {
                    return self.refuse("yaml/too-deep", at, format!("nested deeper than {MAX_DEPTH} levels"), None);
                }
                self.add(node, 0, size);
            }
        }
    }

    /// A whole value of `size` values.
    fn add(&mut self, node: Node<'a>, anchor: usize, size: usize) {
        self.nodes += size;
        if self.nodes > MAX_NODES {
            return self.too_large(node.at);
        }
        if anchor != 0 {
            self.nodes += size;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut() {
            None => self.root = Some(node),
            Some(open) => match (&mut open.node.kind, open.key.take()) {
                (Kind::List(items), _) => items.push(node),
                (Kind::Map(entries), Some(key)) => entries.push((key, node)),
                _ => self.key(node),
            },
        }
    }

    fn key(&mut self, node: Node<'a>) {
        let at = node.at;
        let Kind::Scalar { text, .. } = node.kind else {
            return self.refuse("yaml/key", at, "a key must be a single value".to_owned(), None);
        };
        let Some(open) = self.open.last_mut() else { return };
        let key = Key { at, text };
        if open.repeats(&key) {
            let hint = "the second one would silently replace the first; make a list, or a second selection";
            return self.refuse("yaml/duplicate-key", at, format!("the key `{}` stands twice in this mapping", short(&key.text)), Some(hint));
        }
        open.key = Some(key);
    }

    fn wants_key(&self) -> bool {
        self.open.last().is_some_and(|open| matches!(open.node.kind, Kind::Map(_)) && open.key.is_none())
    }

    fn too_large(&mut self, at: At) {
        self.refuse("yaml/too-large", at, format!("the document holds more than {MAX_NODES} values, repeated ones included"), None);
    }

    fn refuse(&mut self, code: &'static str, at: At, message: String, hint: Option<&str>) {
        self.flaw = Some(Flaw { code, at, message, hint: hint.map(str::to_owned) });
    }
}

/// A collection whose end was not seen yet.
struct Open<'a> {
    anchor: usize,
    before: usize,
    node: Node<'a>,
    key: Option<Key<'a>>,
    /// The keys so far, once there are more than a few.
    seen: HashSet<Cow<'a, str>>,
}

/// Keys that are compared one by one.
const FEW: usize = 24;

impl<'a> Open<'a> {
    /// Whether a mapping has this key already.
    fn repeats(&mut self, key: &Key<'a>) -> bool {
        let entries = self.node.entries();
        if entries.len() < FEW {
            return entries.iter().any(|(known, _)| known.text == key.text);
        }
        if self.seen.is_empty() {
            self.seen = entries.iter().map(|(known, _)| known.text.clone()).collect();
        }
        !self.seen.insert(key.text.clone())
    }
}

/// Levels of a value; it was built within [`MAX_DEPTH`].
fn depth(node: &Node<'_>) -> usize {
    match &node.kind {
        Kind::Scalar { .. } => 0,
        Kind::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
    }
}
