//! Fields that are made of others, worked out for the classes that have them.

use super::api::api_part;
use super::model::{ApiPart, Compute};
use super::view::Places;
use crate::auditd::command_line;
use bumpalo::Bump;
use std::collections::BTreeMap;
use watchbell_model::{Kind, PathId, Raw, Slots};

/// How one field is made, and the path that it goes to.
#[derive(Clone, Debug)]
pub struct Op {
    how: How,
    to: PathId,
}

#[derive(Clone, Debug)]
enum How {
    Join { from: Vec<Vec<PathId>>, by: String },
    Map { from: Vec<PathId>, table: BTreeMap<String, String> },
    Piece { from: Vec<PathId>, by: String, back: usize },
    After { from: Vec<PathId>, word: String },
    File { folder: Vec<PathId>, name: Vec<PathId> },
    Arguments { from: Vec<PathId> },
    Api { from: Vec<PathId>, part: ApiPart },
}

impl Op {
    pub fn new(how: &Compute, places: &dyn Places, to: PathId) -> Self {
        let how = match how {
            Compute::Join { fields, by } => How::Join { from: fields.iter().map(|f| places.places(f)).collect(), by: by.clone() },
            Compute::Map { field, to: table } => How::Map { from: places.places(field), table: table.clone() },
            Compute::Piece { field, by, back } => How::Piece { from: places.places(field), by: by.clone(), back: *back },
            Compute::After { field, word } => How::After { from: places.places(field), word: word.clone() },
            Compute::File { folder, name } => How::File { folder: places.places(folder), name: places.places(name) },
            Compute::Arguments { field } => How::Arguments { from: places.places(field) },
            Compute::Api { field, part } => How::Api { from: places.places(field), part: *part },
        };
        Self { how, to }
    }

    /// Whether it is cut out of another field, and so worth less than a place of the field's own.
    pub fn is_cut(&self) -> bool {
        matches!(self.how, How::Piece { .. } | How::After { .. } | How::Api { .. })
    }

    pub fn run<'a>(&self, slots: &mut Slots<'a>, arena: &'a Bump) {
        if let How::Arguments { from } = &self.how {
            return self.arguments(from, slots, arena);
        }
        if let Some(text) = self.text(slots).filter(|text| !text.is_empty()) {
            slots.push(self.to, Raw::text(arena.alloc_str(&text)));
        }
    }

    fn text(&self, slots: &Slots<'_>) -> Option<String> {
        match &self.how {
            How::Join { from, by } => {
                let texts: Vec<String> = from.iter().filter_map(|paths| text(slots, paths)).filter(|t| !t.is_empty() && t != "-").collect();
                Some(texts.join(by))
            }
            How::Map { from, table } => text(slots, from).map(|text| table.get(&text).cloned().unwrap_or(text)),
            How::Piece { from, by, back } => text(slots, from)?.rsplit(by.as_str()).nth(*back).map(str::to_owned),
            How::After { from, word } => after(&text(slots, from)?, word).map(str::to_owned),
            How::File { folder, name } => Some(format!("{}/{}", text(slots, folder)?.trim_end_matches('/'), text(slots, name)?)),
            How::Api { from, part } => api_part(&text(slots, from)?, *part).map(str::to_owned),
            How::Arguments { .. } => None,
        }
    }

    fn arguments<'a>(&self, from: &[PathId], slots: &mut Slots<'a>, arena: &'a Bump) {
        let Some(path) = from.iter().find(|path| slots.has(**path)) else { return };
        let words: Vec<&'a [u8]> = slots.get(*path).filter(|raw| raw.kind != Kind::JsonTree).map(|raw| arena.alloc_str(&raw.to_text()).as_bytes()).collect();
        let line = command_line(&words, arena);
        slots.push(self.to, Raw { kind: Kind::Text, bytes: line });
    }
}

/// The text of the first path that has a value.
pub fn text(slots: &Slots<'_>, paths: &[PathId]) -> Option<String> {
    paths.iter().find_map(|path| slots.first(*path)).map(|raw| raw.to_text())
}

fn after<'t>(path: &'t str, word: &str) -> Option<&'t str> {
    let mut pieces = path.split('/');
    pieces.find(|piece| piece.eq_ignore_ascii_case(word))?;
    pieces.next()
}
