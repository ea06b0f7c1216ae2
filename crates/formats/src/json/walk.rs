//! The walk over one JSON record: one pass, no allocation, wanted values borrowed as they are written.
//!
//! What is descended into is checked in full but for the insides of strings (control characters and bad UTF-8 are let
//! through, a wanted string's escapes are checked); what nobody wants is only checked to be balanced. Of duplicate keys
//! every value is kept, the last one first.

use super::quotes::Quotes;
use crate::shape::{Entry, Trie};
use watchbell_model::{Kind, PathId, Raw, Slots};

/// Why a text is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Syntax,
    Deep,
}

impl Broken {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Syntax => "bad_json",
            Self::Deep => "json_too_deep",
        }
    }
}

/// What a walk gives beside the values.
#[derive(Clone, Copy, Debug, Default)]
pub struct Found {
    /// What the record's keys tell about its shape.
    pub marks: u128,
    /// The byte after the record.
    pub end: usize,
}

/// Objects and arrays within each other; as serde_json has it.
pub const MOST_DEEP: usize = 127;

/// A record to be walked: `text[from..to]` of a larger buffer.
pub struct Walk<'w, 'a, Q> {
    pub text: &'a [u8],
    pub from: usize,
    pub to: usize,
    pub quotes: &'w Q,
    pub trie: &'w Trie,
    /// Whether an object whose members are wanted is given as a whole too, if its path is.
    pub trees: bool,
}

/// Collects the wanted values of one object into `slots`.
pub fn walk<'a, Q: Quotes>(what: &Walk<'_, 'a, Q>, slots: &mut Slots<'a>) -> Result<Found, Broken> {
    let mut walker = Walker { what, slots, at: what.from, marks: 0, frames: Frames { list: [Frame::EMPTY; MOST_DEEP], depth: 0 } };
    walker.space();
    if walker.peek()? != b'{' {
        return Err(Broken::Syntax);
    }
    walker.value(Entry { node: Some(0), ..Entry::default() })?;
    while walker.frames.depth > 0 {
        walker.step()?;
    }
    Ok(Found { marks: walker.marks, end: walker.at })
}

/// The byte after the value (of any kind) that begins at `from`.
pub fn pass<Q: Quotes>(text: &[u8], from: usize, quotes: &Q) -> Result<usize, Broken> {
    let what = Walk { text, from, to: text.len(), quotes, trie: &Trie::nothing(), trees: false };
    let mut slots = Slots::new(0);
    let mut walker = Walker { what: &what, slots: &mut slots, at: from, marks: 0, frames: Frames { list: [Frame::EMPTY; MOST_DEEP], depth: 0 } };
    walker.value(Entry::default())?;
    Ok(walker.at)
}

struct Walker<'w, 'a, Q> {
    what: &'w Walk<'w, 'a, Q>,
    slots: &'w mut Slots<'a>,
    at: usize,
    marks: u128,
    frames: Frames,
}

struct Frames {
    list: [Frame; MOST_DEEP],
    depth: usize,
}

/// An open object or array.
#[derive(Clone, Copy)]
struct Frame {
    array: bool,
    /// Whether nothing of it was read yet.
    fresh: bool,
    /// Of an object: where its keys are looked up. Of an array: what its elements are.
    entry: Entry,
    start: usize,
}

impl Frame {
    const EMPTY: Self = Self { array: false, fresh: true, entry: Entry { path: None, node: None, mark: 0 }, start: 0 };
}

impl<'a, Q: Quotes> Walker<'_, 'a, Q> {
    /// Reads one member of the innermost frame, or its end.
    fn step(&mut self) -> Result<(), Broken> {
        let frame = self.frames.list[self.frames.depth - 1];
        self.space();
        let closing = if frame.array { b']' } else { b'}' };
        let next = self.peek()?;
        if next == closing {
            return self.close(frame);
        }
        if !frame.fresh {
            if next != b',' {
                return Err(Broken::Syntax);
            }
            self.at += 1;
            self.space();
        }
        self.frames.list[self.frames.depth - 1].fresh = false;
        let entry = if frame.array { frame.entry } else { self.key(frame.entry.node)? };
        self.value(entry)
    }

    fn close(&mut self, frame: Frame) -> Result<(), Broken> {
        self.at += 1;
        self.frames.depth -= 1;
        if let Some(path) = frame.entry.path {
            if (frame.array && frame.fresh) || (!frame.array && self.what.trees) {
                self.push(path, Kind::JsonTree, frame.start, self.at);
            }
        }
        Ok(())
    }

    /// A key with its colon.
    fn key(&mut self, node: Option<u32>) -> Result<Entry, Broken> {
        if self.peek()? != b'"' {
            return Err(Broken::Syntax);
        }
        let (from, to) = (self.at + 1, self.string()?);
        let entry = node.map_or(Entry::default(), |node| self.look_up(node, &self.what.text[from..to]));
        self.marks |= entry.mark;
        self.space();
        if self.peek()? != b':' {
            return Err(Broken::Syntax);
        }
        self.at += 1;
        self.space();
        Ok(entry)
    }

    fn look_up(&self, node: u32, key: &[u8]) -> Entry {
        if memchr::memchr(b'\\', key).is_none() {
            return self.what.trie.get(node, key);
        }
        let mut plain = String::new();
        watchbell_model::unescape_json(key, &mut plain);
        self.what.trie.get(node, plain.as_bytes())
    }

    fn value(&mut self, entry: Entry) -> Result<(), Broken> {
        match self.peek()? {
            b'"' => self.text(entry),
            b'{' if entry.node.is_some() => self.open(false, entry),
            b'[' if entry.path.is_some() || entry.node.is_some() => self.open(true, entry),
            b'{' | b'[' => self.tree(entry),
            _ => self.scalar(entry),
        }
    }

    fn text(&mut self, entry: Entry) -> Result<(), Broken> {
        let (from, to) = (self.at + 1, self.string()?);
        if let Some(path) = entry.path {
            if !sound_escapes(&self.what.text[from..to]) {
                return Err(Broken::Syntax);
            }
            self.push(path, Kind::JsonText, from, to);
        }
        Ok(())
    }

    fn open(&mut self, array: bool, entry: Entry) -> Result<(), Broken> {
        let frame = self.frames.list.get_mut(self.frames.depth).ok_or(Broken::Deep)?;
        *frame = Frame { array, fresh: true, entry, start: self.at };
        self.frames.depth += 1;
        self.at += 1;
        Ok(())
    }

    /// An object or array whose inside nobody looks at.
    fn tree(&mut self, entry: Entry) -> Result<(), Broken> {
        let start = self.at;
        self.skip()?;
        if let Some(path) = entry.path {
            self.push(path, Kind::JsonTree, start, self.at);
        }
        Ok(())
    }

    /// Passes over a balanced object or array.
    fn skip(&mut self) -> Result<(), Broken> {
        let (mut kinds, mut depth) = (0_u128, 0_usize);
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                    continue;
                }
                open @ (b'{' | b'[') => {
                    if self.frames.depth + depth >= MOST_DEEP {
                        return Err(Broken::Deep);
                    }
                    kinds = kinds << 1 | u128::from(open == b'[');
                    depth += 1;
                }
                close @ (b'}' | b']') => {
                    if (kinds & 1 == 1) != (close == b']') {
                        return Err(Broken::Syntax);
                    }
                    kinds >>= 1;
                    depth -= 1;
                }
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
    }

    fn scalar(&mut self, entry: Entry) -> Result<(), Broken> {
        let rest = &self.what.text[self.at..self.what.to];
        let length = rest.iter().position(|b| matches!(b, b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n')).unwrap_or(rest.len());
        let (from, to) = (self.at, self.at + length);
        let kind = match &rest[..length] {
            b"null" => Kind::Null,
            b"true" | b"false" => Kind::JsonScalar,
            digits if is_number(digits) => Kind::JsonScalar,
            _ => return Err(Broken::Syntax),
        };
        self.at = to;
        if let Some(path) = entry.path {
            let from = if kind == Kind::Null { to } else { from };
            self.push(path, kind, from, to);
        }
        Ok(())
    }

    fn push(&mut self, path: PathId, kind: Kind, from: usize, to: usize) {
        self.slots.push(path, Raw { kind, bytes: &self.what.text[from..to] });
    }

    /// Passes over a string; gives the place of its closing quote.
    fn string(&mut self) -> Result<usize, Broken> {
        let close = self.what.quotes.next(self.at + 1);
        if close >= self.what.to {
            return Err(Broken::Syntax);
        }
        self.at = close + 1;
        Ok(close)
    }

    fn space(&mut self) {
        while self.at < self.what.to && matches!(self.what.text[self.at], b' ' | b'\t' | b'\r' | b'\n') {
            self.at += 1;
        }
    }

    fn peek(&self) -> Result<u8, Broken> {
        if self.at < self.what.to { Ok(self.what.text[self.at]) } else { Err(Broken::Syntax) }
    }
}

/// Whether every backslash begins an escape that JSON knows.
fn sound_escapes(text: &[u8]) -> bool {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        let used = match rest.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => 2,
            Some(b'u') if rest.get(at + 2..at + 6).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => 6,
            _ => return false,
        };
        rest = &rest[at + used..];
    }
    true
}

fn is_number(text: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|b| b.is_ascii_digit()).count();
    let text = text.strip_prefix(b"-").unwrap_or(text);
    let whole = digits(text);
    if whole == 0 || (whole > 1 && text[0] == b'0') {
        return false;
    }
    let mut rest = &text[whole..];
    if let Some(after) = rest.strip_prefix(b".") {
        let part = digits(after);
        if part == 0 {
            return false;
        }
        rest = &after[part..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', exponent @ ..] => {
            let exponent = exponent.strip_prefix(b"+").or_else(|| exponent.strip_prefix(b"-")).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}
