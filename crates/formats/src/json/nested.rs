//! JSON inside of a JSON text: unescaped into the arena, and read as if it stood there as an object.

use super::keys::Keys;
use super::quotes::Scalar;
use super::walk::{Frames, Walk, walk_under};
use crate::shape::Nested;
use bumpalo::Bump;
use watchbell_model::{Kind, Raw, Slots, unescape_json};

/// Collects what is wanted inside of the texts at `nested`. A text that is no object stays a text.
pub fn read_nested<'a, K: Keys>(nested: &[Nested], keys: &mut K, frames: &mut Frames, slots: &mut Slots<'a>, arena: &'a Bump) {
    for place in nested {
        let Some(text) = slots.first(place.path).and_then(object) else { continue };
        let text = arena.alloc_str(&text).as_bytes();
        let what = Walk { text, from: 0, to: text.len(), quotes: &Scalar(text), trees: true };
        let _ = walk_under(place.node, &what, keys, frames, slots);
    }
}

fn object(raw: Raw<'_>) -> Option<String> {
    if raw.kind != Kind::JsonText || raw.bytes.trim_ascii_start().first() != Some(&b'{') {
        return None;
    }
    let mut text = String::new();
    unescape_json(raw.bytes, &mut text);
    Some(text)
}
