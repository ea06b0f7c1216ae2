//! Matches of one group in one stretch of time: how many, what they measure, and the first of them. Their order does not show.

use super::{Firing, Item, Key, Named};
use std::collections::BTreeMap;
use watchbell_model::{EventId, Outcome};
use watchbell_rules::pack::Aggregate;

/// Matches that a firing names; `count` counts all.
pub(super) const KEPT: usize = 1000;

#[derive(Clone, Debug)]
pub struct Bucket<T> {
    pub count: u64,
    /// Of the first match by (time, id): its place, and the key as it wrote it.
    first: Option<(i64, EventId, Key)>,
    last: i64,
    outcome: Option<Outcome>,
    measure: Measure,
    members: BTreeMap<(i64, EventId), Named<T>>,
}

/// Numbers of matches. The sum is in billionths, so that it is the same in any order.
#[derive(Clone, Copy, Debug, Default)]
struct Measure {
    numbers: u64,
    sum: i128,
    least: f64,
    greatest: f64,
}

impl<T> Default for Bucket<T> {
    fn default() -> Self {
        Self { count: 0, first: None, last: i64::MIN, outcome: None, measure: Measure::default(), members: BTreeMap::new() }
    }
}

impl<T: Clone> Bucket<T> {
    /// One more match, of which at most so many are named.
    pub fn add(&mut self, item: Item<T>, most: usize) {
        let place = (item.time, item.event);
        if self.members.contains_key(&place) {
            return;
        }
        self.count += 1;
        self.last = self.last.max(item.time);
        self.outcome = self.outcome.max(Some(item.outcome));
        item.numbers.iter().for_each(|x| self.measure.add(*x));
        if self.first.as_ref().is_none_or(|(time, event, _)| place < (*time, *event)) {
            self.first = Some((item.time, item.event, item.key));
        }
        if let Some(named) = item.named {
            self.members.insert(place, named);
            if self.members.len() > most {
                self.members.pop_last();
            }
        }
    }

    /// Takes in what comes after it.
    pub fn append(&mut self, later: &Self) {
        self.count += later.count;
        self.last = self.last.max(later.last);
        self.outcome = self.outcome.max(later.outcome);
        if self.first.is_none() {
            self.first.clone_from(&later.first);
        }
        let room = KEPT.saturating_sub(self.members.len());
        self.members.extend(later.members.iter().take(room).map(|(place, named)| (*place, named.clone())));
    }

    /// Time of the first match.
    pub fn begins(&self) -> Option<i64> {
        self.first.as_ref().map(|(time, ..)| *time)
    }

    /// The key as the first match wrote it.
    pub fn written(&self) -> Key {
        self.first.as_ref().map(|(.., key)| key.clone()).unwrap_or_default()
    }

    /// What is compared with other buckets; none if no match had a number.
    pub fn value(&self, aggregate: Option<Aggregate>) -> Option<f64> {
        let Some(aggregate) = aggregate else { return Some(self.count as f64) };
        let Measure { numbers, sum, least, greatest } = self.measure;
        let sum = sum as f64 / BILLION;
        let value = match aggregate {
            Aggregate::Min => least,
            Aggregate::Max => greatest,
            Aggregate::Sum => sum,
            Aggregate::Avg => sum / numbers as f64,
        };
        (numbers > 0).then_some(value)
    }

    /// What a window that is known by this time tells of it.
    pub fn firing(self, start: i64) -> Firing<T> {
        Firing {
            trigger: 0,
            key: Key::new(),
            written: self.written(),
            start,
            first: self.begins().unwrap_or(start),
            last: self.last,
            count: self.count,
            outcome: self.outcome,
            value: None,
            usual: None,
            members: self.members.into_values().map(|named| named.member).collect(),
        }
    }
}

const BILLION: f64 = 1e9;

impl Measure {
    fn add(&mut self, x: f64) {
        self.least = if self.numbers == 0 { x } else { self.least.min(x) };
        self.greatest = if self.numbers == 0 { x } else { self.greatest.max(x) };
        self.numbers += 1;
        // What is too great for it stays at the greatest.
        self.sum = self.sum.saturating_add((x * BILLION).round() as i128);
    }
}
