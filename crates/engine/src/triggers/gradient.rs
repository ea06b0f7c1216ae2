//! Gradient: a group differs from its own value in the previous period that has data, no more than [`PAST`] periods before.

use super::period::{Life, Period};
use super::{Bucket, Cell, Difference, Firing, Item, KEPT, Key, Method, Taken};
use std::collections::BTreeMap;
use watchbell_rules::pack;

/// How many periods back the previous one with data may lie.
pub const PAST: i64 = 100;

pub struct Gradient {
    seconds: u64,
    difference: Difference,
}

struct Course<T> {
    period: Period,
    difference: Difference,
    /// The last closed period with data, and its value.
    previous: Option<(i64, f64)>,
    buckets: BTreeMap<i64, Bucket<T>>,
}

impl Gradient {
    pub fn new(gradient: &pack::Difference) -> Self {
        Self { seconds: gradient.period, difference: Difference::new(gradient) }
    }
}

impl<T: Clone + Send + 'static> Method<T> for Gradient {
    fn cell(&self, _: &Key, life: Life) -> Box<dyn Cell<T>> {
        Box::new(Course { period: Period::new(self.seconds, life), difference: self.difference, previous: None, buckets: BTreeMap::new() })
    }

    fn reach(&self) -> i64 {
        Period::new(self.seconds, Life::default()).length.saturating_mul(PAST + 2)
    }

    fn whole(&self) -> bool {
        true
    }
}

impl<T: Clone + Send> Cell<T> for Course<T> {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken {
        if self.difference.has_nothing_of(&item) {
            return Taken::Outside;
        }
        match self.period.of(item.time, watermark) {
            Err(why) => return why,
            Ok(start) => self.buckets.entry(start).or_default().add(item, KEPT),
        }
        Taken::Counted
    }

    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>)) {
        while let Some(entry) = self.buckets.first_entry().filter(|entry| self.period.is_closed(*entry.key(), watermark)) {
            let (start, bucket) = entry.remove_entry();
            self.judge(start, bucket).into_iter().for_each(|firing| fire(Key::new(), firing));
        }
        self.previous = self.previous.filter(|(start, _)| !self.period.is_closed(start.saturating_add(self.past()), watermark));
    }

    fn is_idle(&self) -> bool {
        self.previous.is_none() && self.buckets.is_empty()
    }
}

impl<T: Clone> Course<T> {
    fn judge(&mut self, start: i64, bucket: Bucket<T>) -> Option<Firing<T>> {
        let value = bucket.value(self.difference.aggregate)?;
        let previous = self.previous.replace((start, value)).filter(|(before, _)| start.saturating_sub(*before) <= self.past());
        let (_, usual) = previous.filter(|(_, usual)| self.difference.is_between(value, *usual))?;
        Some(Firing { value: Some(value), usual: Some(usual), ..bucket.firing(start) })
    }

    fn past(&self) -> i64 {
        self.period.length.saturating_mul(PAST)
    }
}
