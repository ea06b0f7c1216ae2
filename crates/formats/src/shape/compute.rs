//! Fields that are made of others, worked out for the classes that have them.

use bumpalo::Bump;
use std::collections::BTreeMap;
use watchbell_model::{PathId, Raw, Slots};

#[derive(Clone, Debug)]
pub enum Op {
    Join { from: Vec<Vec<PathId>>, by: String, to: PathId },
    Map { from: Vec<PathId>, table: BTreeMap<String, String>, to: PathId },
}

impl Op {
    pub fn run<'a>(&self, slots: &mut Slots<'a>, arena: &'a Bump) {
        match self {
            Self::Join { from, by, to } => {
                let texts: Vec<String> = from.iter().filter_map(|paths| text(slots, paths)).filter(|t| !t.is_empty() && t != "-").collect();
                if !texts.is_empty() {
                    slots.push(*to, Raw::text(arena.alloc_str(&texts.join(by))));
                }
            }
            Self::Map { from, table, to } => {
                if let Some(text) = text(slots, from) {
                    slots.push(*to, Raw::text(arena.alloc_str(table.get(&text).unwrap_or(&text))));
                }
            }
        }
    }
}

/// The text of the first path that has a value.
pub fn text(slots: &Slots<'_>, paths: &[PathId]) -> Option<String> {
    paths.iter().find_map(|path| slots.first(*path)).map(|raw| raw.to_text())
}
