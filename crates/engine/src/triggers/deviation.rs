//! Deviation: a group differs from the median of all groups in the same period. One scope holds all groups.

use super::period::{Life, Period};
use super::{Bucket, Cell, Difference, Firing, Item, KEPT, Key, Method, Taken};
use std::collections::BTreeMap;
use watchbell_rules::pack;

pub struct Deviation {
    seconds: u64,
    difference: Difference,
}

/// Groups of all periods that are open.
const GROUPS: usize = 100_000;

struct Groups<T> {
    period: Period,
    difference: Difference,
    periods: BTreeMap<i64, BTreeMap<Key, Bucket<T>>>,
    held: usize,
}

impl Deviation {
    pub fn new(deviation: &pack::Difference) -> Self {
        Self { seconds: deviation.period, difference: Difference::new(deviation) }
    }
}

impl<T: Clone + Send + 'static> Method<T> for Deviation {
    fn cell(&self, _: &Key, life: Life) -> Box<dyn Cell<T>> {
        Box::new(Groups { period: Period::new(self.seconds, life), difference: self.difference, periods: BTreeMap::new(), held: 0 })
    }

    fn scope(&self, _: &Key) -> Key {
        Key::new()
    }

    fn reach(&self) -> i64 {
        Period::new(self.seconds, Life::default()).length
    }
}

impl<T: Clone + Send> Cell<T> for Groups<T> {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken {
        if self.difference.has_nothing_of(&item) {
            return Taken::Outside;
        }
        let start = match self.period.of(item.time, watermark) {
            Err(why) => return why,
            Ok(start) => start,
        };
        let groups = self.periods.entry(start).or_default();
        if !groups.contains_key(&item.folded) {
            if self.held >= GROUPS {
                return Taken::Crowded;
            }
            self.held += 1;
        }
        groups.entry(item.folded.clone()).or_default().add(item, KEPT);
        Taken::Counted
    }

    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>)) {
        while let Some(entry) = self.periods.first_entry().filter(|entry| self.period.is_closed(*entry.key(), watermark)) {
            let (start, groups) = entry.remove_entry();
            self.held -= groups.len();
            self.judge(start, groups, fire);
        }
    }

    fn is_idle(&self) -> bool {
        self.periods.is_empty()
    }
}

impl<T: Clone> Groups<T> {
    fn judge(&self, start: i64, groups: BTreeMap<Key, Bucket<T>>, fire: &mut dyn FnMut(Key, Firing<T>)) {
        let value = |bucket: &Bucket<T>| bucket.value(self.difference.aggregate);
        let Some(median) = median(groups.values().filter_map(value).collect()) else { return };
        for (key, bucket) in groups {
            let Some(value) = value(&bucket).filter(|value| self.difference.is_between(*value, median)) else { continue };
            fire(key, Firing { value: Some(value), usual: Some(median), ..bucket.firing(start) });
        }
    }
}

/// The middle one, or what lies between the two in the middle.
fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.get(values.len().checked_sub(1)? / 2)?, values.get(values.len() / 2)?);
    Some(f64::midpoint(*low, *high))
}
