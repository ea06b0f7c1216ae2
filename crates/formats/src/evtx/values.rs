//! A record's substitutions, and its wanted values put where their template says.

use super::cursor::Cursor;
use super::template::{NONE, Op, Template, Templates, What};
use crate::shape::Trie;
use bumpalo::Bump;
use watchbell_model::{Kind, PathId, Raw, Slots};

/// A substitution: its type and its bytes.
#[derive(Clone, Copy)]
pub struct Value<'a> {
    kind: u8,
    bytes: &'a [u8],
}

const NULL: u8 = 0x00;
const BINARY_XML: u8 = 0x21;
const STRINGS: u8 = 0x81;

/// Records within records (`EventData` is one within its event).
const MOST_DEEP: usize = 8;

/// Puts the values of one record into slots.
pub struct Filler<'f, 'a> {
    pub chunk: &'a [u8],
    pub trie: &'f Trie,
    pub templates: &'f mut Templates,
    pub arena: &'a Bump,
    pub slots: &'f mut Slots<'a>,
    /// Values that may still be put; a template that names a fragment many times over is hostile.
    pub left: u32,
}

/// Values of one record.
pub const MOST_VALUES: u32 = 100_000;

impl<'a> Filler<'_, 'a> {
    /// The binary XML at `from..to`, its elements looked up under `node`. `None` for what has to be read the slow way.
    pub fn fill(&mut self, from: usize, to: usize, node: u32, depth: usize) -> Option<()> {
        if depth >= MOST_DEEP {
            return None;
        }
        let mut cursor = Cursor { data: self.chunk.get(..to)?, at: from };
        let mut token = cursor.u8()?;
        if token == 0x0f {
            cursor.take(3)?;
            token = cursor.u8()?;
        }
        if token != 0x0c {
            return None;
        }
        cursor.u8()?;
        cursor.u32()?;
        let definition = cursor.u32()?;
        if definition as usize == cursor.at {
            cursor.take(20)?;
            let size = cursor.u32()? as usize;
            cursor.take(size)?;
        }
        let values = values(&mut cursor)?;
        if !matches!(cursor.data.get(cursor.at), None | Some(0)) {
            return None;
        }
        let template = self.templates.get(self.chunk, definition, node, self.trie)?;
        template.ops.iter().try_for_each(|op| self.op(*op, &template, &values, depth))
    }

    fn op(&mut self, op: Op, template: &Template, values: &[Value<'a>], depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        if left_out(template, op.element, values) {
            return Some(());
        }
        match (op.what, op.path) {
            (What::Value(number), path) => self.value(values.get(usize::from(number)).copied(), path, op.node, depth),
            (What::Text(from, to), Some(path)) => {
                self.slots.push(path, Raw { kind: Kind::Utf16, bytes: self.chunk.get(from as usize..to as usize)? });
                Some(())
            }
            (What::Nothing(empty), Some(path)) => {
                self.slots.push(path, if empty { Raw::text("") } else { Raw::NULL });
                Some(())
            }
            (_, None) => Some(()),
        }
    }

    fn value(&mut self, value: Option<Value<'a>>, path: Option<PathId>, node: Option<u32>, depth: usize) -> Option<()> {
        let value = value.unwrap_or(Value { kind: NULL, bytes: &[] });
        if value.kind == BINARY_XML {
            let Some(node) = node else { return Some(()) };
            if value.bytes.is_empty() {
                return Some(());
            }
            let from = value.bytes.as_ptr() as usize - self.chunk.as_ptr() as usize;
            return self.fill(from, from + value.bytes.len(), node, depth + 1);
        }
        let Some(path) = path else { return Some(()) };
        if value.kind == STRINGS {
            return self.strings(value.bytes, path);
        }
        self.slots.push(path, self.raw(value)?);
        Some(())
    }

    /// An array of texts, each ended by a NUL.
    fn strings(&mut self, bytes: &'a [u8], path: PathId) -> Option<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            let length = rest.as_chunks::<2>().0.iter().position(|unit| *unit == [0, 0])? * 2;
            self.slots.push(path, Raw { kind: Kind::Utf16, bytes: &rest[..length] });
            rest = &rest[length + 2..];
        }
        Some(())
    }

    fn raw(&self, value: Value<'a>) -> Option<Raw<'a>> {
        let bytes = value.bytes;
        let kind = match (value.kind, bytes.len()) {
            (NULL, _) => return Some(Raw::text("")),
            (0x01, _) => return Some(Raw { kind: Kind::Utf16, bytes: until_nul(bytes) }),
            (0x02, _) => return Some(self.ansi(bytes)),
            (0x03, 1) | (0x05, 2) | (0x07, 4) | (0x09, 8) => Kind::Signed,
            (0x04, 1) | (0x06, 2) | (0x08, 4) | (0x0a, 8) => Kind::Unsigned,
            (0x0b, 4) | (0x0c, 8) => Kind::Float,
            (0x0d, 4) if matches!(bytes, [0 | 1, 0, 0, 0]) => Kind::Bool,
            // Masks that Windows writes as booleans.
            (0x0d, 4) => Kind::Signed,
            (0x0e, _) => Kind::Binary,
            (0x0f, 16) => Kind::Guid,
            (0x10, 4 | 8) | (0x14, 4) | (0x15, 8) => Kind::Hex,
            (0x11, 8) => Kind::FileTime,
            (0x12, 16) => Kind::SysTime,
            (0x13, length) if length >= 8 && length == 8 + 4 * usize::from(bytes[1]) => Kind::Sid,
            _ => return None,
        };
        Some(Raw { kind, bytes })
    }

    /// Text in the system's code page: the Western one, NULs left out.
    fn ansi(&self, bytes: &[u8]) -> Raw<'a> {
        let text: String = bytes.iter().filter(|b| **b != 0).map(|b| windows_1252(*b)).collect();
        Raw::text(self.arena.alloc_str(&text))
    }
}

/// Whether an element, or one around it, lacks the substitution that it depends on.
fn left_out(template: &Template, mut element: u32, values: &[Value<'_>]) -> bool {
    while element != NONE {
        let (parent, dependency) = template.elements[element as usize];
        if dependency.is_some_and(|number| values.get(usize::from(number)).is_none_or(|value| value.kind == NULL)) {
            return true;
        }
        element = parent;
    }
    false
}

/// The table of substitutions and their bytes.
fn values<'a>(cursor: &mut Cursor<'a>) -> Option<Vec<Value<'a>>> {
    let count = cursor.u32()? as usize;
    let table = cursor.take(count.checked_mul(4)?)?;
    let mut values = Vec::with_capacity(count);
    for [low, high, kind, _] in table.as_chunks::<4>().0 {
        let bytes = cursor.take(usize::from(u16::from_le_bytes([*low, *high])))?;
        values.push(Value { kind: *kind, bytes });
    }
    Some(values)
}

fn until_nul(bytes: &[u8]) -> &[u8] {
    let units = bytes.as_chunks::<2>().0;
    let length = units.iter().position(|unit| *unit == [0, 0]).unwrap_or(units.len());
    &bytes[..length * 2]
}

fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™',
        'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9f => HIGH[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
