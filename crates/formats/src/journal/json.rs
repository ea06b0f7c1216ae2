//! The journal as `journalctl -o json` writes it: an object a line, values text, numbers, bytes or lists of them.

use super::fields::{self, Fields};
use bumpalo::Bump;
use sonic_rs::{JsonValueTrait, LazyValue};
use watchbell_model::unescape_json;

/// The fields of one line; none if it is no object.
pub(crate) fn read<'a>(line: &'a [u8], arena: &'a Bump) -> Option<Fields<'a>> {
    let mut found = Fields::default();
    for pair in sonic_rs::to_object_iter(line) {
        let (name, value) = pair.ok()?;
        let wanted = fields::of_use(name.as_bytes()).and_then(|field| Some((field, value_of(&value, arena)?)));
        if let Some((field, value)) = wanted {
            found.set(field, value);
        }
    }
    Some(found)
}

fn value_of<'a>(value: &LazyValue<'a>, arena: &'a Bump) -> Option<&'a [u8]> {
    let raw = arena.alloc_str(value.as_raw_str());
    match raw.as_bytes().first()? {
        b'"' => Some(text(&raw[1..raw.len() - 1], arena)),
        b'[' => list(raw, arena),
        b'n' => None,
        _ => Some(raw.as_bytes()),
    }
}

fn text<'a>(inner: &'a str, arena: &'a Bump) -> &'a [u8] {
    if !inner.contains('\\') {
        return inner.as_bytes();
    }
    let mut out = String::with_capacity(inner.len());
    unescape_json(inner.as_bytes(), &mut out);
    arena.alloc_str(&out).as_bytes()
}

/// Bytes written as numbers, or several values, of which the first is taken.
fn list<'a>(raw: &'a str, arena: &'a Bump) -> Option<&'a [u8]> {
    let mut bytes = Vec::new();
    for item in sonic_rs::to_array_iter(raw) {
        let item = item.ok()?;
        match item.as_u64() {
            Some(byte) => bytes.push(u8::try_from(byte).ok()?),
            None => return value_of(&item, arena),
        }
    }
    Some(arena.alloc_slice_copy(&bytes))
}
