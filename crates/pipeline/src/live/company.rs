//! What alerts of one doing make of each other: an attempt whose end another tells, and attempts alone on several steps.

use crate::attempts::{attempt, place};
use crate::definitions::Definitions;
use crate::keys::Keys;
use crate::live::growing::Growing;
use crate::settle::{MANY, SOON, told_by};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;
use watchbell_alerts::Triggered;
use watchbell_model::{EventId, Outcome, Timestamp};

/// Who was seen on which steps, by bucket.
pub struct Company {
    /// The widest bucket of an alert for attempts, in seconds; 0 if there is no such alert and no ladder.
    within: i64,
    keys: FxHashMap<EventId, Keys>,
    /// By index of the alert for attempts, actor and bucket; rising by bucket.
    evidence: FxHashMap<(u32, String, i64), BTreeSet<EventId>>,
    /// Attempts whose end another alert told: they tell none themselves.
    settled: FxHashSet<EventId>,
}

#[derive(Default)]
pub struct Settled {
    pub changed: FxHashSet<EventId>,
    /// Attempts alone, as they stand now.
    pub made: Vec<Triggered>,
}

impl Company {
    pub fn new(definitions: &Definitions) -> Self {
        let within = definitions.alerts.iter().filter_map(|alert| alert.attempts).map(|attempts| attempts.within_seconds.cast_signed());
        let within = within.max().unwrap_or(0);
        Self { within, keys: FxHashMap::default(), evidence: FxHashMap::default(), settled: FxHashSet::default() }
    }

    pub fn horizon(&self) -> i64 {
        self.within.max(SOON)
    }

    pub fn settle(&mut self, definitions: &Definitions, growing: &mut Growing, touched: &FxHashSet<EventId>) -> Settled {
        let mut settled = Settled { changed: touched.clone(), made: Vec::new() };
        if definitions.ladders.alerts.is_empty() {
            return settled;
        }
        for id in touched {
            if let Some(alert) = growing.get(*id) {
                self.keys.insert(*id, Keys::of_alert(alert));
            }
        }
        for id in touched {
            self.end(growing, *id, &mut settled.changed);
        }
        let places: BTreeSet<(u32, String, i64)> = settled.changed.iter().flat_map(|id| self.places(definitions, growing, *id)).collect();
        settled.made = places.into_iter().filter_map(|place| self.attempts(definitions, growing, &place)).collect();
        settled
    }

    /// What has left `growing` is forgotten.
    pub fn forget(&mut self, growing: &Growing, before: Timestamp) {
        let bucket = before.seconds().div_euclid(self.within.max(1)) - 1;
        self.evidence.retain(|(_, _, at), _| *at >= bucket);
        self.keys.retain(|id, _| growing.get(*id).is_some());
        self.settled.retain(|id| growing.get(*id).is_some());
    }

    /// Gives an attempt the end that others tell, and others the end that this one tells.
    fn end(&mut self, growing: &mut Growing, id: EventId, changed: &mut FxHashSet<EventId>) {
        let Some((alert, time)) = growing.get(id).and_then(|alert| Some((alert, alert.time?))) else { return };
        let mut better: Vec<(EventId, Outcome)> = Vec::new();
        for other in growing.around(time, SOON, MANY).filter(|other| *other != id) {
            let (Some(theirs), Some(my_keys), Some(their_keys)) = (growing.get(other), self.keys.get(&id), self.keys.get(&other)) else { continue };
            if my_keys.same_deed(their_keys) {
                better.extend(self.told(alert, theirs).map(|outcome| (id, outcome)));
                better.extend(self.told(theirs, alert).map(|outcome| (other, outcome)));
            }
        }
        for (id, outcome) in better {
            self.settled.insert(id);
            if let Some(alert) = growing.get_mut(id).filter(|alert| alert.outcome < outcome) {
                alert.outcome = outcome;
                changed.insert(id);
            }
        }
    }

    fn told(&self, attempt: &Triggered, other: &Triggered) -> Option<Outcome> {
        let open = attempt.outcome == Outcome::Tried || self.settled.contains(&attempt.id);
        if open && !self.settled.contains(&other.id) { told_by(attempt, other) } else { None }
    }

    /// Where an alert is evidence of attempts; it is noted there.
    fn places(&mut self, definitions: &Definitions, growing: &Growing, id: EventId) -> Vec<(u32, String, i64)> {
        let Some((alert, keys)) = growing.get(id).zip(self.keys.get(&id)) else { return Vec::new() };
        let asked = (0..).zip(&definitions.alerts).filter_map(|(at, active)| Some((at, active.attempts?)));
        let places = asked.filter_map(|(at, attempts)| place(definitions, attempts, alert, keys).map(|(who, bucket)| (at, who, bucket)));
        let places: Vec<_> = places.collect();
        for place in &places {
            self.evidence.entry(place.clone()).or_default().insert(id);
        }
        places
    }

    fn attempts(&self, definitions: &Definitions, growing: &Growing, place: &(u32, String, i64)) -> Option<Triggered> {
        let active = &definitions.alerts[place.0 as usize];
        let mut alerts: Vec<&Triggered> = self.evidence.get(place)?.iter().filter_map(|id| growing.get(*id)).collect();
        alerts.sort_by_key(|alert| (alert.time, alert.id));
        attempt(active, active.attempts?, definitions, &place.1, place.2, &alerts)
    }
}
