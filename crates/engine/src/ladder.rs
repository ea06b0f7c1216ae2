//! How far somebody got on a technique's steps: evidence in any order, split and merged at will, ends in the same ladder.

use std::collections::BTreeMap;
use watchbell_model::{EventId, Ladder, Outcome, Rung, Step, Timestamp};

/// Events that a rung names.
pub const KEPT: usize = 8;

/// What is known so far of one actor's climb. More evidence never lowers it; the same evidence twice changes nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Climb {
    steps: BTreeMap<Step, Best>,
}

/// The best outcome of a step, and its first events.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Best {
    outcome: Outcome,
    /// Sorted, each event once (at its earliest time), at most [`KEPT`].
    events: Vec<(When, EventId)>,
}

/// A time to sort by: evidence without one comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum When {
    Known(Timestamp),
    Unknown,
}

impl Climb {
    /// Takes one piece of evidence in.
    pub fn add(&mut self, step: Step, outcome: Outcome, time: Option<Timestamp>, event: EventId) {
        let when = time.map_or(When::Unknown, When::Known);
        self.best(step, outcome).add(outcome, when, event);
    }

    /// Takes in everything that another climb has seen.
    pub fn merge(&mut self, other: &Self) {
        for (step, theirs) in &other.steps {
            let ours = self.best(*step, theirs.outcome);
            theirs.events.iter().for_each(|(when, event)| ours.add(theirs.outcome, *when, *event));
        }
    }

    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The ladder as it stands.
    pub fn finish(&self) -> Ladder {
        let steps: BTreeMap<Step, Rung> = self.steps.iter().map(|(step, best)| (*step, best.rung())).collect();
        let highest = steps.iter().rev().find(|(_, rung)| rung.outcome == Outcome::Done).map(|(step, _)| *step);
        Ladder { steps, highest }
    }

    fn best(&mut self, step: Step, outcome: Outcome) -> &mut Best {
        self.steps.entry(step).or_insert(Best { outcome, events: Vec::new() })
    }
}

impl Best {
    /// A better outcome starts anew, a lesser one is no news.
    fn add(&mut self, outcome: Outcome, when: When, event: EventId) {
        if outcome > self.outcome {
            *self = Self { outcome, events: Vec::new() };
        }
        if outcome == self.outcome {
            self.keep(when, event);
        }
    }

    /// What was crowded out stays out: times of kept events only fall, so the bound only tightens.
    fn keep(&mut self, when: When, event: EventId) {
        if let Some(known) = self.events.iter().position(|(_, kept)| *kept == event) {
            if self.events[known].0 <= when {
                return;
            }
            self.events.remove(known);
        }
        let at = self.events.partition_point(|kept| *kept < (when, event));
        self.events.insert(at, (when, event));
        self.events.truncate(KEPT);
    }

    fn rung(&self) -> Rung {
        let time = self.events.first().and_then(|(when, _)| match when {
            When::Known(time) => Some(*time),
            When::Unknown => None,
        });
        Rung { outcome: self.outcome, time, events: self.events.iter().map(|(_, event)| *event).collect() }
    }
}
