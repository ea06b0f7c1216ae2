//! Occurrences of one alert and one key within a bucket of time are one: the first fires, the others make it grow.

use crate::occurrence::{Key, PARTITIONS, of_bucket, partition};
use std::collections::{BTreeMap, BTreeSet};
use watchbell_model::{EventId, Outcome};

/// Events that an occurrence names; `count` counts all.
pub const KEPT: usize = 1000;

/// How an alert folds.
#[derive(Clone, Copy, Debug)]
pub struct Fold {
    /// Width of a bucket in nanoseconds; buckets are aligned to the epoch.
    pub within: i64,
    /// Outcomes fold together and the worst counts; else each outcome folds by itself.
    pub worst: bool,
}

/// A match to be folded.
#[derive(Clone, Debug)]
pub struct Fact {
    pub time: i64,
    pub event: EventId,
    pub key: Key,
    pub outcome: Outcome,
}

/// What is folded so far, in partitions by alert and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    partitions: Vec<BTreeMap<Place, Folded>>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    alert: String,
    key: Key,
    outcome: Option<Outcome>,
    bucket: i64,
}

/// Matches of one bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    pub id: EventId,
    pub outcome: Outcome,
    pub first: i64,
    pub last: i64,
    pub count: u64,
    /// By time, then id: the first [`KEPT`].
    pub events: BTreeSet<(i64, EventId)>,
    /// The bucket before has the same key: delivery takes it as an update.
    pub continues: bool,
}

/// What a fact did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    pub id: EventId,
    /// It is new, and fires; else it grew.
    pub opened: bool,
    /// The bucket before has the same key.
    pub continues: bool,
    /// The bucket after it, which goes on from this one.
    pub next: Option<EventId>,
}

impl Default for State {
    fn default() -> Self {
        Self { partitions: vec![BTreeMap::new(); PARTITIONS] }
    }
}

impl Fold {
    /// Folds one fact of an alert in. The same facts in any order end in the same state.
    pub fn step(&self, mut state: State, alert: &str, fact: &Fact) -> (State, Firing) {
        let place = self.place(alert, fact);
        let buckets = &mut state.partitions[partition(alert, &fact.key)];
        let beside = |by: i64| Place { bucket: place.bucket.saturating_add(by), ..place.clone() };
        let next = buckets.get_mut(&beside(1)).map(|next| {
            next.continues = true;
            next.id
        });
        let continues = buckets.contains_key(&beside(-1));
        let mut opened = false;
        let folded = buckets.entry(place.clone()).or_insert_with(|| {
            opened = true;
            Folded::new(self.id(&place), fact, continues)
        });
        folded.add(fact);
        let firing = Firing { id: folded.id, opened, continues: folded.continues, next };
        (state, firing)
    }

    fn place(&self, alert: &str, fact: &Fact) -> Place {
        let outcome = (!self.worst).then_some(fact.outcome);
        Place { alert: alert.to_owned(), key: fact.key.clone(), outcome, bucket: fact.time.div_euclid(self.within.max(1)) }
    }

    fn id(&self, place: &Place) -> EventId {
        let outcome = place.outcome.map(|outcome| Some(outcome.word().to_owned()));
        let key: Key = place.key.iter().cloned().chain(outcome).collect();
        of_bucket(&place.alert, &key, place.bucket.saturating_mul(self.within))
    }
}

impl Folded {
    fn new(id: EventId, fact: &Fact, continues: bool) -> Self {
        Self { id, outcome: fact.outcome, first: fact.time, last: fact.time, count: 0, events: BTreeSet::new(), continues }
    }

    fn add(&mut self, fact: &Fact) {
        self.outcome = self.outcome.max(fact.outcome);
        self.first = self.first.min(fact.time);
        self.last = self.last.max(fact.time);
        if self.events.insert((fact.time, fact.event)) {
            self.count += 1;
        }
        if self.events.len() > KEPT {
            self.events.pop_last();
        }
    }
}

impl State {
    /// Everything that is folded, in no particular order of time.
    pub fn all(&self) -> impl Iterator<Item = &Folded> {
        self.partitions.iter().flat_map(BTreeMap::values)
    }

    /// Takes out what ended before a time, so that the state stays small. What ended just before it is still kept for a
    /// fold of this width, to tell that the next bucket continues it.
    pub fn close(&mut self, fold: Fold, alert: &str, watermark: i64) -> Vec<Folded> {
        let oldest = watermark.div_euclid(fold.within.max(1)).saturating_sub(1);
        let taken = self.partitions.iter_mut().flat_map(|buckets| buckets.extract_if(.., |place, _| place.alert == alert && place.bucket < oldest));
        taken.map(|(_, folded)| folded).collect()
    }
}
