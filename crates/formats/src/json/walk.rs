//! The walk over one JSON record: one pass, no allocation, wanted values borrowed as they are written.
//!
//! What is descended into is checked in full but for the insides of strings (control characters and bad UTF-8 are let
//! through, a wanted string's escapes are checked); what nobody wants is only checked to be balanced. Of duplicate keys
//! every value is kept, the last one first; the elements of an array come in their order.

use super::keys::Keys;
use super::number::is_number;
use super::quotes::Quotes;
use crate::shape::Entry;
use watchbell_model::{Kind, PathId, Raw, Slots};

/// Why a text is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broken {
    Syntax,
    Deep,
    /// More wanted values than a record is allowed.
    Many,
}

impl Broken {
    pub fn reason(self) -> &'static str {
        match self {
            Self::Syntax => "bad_json",
            Self::Deep => "json_too_deep",
            Self::Many => "json_too_many_values",
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

/// Wanted values in one record: an array of millions must not fill the memory.
const MOST_VALUES: u32 = 100_000;

/// A record to be walked: `text[from..to]` of a larger buffer.
pub struct Walk<'w, 'a, Q> {
    pub text: &'a [u8],
    pub from: usize,
    pub to: usize,
    pub quotes: &'w Q,
    /// Whether an object whose members are wanted is given as a whole too, if its path is.
    pub trees: bool,
}

/// Open objects and arrays; the memory is used again.
#[derive(Default)]
pub struct Frames(Vec<Frame>);

/// Collects the wanted values of one object into `slots`.
pub fn walk<'a, Q: Quotes, K: Keys>(what: &Walk<'_, 'a, Q>, keys: &mut K, frames: &mut Frames, slots: &mut Slots<'a>) -> Result<Found, Broken> {
    walk_under(0, what, keys, frames, slots)
}

/// The same for an object whose keys are looked up under `node`.
pub fn walk_under<'a, Q: Quotes, K: Keys>(
    node: u32,
    what: &Walk<'_, 'a, Q>,
    keys: &mut K,
    frames: &mut Frames,
    slots: &mut Slots<'a>,
) -> Result<Found, Broken> {
    frames.0.clear();
    let mut walker =
        Walker { text: &what.text[..what.to], what, keys, slots, frames, at: what.from, marks: 0, values: 0, arrays: 0, list: 0, top: Frame::default() };
    walker.space();
    if walker.peek()? != b'{' {
        return Err(Broken::Syntax);
    }
    walker.open(false, Entry { node: Some(node), ..Entry::default() })?;
    walker.run()?;
    if walker.values > MOST_VALUES {
        return Err(Broken::Many);
    }
    Ok(Found { marks: walker.marks, end: walker.at })
}

/// The byte after the value (of any kind) that begins at `from`; nothing in it is looked at.
pub fn pass<Q: Quotes>(text: &[u8], from: usize, quotes: &Q) -> Result<usize, Broken> {
    let what = Walk { text, from, to: text.len(), quotes, trees: false };
    let (mut slots, mut frames, mut keys) = (Slots::new(0), Frames::default(), NoKeys);
    let mut walker = Walker {
        text,
        what: &what,
        keys: &mut keys,
        slots: &mut slots,
        frames: &mut frames,
        at: from,
        marks: 0,
        values: 0,
        arrays: 0,
        list: 0,
        top: Frame::default(),
    };
    walker.value(Entry::default())?;
    Ok(walker.at)
}

/// For a walk that opens nothing.
struct NoKeys;

impl Keys for NoKeys {
    fn guess(&mut self, _node: u32, _text: &[u8], _at: usize) -> Option<(Entry, usize)> {
        None
    }

    fn look_up(&mut self, _node: u32, _key: &[u8]) -> Entry {
        Entry::default()
    }
}

struct Walker<'w, 'a, Q, K> {
    /// Up to the record's bound.
    text: &'a [u8],
    what: &'w Walk<'w, 'a, Q>,
    keys: &'w mut K,
    slots: &'w mut Slots<'a>,
    /// All open ones but the innermost.
    frames: &'w mut Frames,
    at: usize,
    marks: u128,
    /// How many were wanted so far; those over the bound are not kept.
    values: u32,
    /// How many arrays are open.
    arrays: u32,
    /// How many values there were when the outermost array was opened.
    list: usize,
    /// The innermost one.
    top: Frame,
}

/// An open object or array.
#[derive(Clone, Copy, Default)]
struct Frame {
    array: bool,
    start: usize,
    /// Of an object: where its keys are looked up. Of an array: what its elements are.
    entry: Entry,
}

impl<Q: Quotes, K: Keys> Walker<'_, '_, Q, K> {
    /// Reads members and elements until the outermost object is closed.
    fn run(&mut self) -> Result<(), Broken> {
        let mut fresh = true;
        loop {
            self.space();
            let next = self.peek()?;
            if next == if self.top.array { b']' } else { b'}' } {
                if self.close(fresh) {
                    return Ok(());
                }
                fresh = false;
                continue;
            }
            if !fresh {
                if next != b',' {
                    return Err(Broken::Syntax);
                }
                self.at += 1;
                self.space();
            }
            let entry = if self.top.array { self.top.entry } else { self.key()? };
            fresh = self.value(entry)?;
        }
    }

    /// Ends the innermost frame; true if it was the outermost one.
    fn close(&mut self, empty: bool) -> bool {
        self.at += 1;
        let whole = if self.top.array { empty } else { self.what.trees };
        if let (true, Some(path)) = (whole, self.top.entry.path) {
            self.push(path, Kind::JsonTree, self.top.start, self.at);
        }
        if self.top.array {
            self.end_array();
        }
        match self.frames.0.pop() {
            Some(outer) if !self.frames.0.is_empty() => {
                self.top = outer;
                false
            }
            _ => true,
        }
    }

    fn end_array(&mut self) {
        self.arrays -= 1;
        if self.arrays == 0 && self.slots.pushed() > self.list + 1 {
            self.slots.turn_around(self.list);
        }
    }

    /// A key with its colon.
    fn key(&mut self) -> Result<Entry, Broken> {
        if self.peek()? != b'"' {
            return Err(Broken::Syntax);
        }
        let node = self.top.entry.node.unwrap_or(0);
        let entry = match self.keys.guess(node, self.text, self.at + 1) {
            Some((entry, after)) => {
                self.at = after;
                entry
            }
            None => self.new_key(node)?,
        };
        self.marks |= entry.mark;
        self.space();
        Ok(entry)
    }

    fn new_key(&mut self, node: u32) -> Result<Entry, Broken> {
        let (from, to) = (self.at + 1, self.string()?);
        let key = &self.text[from..to];
        let entry = if self.what.quotes.escape(from, to).is_none() {
            self.keys.look_up(node, key)
        } else {
            if !self.sound_escapes(from, to) {
                return Err(Broken::Syntax);
            }
            let mut plain = String::new();
            watchbell_model::unescape_json(key, &mut plain);
            self.keys.look_up(node, plain.as_bytes())
        };
        self.space();
        if self.peek()? != b':' {
            return Err(Broken::Syntax);
        }
        self.at += 1;
        Ok(entry)
    }

    /// True if it opened something.
    fn value(&mut self, entry: Entry) -> Result<bool, Broken> {
        match self.peek()? {
            b'"' => self.text(entry)?,
            b'{' if entry.node.is_some() => return self.open(false, entry),
            b'[' if entry.path.is_some() || entry.node.is_some() => return self.open(true, entry),
            b'{' | b'[' => self.tree(entry)?,
            _ => self.scalar(entry)?,
        }
        Ok(false)
    }

    fn text(&mut self, entry: Entry) -> Result<(), Broken> {
        let (from, to) = (self.at + 1, self.string()?);
        if let Some(path) = entry.path {
            if !self.what.quotes.sound() && !self.sound_escapes(from, to) {
                return Err(Broken::Syntax);
            }
            self.push(path, Kind::JsonText, from, to);
        }
        Ok(())
    }

    fn open(&mut self, array: bool, entry: Entry) -> Result<bool, Broken> {
        if self.frames.0.len() >= MOST_DEEP {
            return Err(Broken::Deep);
        }
        if array {
            self.list = if self.arrays == 0 { self.slots.pushed() } else { self.list };
            self.arrays += 1;
        }
        self.frames.0.push(self.top);
        self.top = Frame { array, start: self.at, entry };
        self.at += 1;
        Ok(true)
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
                    if self.frames.0.len() + depth >= MOST_DEEP {
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
        let rest = &self.text[self.at..];
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
        self.values += 1;
        if self.values <= MOST_VALUES {
            self.slots.push(path, Raw { kind, bytes: &self.text[from..to] });
        }
    }

    /// Passes over a string; gives the place of its closing quote.
    #[inline]
    fn string(&mut self) -> Result<usize, Broken> {
        let close = self.what.quotes.next(self.at + 1);
        if close >= self.text.len() {
            return Err(Broken::Syntax);
        }
        self.at = close + 1;
        Ok(close)
    }

    /// Whether every backslash begins an escape that JSON knows.
    #[cold]
    fn sound_escapes(&self, mut from: usize, to: usize) -> bool {
        while let Some(at) = self.what.quotes.escape(from, to) {
            from = at + 2;
            match self.text.get(at + 1) {
                Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {}
                Some(b'u') if self.text[..to].get(from..from + 4).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit)) => {}
                _ => return false,
            }
        }
        true
    }

    #[inline]
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    #[inline]
    fn peek(&self) -> Result<u8, Broken> {
        self.text.get(self.at).copied().ok_or(Broken::Syntax)
    }
}
