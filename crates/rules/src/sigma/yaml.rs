//! YAML text as trees that know where each piece stands; bounded in depth, in number, and in what aliases multiply.

use super::build::Builder;
use super::scalar::Scalar;
use granit_parser::{Event, Marker, Options, Parser};
use std::borrow::Cow;

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
    let mut builder = Builder::new(origin);
    for event in Parser::new_from_str_with_options(text, options()) {
        match event {
            Ok((Event::DocumentStart(..), _)) => builder = Builder::new(origin),
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

pub(super) fn place(marker: &Marker, origin: At) -> At {
    At { line: marker.line() + origin.line, column: marker.col() + 1 + origin.column }
}

fn options() -> Options {
    let mut options = granit_parser::options! { flow_nesting_limit: MAX_DEPTH + 2, block_nesting_limit: MAX_DEPTH + 2 };
    options.set_emit_comments(false);
    options
}

/// As much of a text as a message should repeat.
pub(crate) fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= SHOWN { line.to_owned() } else { line.chars().take(SHOWN).chain(['…']).collect() }
}
