//! Fields read out of an event's running text, for shippers that send nothing else.

use super::model::MessageKeys;
use super::view::{Places, fits};
use bumpalo::Bump;
use rustc_hash::FxHashMap;
use watchbell_model::{PathId, Raw, Slots};

/// How the texts of some classes name their fields, bound to the paths of one shape.
#[derive(Clone, Debug)]
pub struct MessagePlan {
    when: Vec<(usize, Vec<String>)>,
    /// `section/key` or `key`, in lower case, to the path that the value goes to.
    keys: FxHashMap<String, PathId>,
    quoted: Vec<Option<PathId>>,
    witness: Vec<PathId>,
    /// Paths that name the class: there the event's own word counts more than the shipper's beside it.
    naming: Vec<PathId>,
}

impl MessagePlan {
    /// `key` names the parts of the shape's key, `naming` is where they stand.
    pub fn new(spec: &MessageKeys, key: &[String], naming: &[PathId], places: &dyn Places) -> Self {
        let part = |name: &String| key.iter().position(|k| k == name);
        let place = |name: &String| places.places(name).first().copied();
        let same = spec.same.iter().filter_map(|name| Some((name.to_lowercase(), place(name)?)));
        let mapped = spec.keys.iter().filter_map(|(text, name)| Some((text.to_lowercase(), place(name)?)));
        let told: Vec<&String> = spec.same.iter().chain(spec.keys.values()).chain(spec.quoted.iter().filter(|name| !name.is_empty())).collect();
        let witness = if spec.witness.is_empty() { told } else { spec.witness.iter().collect() };
        Self {
            when: spec.when.iter().filter_map(|(name, values)| Some((part(name)?, values.iter().map(|v| v.text().to_lowercase()).collect()))).collect(),
            keys: same.chain(mapped).collect(),
            quoted: spec.quoted.iter().map(|name| if name.is_empty() { None } else { place(name) }).collect(),
            witness: witness.into_iter().flat_map(|name| places.places(name)).collect(),
            naming: naming.to_vec(),
        }
    }

    pub fn holds(&self, key: &[Option<String>]) -> bool {
        self.when.iter().all(|(part, values)| key[*part].as_deref().is_some_and(|text| values.iter().any(|value| fits(value, text))))
    }

    /// Reads the text at `path`, unless the record has its data anyway. True if it told of what names the class.
    pub fn read<'a>(&self, path: PathId, slots: &mut Slots<'a>, arena: &'a Bump) -> bool {
        if self.witness.iter().any(|path| slots.has(*path)) {
            return false;
        }
        let Some(raw) = slots.first(path) else { return false };
        let text: &'a str = arena.alloc_str(&raw.to_text());
        self.read_quoted(text, slots);
        self.read_lines(text, slots)
    }

    fn read_quoted<'a>(&self, text: &'a str, slots: &mut Slots<'a>) {
        for (path, value) in self.quoted.iter().zip(text.split('"').skip(1).step_by(2)) {
            if let Some(path) = path {
                slots.push(*path, Raw::text(value));
            }
        }
    }

    fn read_lines<'a>(&self, text: &'a str, slots: &mut Slots<'a>) -> bool {
        let (mut section, mut named) = ("", false);
        let mut open: Option<(PathId, usize, usize)> = None;
        for line in text.split_inclusive('\n') {
            let start = line.as_ptr() as usize - text.as_ptr() as usize;
            match key_value(line) {
                Some((key, value)) => {
                    named |= self.close(text, open.take(), slots);
                    if value.is_empty() && !line.starts_with([' ', '\t']) {
                        section = key;
                    }
                    let value_start = value.as_ptr() as usize - text.as_ptr() as usize;
                    open = self.path(section, key).map(|path| (path, value_start, value_start + value.len()));
                }
                None if line.trim().is_empty() => named |= self.close(text, open.take(), slots),
                None => open = open.map(|(path, from, _)| (path, from, start + line.trim_end().len())),
            }
        }
        named | self.close(text, open, slots)
    }

    /// Ends a value that may have gone over several lines. True if it names the class.
    fn close<'a>(&self, text: &'a str, open: Option<(PathId, usize, usize)>, slots: &mut Slots<'a>) -> bool {
        let Some((path, from, to)) = open else { return false };
        let names = self.naming.contains(&path);
        if names {
            slots.forget(path);
        }
        slots.push(path, Raw::text(text[from..to].trim()));
        names
    }

    fn path(&self, section: &str, key: &str) -> Option<PathId> {
        let key = key.to_lowercase();
        self.keys.get(&format!("{}/{key}", section.to_lowercase())).or_else(|| self.keys.get(&key)).copied()
    }
}

/// `Key: value`; the key is words, the value may be empty.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.trim_start().split_once(':')?;
    let plain = !key.is_empty() && key.len() <= 64 && key.chars().all(|c| c.is_alphanumeric() || " -_/().".contains(c));
    let apart = value.is_empty() || value.starts_with([' ', '\t', '\r', '\n']);
    (plain && apart).then(|| (key.trim_end(), value.trim()))
}
