//! Places of a record that are told by others: JSON inside of texts, and what the presence of a path says.

use super::book::Trie;
use super::model::Shape;
use bumpalo::Bump;
use watchbell_model::{PathId, Raw, Slots};

/// A path whose text is JSON, and where its keys are looked up.
#[derive(Clone, Copy, Debug)]
pub struct Nested {
    pub path: PathId,
    pub node: u32,
}

impl Nested {
    /// The paths of a shape that have something wanted in them, outer ones first.
    pub fn list(shape: &Shape, trie: &Trie, id: impl Fn(&str) -> Option<PathId>) -> Vec<Self> {
        shape.nested.iter().filter_map(|path| Some(Self { path: id(path)?, node: trie.under(path)? })).collect()
    }
}

/// A part of the key that is the word of the first path that is there.
#[derive(Debug)]
pub struct Present {
    pub words: Vec<(PathId, String)>,
    pub to: PathId,
}

impl Present {
    pub fn tell<'a>(&self, slots: &mut Slots<'a>, arena: &'a Bump) {
        if let Some((_, word)) = self.words.iter().find(|(path, _)| slots.has(*path)) {
            slots.push(self.to, Raw::text(arena.alloc_str(word)));
        }
    }
}
