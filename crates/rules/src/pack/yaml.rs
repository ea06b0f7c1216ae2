//! YAML text as a tree that knows where each piece stands; bounded, without aliases, tags or repeated keys.

use granit_parser::{Event, Marker, Options, Parser, ScalarStyle, Span};
use std::collections::HashSet;
use watchbell_model::Diagnostic;

/// Where a piece of a text stands: 1-based line and column, and its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub place: Place,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// `plain`: written without quotes, so that `~` is nothing and `5` a number.
    Scalar {
        text: String,
        plain: bool,
    },
    List(Vec<Node>),
    Map(Vec<(Key, Node)>),
}

#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub text: String,
    pub place: Place,
    /// Stood before in the same mapping; such an entry is told and left out.
    repeated: bool,
}

/// After so many problems a file is left alone.
pub(crate) const MAX_PROBLEMS: usize = 200;
/// Longer texts are refused; the largest alert file that makes sense is a hundredth of it.
const MAX_BYTES: usize = 4 << 20;
const MAX_NODES: usize = 200_000;
const MAX_DEPTH: usize = 48;

/// The one document of `text`; `None` if it cannot be read, and then `problems` says why.
pub(crate) fn parse(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    if text.len() > MAX_BYTES {
        problems.push(Diagnostic::error("pack/too-large", file, format!("the file is larger than {} MB", MAX_BYTES >> 20)));
        return None;
    }
    let mut builder = Builder { file, text, problems, open: Vec::new(), done: None, nodes: 0, documents: 0 };
    match builder.run() {
        Ok(()) => builder.finish(),
        Err(Stop) => None,
    }
}

impl Node {
    pub fn is_null(&self) -> bool {
        matches!(&self.kind, Kind::Scalar { text, plain: true } if matches!(text.as_str(), "" | "~" | "null" | "Null" | "NULL"))
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

/// Reading ended; why is among the problems.
struct Stop;

/// A collection whose end was not seen yet.
enum Open {
    List(Place, Vec<Node>),
    Map { place: Place, entries: Vec<(Key, Node)>, seen: HashSet<String>, key: Option<Key> },
}

struct Builder<'a> {
    file: &'a str,
    text: &'a str,
    problems: &'a mut Vec<Diagnostic>,
    open: Vec<Open>,
    done: Option<Node>,
    nodes: usize,
    documents: usize,
}

impl Builder<'_> {
    fn run(&mut self) -> Result<(), Stop> {
        let text = self.text;
        for event in Parser::new_from_str_with_options(text, options()) {
            match event {
                Ok((event, span)) => self.event(&event, &span)?,
                Err(error) => return Err(self.refuse("pack/yaml", error.marker(), format!("this is not YAML: {}", error.info()), None)),
            }
        }
        Ok(())
    }

    fn finish(self) -> Option<Node> {
        if self.done.is_none() {
            self.problems.push(Diagnostic::error("pack/empty", self.file, "the file is empty"));
        }
        self.done
    }

    fn event(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Stop> {
        self.refuse_features(event, span)?;
        let place = place(span);
        match event {
            Event::DocumentStart(..) => self.document(span),
            Event::Scalar(text, style, ..) => self.scalar(text, *style, place, span),
            Event::SequenceStart(..) => self.opened(Open::List(place, Vec::new()), span),
            Event::MappingStart(..) => self.opened(Open::Map { place, entries: Vec::new(), seen: HashSet::new(), key: None }, span),
            Event::SequenceEnd | Event::MappingEnd => self.closed(span),
            _ => Ok(()),
        }
    }

    /// What a definition may not use, because it could not be read alone, or would mean more than it shows.
    fn refuse_features(&mut self, event: &Event<'_>, span: &Span) -> Result<(), Stop> {
        let (code, what, hint) = match event {
            Event::Alias(_) => ("pack/alias", "aliases (`*name`) are not allowed", "write the value out where it is used"),
            _ if event.anchor_id().is_some() => ("pack/alias", "anchors (`&name`) are not allowed", "write the value out where it is used"),
            _ if event.tag().is_some() => ("pack/tag", "tags (`!name`) are not allowed", "write the value without its tag"),
            _ => return Ok(()),
        };
        Err(self.refuse(code, &span.start, what.to_owned(), Some(hint)))
    }

    fn document(&mut self, span: &Span) -> Result<(), Stop> {
        self.documents += 1;
        if self.documents == 1 {
            return Ok(());
        }
        Err(self.refuse("pack/documents", &span.start, "a second document begins here".to_owned(), Some("one file holds one definition")))
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, place: Place, span: &Span) -> Result<(), Stop> {
        if let Some(Open::Map { key: key @ None, seen, .. }) = self.open.last_mut() {
            let repeated = !seen.insert(text.to_owned());
            *key = Some(Key { text: text.to_owned(), place, repeated });
            return if repeated { self.repeated(text, span) } else { Ok(()) };
        }
        self.complete(Node { place, kind: Kind::Scalar { text: text.to_owned(), plain: style == ScalarStyle::Plain } }, span)
    }

    /// The first of two stays.
    fn repeated(&mut self, key: &str, span: &Span) -> Result<(), Stop> {
        let message = format!("the key `{}` stands twice in this mapping", short(key));
        let stop = self.refuse("pack/duplicate-key", &span.start, message, Some("keep one of them"));
        if self.problems.len() < MAX_PROBLEMS { Ok(()) } else { Err(stop) }
    }

    fn opened(&mut self, collection: Open, span: &Span) -> Result<(), Stop> {
        if matches!(self.open.last(), Some(Open::Map { key: None, .. })) {
            return Err(self.refuse("pack/key", &span.start, "a key must be a single value".to_owned(), Some("quote a key that begins with `[` or `{`")));
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(self.refuse("pack/too-deep", &span.start, format!("nested deeper than {MAX_DEPTH} levels"), None));
        }
        self.open.push(collection);
        Ok(())
    }

    fn closed(&mut self, span: &Span) -> Result<(), Stop> {
        let end = span.start.byte_offset().unwrap_or_default();
        let node = match self.open.pop() {
            Some(Open::List(place, items)) => Node { place: Place { end, ..place }, kind: Kind::List(items) },
            Some(Open::Map { place, entries, .. }) => Node { place: Place { end, ..place }, kind: Kind::Map(entries) },
            None => return Ok(()),
        };
        self.complete(node, span)
    }

    fn complete(&mut self, mut node: Node, span: &Span) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            return Err(self.refuse("pack/too-large", &span.start, format!("more than {MAX_NODES} values"), None));
        }
        node.place.end = node.place.end.max(span.end.byte_offset().unwrap_or_default());
        match self.open.last_mut() {
            Some(Open::List(_, items)) => items.push(node),
            Some(Open::Map { entries, key, .. }) => entries.extend(key.take().filter(|key| !key.repeated).map(|key| (key, node))),
            None => self.done = Some(node),
        }
        Ok(())
    }

    fn refuse(&mut self, code: &'static str, at: &Marker, message: String, hint: Option<&str>) -> Stop {
        let problem = Diagnostic::error(code, self.file, message).at(self.text, at.line(), at.col() + 1);
        self.problems.push(Diagnostic { hint: hint.map(str::to_owned), ..problem });
        Stop
    }
}

fn options() -> Options {
    let mut options = granit_parser::options! { disallow_directives: true, flow_nesting_limit: MAX_DEPTH + 1, block_nesting_limit: MAX_DEPTH + 1 };
    options.set_emit_comments(false);
    options
}

fn place(span: &Span) -> Place {
    let bytes = span.byte_range().unwrap_or_default();
    Place { line: span.start.line(), column: span.start.col() + 1, start: bytes.start, end: bytes.end }
}

/// As much of a text as a message should repeat.
pub(crate) fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= SHOWN { line.to_owned() } else { line.chars().take(SHOWN).chain(['…']).collect() }
}
