//! Facts found for a story: from the alert's own events outwards, the strongest joins first.

use crate::case::Case;
use crate::sentence::short;
use crate::{Fact, Join, Name, Strength};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use watchbell_model::{EventId, Timestamp};

/// A fact, its place in the story, and what joins it.
#[derive(Clone, Debug)]
pub(crate) struct Found<'a> {
    pub fact: &'a Fact,
    pub part: Part,
    pub join: Join,
}

/// What a fact is to the story; what is asked of it next depends on it. Earlier ones are asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// The alert's own event (or its own values).
    Own,
    /// A process above it.
    Ancestor,
    Logon,
    Switch,
    Share,
    /// The same deed as another host or log tells it.
    Twin,
    /// Another deed done to the job.
    Job,
    /// A file that the job runs.
    File,
    /// The file that it stands in.
    Table,
    Run,
    /// What a run started.
    Child,
    /// What the alert's own process started.
    Below,
    /// What a process of the story did.
    Doing,
    /// What a process that a run started did.
    Effect,
    /// Another doing of the same session.
    Mate,
    /// Same host and window.
    Company,
}

impl<'a> Found<'a> {
    pub fn new(fact: &'a Fact, part: Part, strength: Strength, by: &'static str, reason: impl Into<String>) -> Self {
        Self { fact, part, join: Join { strength, by: by.into(), reason: short(&reason.into()) } }
    }

    pub fn exact(fact: &'a Fact, part: Part, by: &'static str, reason: impl Into<String>) -> Self {
        Self::new(fact, part, Strength::Exact, by, reason)
    }

    pub fn strong(fact: &'a Fact, part: Part, by: &'static str, reason: impl Into<String>) -> Self {
        Self::new(fact, part, Strength::Strong, by, reason)
    }

    pub fn weak(fact: &'a Fact, part: Part, by: &'static str, reason: impl Into<String>) -> Self {
        Self::new(fact, part, Strength::Weak, by, reason)
    }
}

/// A question: what else belongs to the story, given something that does.
pub(crate) type Question = for<'a> fn(&Case<'a>, &Found<'a>) -> Vec<Found<'a>>;

type Key<'a> = (EventId, u16, &'a [(Name, Box<str>)]);
type Turn<'a> = (Reverse<Strength>, Part, Option<Timestamp>, Key<'a>);

/// However many a hostile log would join.
const MOST: usize = 1000;
/// Of how many of each part more is asked.
const MOST_ASKED: usize = 64;

/// Everything that belongs to the story. A join over several facts is as strong as its weakest link.
pub(crate) fn all<'a>(case: &Case<'a>, questions: &[Question]) -> Vec<Found<'a>> {
    let mut waiting: BTreeMap<Turn<'a>, Found<'a>> = BTreeMap::new();
    let mut done: BTreeMap<Key<'a>, Found<'a>> = BTreeMap::new();
    let own = |fact| Found::exact(fact, Part::Own, "event", "the alert's own event");
    for found in case.own.iter().copied().chain([case.anchor]).map(own) {
        waiting.entry(turn(&found)).or_insert(found);
    }
    let mut asked: BTreeMap<Part, usize> = BTreeMap::new();
    while let Some((_, found)) = waiting.pop_first() {
        if done.len() >= MOST || done.contains_key(&key(found.fact)) {
            continue;
        }
        let asked = asked.entry(found.part).or_default();
        *asked += 1;
        let questions = if *asked <= MOST_ASKED { questions } else { &[] };
        let further = questions.iter().flat_map(|question| question(case, &found));
        for next in further.filter(|next| !done.contains_key(&key(next.fact))).map(|next| weakest(next, &found)) {
            waiting.entry(turn(&next)).or_insert(next);
        }
        done.insert(key(found.fact), found);
    }
    done.into_values().filter(|found| !std::ptr::eq(found.fact, case.anchor)).collect()
}

fn weakest<'a>(mut next: Found<'a>, from: &Found<'a>) -> Found<'a> {
    next.join.strength = next.join.strength.min(from.join.strength);
    next
}

fn key(fact: &Fact) -> Key<'_> {
    (fact.id, fact.kind, &fact.values)
}

fn turn<'a>(found: &Found<'a>) -> Turn<'a> {
    (Reverse(found.join.strength), found.part, found.fact.time, key(found.fact))
}
