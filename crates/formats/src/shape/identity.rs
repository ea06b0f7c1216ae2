//! Who an event is, by the rules of its shape: what its id is made of, when and where it happened.

use super::book::{PathBook, Trie, WRAPPERS};
use super::compute::text;
use super::model::{Cut, IdPart, Shape};
use super::nested::Nested;
use crate::Stream;
use std::collections::BTreeMap;
use watchbell_model::{Basis, EventId, IdWriter, Identity, PathId, Slots, Timestamp};

/// The paths of a shape that identify an event. They have a tree of their own: identity is asked of few events.
#[derive(Debug)]
pub struct Ids {
    pub trie: Trie,
    /// How many paths the tree has.
    pub paths: usize,
    pub nested: Vec<Nested>,
    host: Vec<PathId>,
    time: Vec<PathId>,
    record: Vec<PathId>,
    specs: Vec<(String, Vec<Part>)>,
}

#[derive(Debug)]
enum Part {
    Text(Place),
    Lower(Place),
    Number(Place),
    Maybe(Place),
    Time(Cut),
}

/// Where a field stands, and what tells it where it is absent.
#[derive(Debug)]
struct Place {
    paths: Vec<PathId>,
    otherwise: Option<(Vec<PathId>, BTreeMap<String, String>)>,
}

impl Ids {
    pub fn new(shape: &Shape) -> Self {
        let mut book = PathBook::default();
        let host = intern(&mut book, &shape.host);
        let time = intern(&mut book, &shape.time);
        let record = intern(&mut book, &shape.places("EventRecordID"));
        let specs = shape.identity.iter().map(|spec| (spec.tag.clone(), spec.parts.iter().map(|part| bind(part, shape, &mut book)).collect())).collect();
        intern(&mut book, &shape.nested);
        let mut trie = book.trie();
        let nested = Nested::list(shape, &trie, |path| book.get(path));
        for key in WRAPPERS {
            trie.wrap(key);
        }
        Self { trie, paths: book.len(), nested, host, time, record, specs }
    }

    /// The number that a Windows event has in its log.
    pub fn record(&self, slots: &Slots<'_>) -> Option<u64> {
        text(slots, &self.record)?.trim().parse().ok()
    }

    /// The identity of a record whose values are in `slots`, and which is `raw` where it has none of its own.
    pub fn identity(&self, slots: &Slots<'_>, raw: &[u8], stream: &Stream) -> Identity {
        let time = self.time.iter().find_map(|path| time_of(&slots.first(*path)?.to_text(), stream));
        let host = self.host.iter().find_map(|path| Some(slots.first(*path)?.to_text()).filter(|host| !host.is_empty()));
        let own = self.specs.iter().find_map(|(tag, parts)| id(tag, parts, slots, time));
        let basis = own.map_or_else(|| Basis::Raw(IdWriter::new("raw").part(raw).finish()), Basis::Own);
        Identity { basis, time, guessed: false, host: host.or_else(|| stream.host.clone()) }
    }
}

fn intern(book: &mut PathBook, paths: &[String]) -> Vec<PathId> {
    paths.iter().map(|path| book.intern(path)).collect()
}

fn bind(part: &IdPart, shape: &Shape, book: &mut PathBook) -> Part {
    let mut place = |name: &String| {
        let how = shape.constants.get(name).and_then(|of| shape.infer.get(of));
        let otherwise =
            how.and_then(|how| Some((intern(book, shape.key.get(&how.from)?), how.map.iter().map(|(k, v)| (k.to_lowercase(), v.clone())).collect())));
        Place { paths: intern(book, &shape.places(name)), otherwise }
    };
    match part {
        IdPart::Text(name) => Part::Text(place(name)),
        IdPart::Lower(name) => Part::Lower(place(name)),
        IdPart::Number(name) => Part::Number(place(name)),
        IdPart::Maybe(name) => Part::Maybe(place(name)),
        IdPart::Time(cut) => Part::Time(*cut),
    }
}

/// The id, if every part is there.
fn id(tag: &str, parts: &[Part], slots: &Slots<'_>, time: Option<Timestamp>) -> Option<EventId> {
    let mut writer = IdWriter::new(tag);
    for part in parts {
        writer = match part {
            Part::Text(place) => writer.part(place.told(slots)?.as_bytes()),
            Part::Lower(place) => writer.part(place.told(slots)?.to_lowercase().as_bytes()),
            Part::Number(place) => writer.number(number(&place.told(slots)?)?),
            Part::Maybe(place) => writer.part(place.told(slots).unwrap_or_default().as_bytes()),
            Part::Time(Cut::Second) => writer.number(time?.seconds()),
            Part::Time(Cut::Whole) => writer.number(time?.nanos),
        };
    }
    Some(writer.finish())
}

impl Place {
    fn told(&self, slots: &Slots<'_>) -> Option<String> {
        let own = text(slots, &self.paths).filter(|text| !text.is_empty());
        own.or_else(|| self.otherwise.as_ref().and_then(|(from, map)| map.get(&text(slots, from)?.to_lowercase()).cloned()))
    }
}

fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    match text.strip_prefix("0x") {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

/// A time as records write it; `/Date(1600732261205)/` is how PowerShell's JSON does.
fn time_of(text: &str, stream: &Stream) -> Option<Timestamp> {
    let text = text.strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(text);
    Timestamp::parse(text, &stream.zone)
}
