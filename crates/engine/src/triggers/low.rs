//! Low: no more than `threshold` matches of a group in a period; silence too.
//!
//! Periods are aligned to the epoch. A key is known from its first match on: the first period that is judged is the first
//! that begins then or later. Without keys, the one group is known from when the trigger is in force. After [`GONE`] silent
//! periods in a row a group is taken as gone, until it is heard of again.

use super::period::{Life, Period, ceil, floor};
use super::{Bucket, Cell, Firing, Item, KEPT, Key, Method, Taken};
use std::collections::BTreeMap;
use watchbell_rules::pack;

/// Silent periods in a row that are told.
pub const GONE: i64 = 10;

pub struct Low {
    seconds: u64,
    threshold: u64,
    alone: bool,
}

struct Group<T> {
    period: Period,
    threshold: u64,
    /// The next period to be judged; none while the group is not known.
    next: Option<i64>,
    /// The last period in which it was heard of.
    heard: i64,
    /// The key as it was written last.
    written: Key,
    /// It stays, known or not.
    stands: bool,
    buckets: BTreeMap<i64, Bucket<T>>,
}

impl Low {
    pub fn new(low: &pack::Several) -> Self {
        Self { seconds: low.period, threshold: low.threshold, alone: low.by.is_empty() }
    }
}

impl<T: Clone + Send + 'static> Method<T> for Low {
    fn cell(&self, _: &Key, life: Life) -> Box<dyn Cell<T>> {
        let period = Period::new(self.seconds, life);
        let next = life.since.filter(|_| self.alone).map(|since| ceil(since, period.length));
        let heard = next.map_or(0, |next| next.saturating_sub(period.length));
        Box::new(Group { period, threshold: self.threshold, next, heard, written: Key::new(), stands: next.is_some(), buckets: BTreeMap::new() })
    }

    fn stands(&self, life: Life) -> bool {
        self.alone && life.since.is_some()
    }

    fn reach(&self) -> i64 {
        Period::new(self.seconds, Life::default()).length.saturating_mul(GONE + 2)
    }

    fn whole(&self) -> bool {
        true
    }
}

impl<T: Clone + Send> Cell<T> for Group<T> {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken {
        let (start, life) = (floor(item.time, self.period.length), self.period.life);
        // From a period that is not judged, it is known all the same.
        if life.since.is_some_and(|since| item.time < since) || life.is_over(start) {
            return Taken::Outside;
        }
        if self.period.is_closed(start, watermark) {
            return Taken::Late;
        }
        self.buckets.entry(start).or_default().add(item, KEPT);
        Taken::Counted
    }

    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>)) {
        while let Some(start) = self.next.or_else(|| self.buckets.first_key_value().map(|(start, _)| *start)) {
            if self.period.life.is_over(start) {
                (self.next, self.buckets) = (None, BTreeMap::new());
                return;
            }
            if !self.period.is_closed(start, watermark) {
                return;
            }
            self.judge(start).into_iter().for_each(|firing| fire(Key::new(), firing));
        }
    }

    fn is_idle(&self) -> bool {
        self.next.is_none() && self.buckets.is_empty() && !self.stands
    }
}

impl<T: Clone> Group<T> {
    fn judge(&mut self, start: i64) -> Option<Firing<T>> {
        self.buckets.retain(|other, _| *other >= start);
        if self.next.is_some() && start.saturating_sub(self.heard) > self.period.length.saturating_mul(GONE) {
            self.next = None;
            return None;
        }
        let bucket = self.buckets.remove(&start);
        let silent = bucket.is_none();
        let bucket = bucket.unwrap_or_default();
        // Of the period in which it was first heard of, only a part may have been heard.
        let judged = self.next.is_some() || bucket.begins() == Some(start);
        self.next = start.checked_add(self.period.length);
        if !silent {
            (self.heard, self.written) = (start, bucket.written());
        }
        let low = judged && bucket.count <= self.threshold;
        low.then(|| Firing { written: self.written.clone(), first: start, last: self.period.end(start), ..bucket.firing(start) })
    }
}
