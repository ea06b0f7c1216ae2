//! What a scan keeps of the few events that match, until all is read.

use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{Basis, FieldId, Identity, LogSource, Outcome};
use watchbell_rules::RuleId;

/// Matches of one thread.
#[derive(Debug, Default)]
pub struct Found {
    pub events: Vec<Event>,
    pub occurrences: Vec<Occurrence>,
    /// The first and the last time of all events, matched or not (in nanoseconds); only where a trigger asks for it.
    pub span: Option<(i64, i64)>,
}

/// An event that matched something.
#[derive(Debug)]
pub struct Event {
    pub identity: Identity,
    pub file: Arc<File>,
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
}

/// A stream, as far as identity and place are concerned.
#[derive(Debug, PartialEq, Eq)]
pub struct File {
    pub name: Arc<str>,
    /// The delivery unit: a hash of the stream's first kilobyte, so that a copied file is the same one.
    pub unit: [u8; 32],
    /// Lines are counted within the unit, however its blocks are cut and whichever of them come again: the line tells one
    /// of identical records from another. Else they are counted.
    pub numbered: bool,
}

impl File {
    /// A stream that is read from its beginning.
    pub fn new(name: &str, unit: [u8; 32]) -> Self {
        Self { name: Arc::from(name), unit, numbered: false }
    }
}

/// What a match is to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It makes the alert fire.
    Fires,
    /// A correlation of the alert is fed with it.
    Feeds,
}

/// One alert that holds for one event, or one match that feeds it.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Index into the events.
    pub event: u32,
    /// Index into the alerts.
    pub alert: u32,
    pub role: Role,
    /// One, if it feeds.
    pub rules: Vec<RuleId>,
    pub source: Arc<LogSource>,
    pub outcome: Outcome,
    /// Index of the exception that holds it back.
    pub excepted: Option<u32>,
    /// Index of the entity, and its value.
    pub entities: Vec<(u32, String)>,
    /// What correlations read, if it feeds one; what its alert's trigger measures.
    pub values: Vec<(FieldId, String)>,
    pub job: Option<Arc<Job>>,
}

impl Found {
    /// Keeps the events of the lowest ranks, as many as `most`, however they came; tells whether any was left out.
    pub(crate) fn keep<R: Ord>(&mut self, most: usize, rank: impl Fn(&Event) -> R) -> bool {
        if self.events.len() <= most {
            return false;
        }
        let place = |event: &Event| match event.identity.basis {
            Basis::Own(id) | Basis::Raw(id) => id,
        };
        let key = |at: &u32| {
            let event = &self.events[*at as usize];
            (rank(event), place(event), Arc::clone(&event.file.name), event.lines, event.record)
        };
        let mut order: Vec<u32> = (0..self.events.len() as u32).collect();
        order.sort_by_cached_key(key);
        order.truncate(most);
        order.sort_unstable();
        let to: FxHashMap<u32, u32> = order.iter().copied().zip(0..).collect();
        let mut at = 0..;
        self.events.retain(|_| at.next().is_some_and(|at| to.contains_key(&at)));
        let moved = |o: Occurrence| Some(Occurrence { event: *to.get(&o.event)?, ..o });
        self.occurrences = std::mem::take(&mut self.occurrences).into_iter().filter_map(moved).collect();
        true
    }

    pub(crate) fn saw(&mut self, first: i64, last: i64) {
        self.span = Some(self.span.map_or((first, last), |(from, to)| (from.min(first), to.max(last))));
    }

    /// Takes another's in, its indices moved.
    pub fn add(&mut self, other: Self) {
        if let Some((first, last)) = other.span {
            self.saw(first, last);
        }
        let base = self.events.len() as u32;
        self.events.extend(other.events);
        self.occurrences.extend(other.occurrences.into_iter().map(|o| Occurrence { event: o.event + base, ..o }));
    }
}
