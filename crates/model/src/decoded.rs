//! An event while its bytes are at hand: what a decoder gives, and a sink looks at and forgets.

use crate::{Class, EventId, FieldId, Raw, Slots, Timestamp, Value, View};
use bumpalo::Bump;
use std::borrow::Cow;

/// Values of an event under one class. Most events have one part; a serial of auditd has one for each deed and record.
pub struct Part<'s, 'a> {
    pub class: &'s Class,
    pub slots: Slots<'a>,
}

/// One event. `'a` is the life of the block (and of the arena) that the values are borrowed from.
pub struct Decoded<'s, 'a> {
    pub parts: &'s mut [Part<'s, 'a>],
    /// First and last line, 1-based, of the decompressed file.
    pub lines: Option<(u64, u64)>,
    /// The number that an EVTX file gives the record; see [`Whole::record_id`].
    pub record: Option<u64>,
    /// For values that are worked out and must live as long as the borrowed ones.
    pub arena: &'a Bump,
    /// What is worked out only for the few events that match.
    pub whole: &'s dyn Whole,
}

/// The costly side of an event.
pub trait Whole {
    fn identity(&self) -> Identity;
    /// `EventRecordID`, where a record in an EVTX file tells another than the file counts.
    fn record_id(&self) -> Option<u64> {
        None
    }
    /// The record as a document, its own field names kept.
    fn document(&self) -> Value;
    /// The record by itself, as it can be kept and read again.
    fn written(&self) -> Written<'_>;
}

/// A record by itself: read again in this format, it comes to the same event. Only an id that is made of its place in a
/// stream is lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written<'a> {
    /// As the formats call themselves.
    pub format: &'static str,
    pub bytes: Cow<'a, [u8]>,
}

/// Who an event is, and when and where it happened.
#[derive(Clone, Debug)]
pub struct Identity {
    pub basis: Basis,
    pub time: Option<Timestamp>,
    /// Whether the time was worked out (a missing year, a file's time) and not told by the record.
    pub guessed: bool,
    /// None is none: never a file's name.
    pub host: Option<String>,
}

/// What an event's id is made of.
#[derive(Clone, Debug)]
pub enum Basis {
    /// The record has an identity of its own.
    Own(EventId),
    /// It has none: this is the hash of its raw bytes; the delivery unit and the number among identical records go
    /// into its id too.
    Raw(EventId),
}

/// Takes what a decoder finds. Every record is told exactly once.
pub trait Sink<'a> {
    fn event(&mut self, event: &mut Decoded<'_, 'a>);
    /// Records that are no event of their own: comments, lines joined into another's event.
    fn skipped(&mut self, records: u64);
    fn quarantined(&mut self, trouble: Quarantined);
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quarantined {
    pub line: Option<u64>,
    pub record: Option<u64>,
    /// Stable word, `unknown_format`, `bad_json`.
    pub reason: &'static str,
    pub records: u64,
}

impl Part<'_, '_> {
    /// The values of a field as a view of this part sees them: those of the best place that has any, else the class's
    /// constant. A path's values come last one first, those of a list in its order.
    pub fn values<'p>(&'p self, view: usize, field: FieldId) -> impl Iterator<Item = Raw<'p>> + 'p {
        let view: &'p View = &self.class.views[view];
        let paths = view.paths.get(&field).map_or(&[][..], Vec::as_slice);
        let place = paths.iter().copied().find(|path| self.slots.has(*path));
        let constant = if place.is_none() { view.constants.get(&field) } else { None };
        let found = place.into_iter().flat_map(move |path| self.slots.get(path));
        found.chain(constant.map(|text| Raw::text(text)))
    }

    /// The first of them as text.
    pub fn text(&self, view: usize, field: FieldId) -> Option<String> {
        self.values(view, field).next().map(|value| value.to_text())
    }
}
