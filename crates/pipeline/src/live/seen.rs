//! Events that matched lately, so that a resent one does nothing twice.

use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use watchbell_model::{EventId, Timestamp};

/// Ids by the hour of the event. Of more than fit, the longest past are forgotten; the ids of what they trigger stay the
/// same all the same.
#[derive(Default)]
pub struct Seen {
    hours: BTreeMap<i64, FxHashSet<EventId>>,
    held: usize,
}

/// Some 32 bytes each.
const HELD: usize = 4_000_000;

impl Seen {
    pub fn is_new(&mut self, id: EventId, time: Option<Timestamp>) -> bool {
        let new = self.hours.entry(hour(time)).or_default().insert(id);
        self.held += usize::from(new);
        while self.held > HELD && self.hours.len() > 1 {
            self.held -= self.hours.pop_first().map_or(0, |(_, ids)| ids.len());
        }
        new
    }

    pub fn forget(&mut self, before: Timestamp) {
        let kept = self.hours.split_off(&hour(Some(before)));
        let untimed = self.hours.remove(&hour(None));
        self.hours = kept;
        self.hours.extend(untimed.map(|ids| (hour(None), ids)));
        self.held = self.hours.values().map(FxHashSet::len).sum();
    }
}

fn hour(time: Option<Timestamp>) -> i64 {
    time.map_or(i64::MIN, |time| time.seconds().div_euclid(3600))
}
