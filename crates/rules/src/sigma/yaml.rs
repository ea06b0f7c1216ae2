//! YAML text as trees that know where each piece stands; bounded in depth, in number, and in what aliases multiply.

use super::scalar::Scalar;
use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// 1-based line and column; 0 where not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct At {
    pub line: usize,
    pub column: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Node<'a> {
    pub at: At,
    /// Its first byte in the text, and the one after it; behind a block there may be blanks and comments.
    pub bytes: (usize, usize),
    pub kind: Kind<'a>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind<'a> {
    /// `plain`: written without quotes, so that `5` is a number and `~` nothing.
    Scalar {
        text: Cow<'a, str>,
        plain: bool,
    },
    List(Vec<Node<'a>>),
    Map(Vec<(Key<'a>, Node<'a>)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Key<'a> {
    pub at: At,
    pub text: Cow<'a, str>,
}

/// A place where a text is not what it must be.
#[derive(Debug)]
pub(crate) struct Flaw {
    pub code: &'static str,
    pub at: At,
    pub message: String,
    pub hint: Option<String>,
}

/// Nesting deeper than any rule has.
pub(crate) const MAX_DEPTH: usize = 48;
/// Values in one document, what aliases repeat included.
const MAX_NODES: usize = 200_000;

/// Reads `text` document by document. After what is no YAML, reading goes on at the next line that begins with `---`.
/// `origin`: lines and columns before the text, where it is a piece of another.
pub(crate) fn documents<'a>(text: &'a str, mut origin: At, each: &mut dyn FnMut(Result<Node<'a>, Flaw>)) {
    let mut from = 0;
    while let Some(flaw) = read(&text[from..], origin, each) {
        let at = flaw.at.line;
        each(Err(flaw));
        match next_document(&text[from..], at.saturating_sub(origin.line)) {
            Some((bytes, lines)) => {
                from += bytes;
                origin.line += lines;
            }
            None => return,
        }
    }
}

impl<'a> Node<'a> {
    /// A node that stands nowhere.
    pub fn bare(kind: Kind<'a>) -> Self {
        Self { at: At::default(), bytes: (0, 0), kind }
    }

    pub fn get(&self, key: &str) -> Option<&Node<'a>> {
        self.entries().iter().find(|(k, _)| k.text == key).map(|(_, value)| value)
    }

    /// The entries of a mapping; of anything else none.
    pub fn entries(&self) -> &[(Key<'a>, Node<'a>)] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    pub fn scalar(&self) -> Option<Scalar<'_>> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(Scalar::plain(text)),
            Kind::Scalar { text, plain: false } => Some(Scalar::Text(text)),
            _ => None,
        }
    }

    /// A single value as it is written, whatever its type.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    pub fn is_null(&self) -> bool {
        matches!(self.scalar(), Some(Scalar::Null))
    }

    /// The items of a list, or the one value itself.
    pub fn items(&self) -> &[Node<'a>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// What a person calls it.
    pub fn word(&self) -> &'static str {
        match &self.kind {
            _ if self.is_null() => "nothing",
            Kind::Scalar { .. } => "a single value",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }
}

/// The beginning of the first `---` line after line `after` (1-based), as bytes and whole lines from the start.
fn next_document(text: &str, after: usize) -> Option<(usize, usize)> {
    let mut bytes = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number >= after.max(1) && line.starts_with("---") {
            return Some((bytes, number));
        }
        bytes += line.len();
    }
    None
}

fn read<'a>(text: &'a str, origin: At, each: &mut dyn FnMut(Result<Node<'a>, Flaw>)) -> Option<Flaw> {
    let mut builder = Builder { origin, ..Builder::default() };
    for event in Parser::new_from_str_with_options(text, options()) {
        match event {
            Ok((Event::DocumentStart(..), _)) => builder = Builder { origin, ..Builder::default() },
            Ok((Event::DocumentEnd, _)) => builder.finish().into_iter().for_each(&mut *each),
            Ok((event, span)) => builder.event(event, &span),
            Err(error) => {
                let at = place(error.marker(), origin);
                let hint = "quote texts that begin with `*`, `&`, `!`, `%`, `@`, `[` or `{`, or hold `: ` or ` #`";
                return Some(Flaw { code: "yaml/syntax", at, message: format!("this is not YAML: {}", error.info()), hint: Some(hint.to_owned()) });
            }
        }
    }
    None
}

fn place(marker: &Marker, origin: At) -> At {
    At { line: marker.line() + origin.line, column: marker.col() + 1 + origin.column }
}

fn options() -> Options {
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH + 2, block_nesting_limit: MAX_DEPTH + 2 };
    options.set_emit_comments(false);
    options
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

#[derive(Default)]
struct Builder<'a> {
    origin: At,
    open: Vec<Open<'a>>,
    root: Option<Node<'a>>,
    nodes: usize,
    anchors: HashMap<usize, (Node<'a>, usize)>,
    /// The first flaw; with it the document is given up, though read to its end.
    flaw: Option<Flaw>,
}

impl<'a> Builder<'a> {
    fn finish(&mut self) -> Option<Result<Node<'a>, Flaw>> {
        match (self.flaw.take(), self.root.take()) {
            (Some(flaw), _) => Some(Err(flaw)),
            (None, Some(root)) if root.is_null() => None,
            (None, root) => root.map(Ok),
        }
    }

    fn event(&mut self, event: Event<'a>, span: &Span) {
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

/// Levels of a value; it was built within [`MAX_DEPTH`].
fn depth(node: &Node<'_>) -> usize {
    match &node.kind {
        Kind::Scalar { .. } => 0,
        Kind::List(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Kind::Map(entries) => 1 + entries.iter().map(|(_, value)| depth(value)).max().unwrap_or(0),
    }
}

/// As much of a text as a message should repeat.
pub(crate) fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= SHOWN { line.to_owned() } else { line.chars().take(SHOWN).chain(['…']).collect() }
}
