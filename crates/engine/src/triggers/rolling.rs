//! Rolling: every so often a look back; each group with more than `threshold` matches in it fires.
//!
//! Runs are at multiples of `every` since the epoch, and see what lies before them. A run is known by its own time, which
//! stays apart from others also when how far it looks back is changed.

use super::period::{Life, ceil, floor, nanos};
use super::{Bucket, Cell, Firing, Item, KEPT, Key, Method, Taken};
use std::collections::BTreeMap;
use watchbell_rules::pack;

pub struct Rolling {
    every: i64,
    look_back: i64,
    threshold: u64,
}

struct Runs<T> {
    every: i64,
    look_back: i64,
    /// What runs see begins and ends at multiples of this.
    slot: i64,
    threshold: u64,
    life: Life,
    /// The next run.
    next: i64,
    slots: BTreeMap<i64, Bucket<T>>,
}

impl Rolling {
    pub fn new(rolling: &pack::Rolling) -> Self {
        // The lint says so; here it bounds how often one match fires.
        let every = rolling.every.max(rolling.look_back / pack::RUNS);
        Self { every: nanos(every), look_back: nanos(rolling.look_back), threshold: rolling.threshold }
    }
}

impl<T: Clone + Send + 'static> Method<T> for Rolling {
    fn cell(&self, _: &Key, life: Life) -> Box<dyn Cell<T>> {
        let slot = common(self.every, self.look_back);
        Box::new(Runs { every: self.every, look_back: self.look_back, slot, threshold: self.threshold, life, next: i64::MIN, slots: BTreeMap::new() })
    }

    fn reach(&self) -> i64 {
        self.look_back.saturating_add(self.every)
    }

    fn edges(&self) -> bool {
        true
    }

    /// The first run that sees the end.
    fn close_at(&self, end: i64) -> i64 {
        ceil(end.saturating_add(1), self.every)
    }
}

impl<T: Clone + Send> Cell<T> for Runs<T> {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken {
        let slot = floor(item.time, self.slot);
        if self.sees_not(self.first(slot), slot) {
            return Taken::Outside;
        }
        if self.sees_not(self.next.max(self.after(watermark)), slot) {
            return Taken::Late;
        }
        self.slots.entry(slot).or_default().add(item, KEPT);
        Taken::Counted
    }

    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>)) {
        let after = self.after(watermark);
        while let Some(slot) = self.slots.first_key_value().map(|(slot, _)| *slot) {
            let run = self.next.max(self.first(slot));
            if run >= after {
                break;
            }
            self.next = run.saturating_add(self.every);
            self.run(run).into_iter().for_each(|firing| fire(Key::new(), firing));
            self.let_go(self.next);
        }
        self.next = self.next.max(after);
        self.let_go(self.next);
    }

    fn is_idle(&self) -> bool {
        self.slots.is_empty()
    }
}

impl<T: Clone> Runs<T> {
    fn run(&self, run: i64) -> Option<Firing<T>> {
        let start = run.saturating_sub(self.look_back);
        let seen = self.slots.range(start..run).map(|(_, bucket)| bucket);
        let count: u64 = seen.clone().map(|bucket| bucket.count).sum();
        let fires = count > self.threshold && self.life.has(run);
        fires.then(|| {
            let mut all = Bucket::default();
            seen.for_each(|bucket| all.append(bucket));
            all.firing(run)
        })
    }

    /// The first run after a slot.
    fn first(&self, slot: i64) -> i64 {
        floor(slot, self.every).saturating_add(self.every)
    }

    /// The first run after a watermark.
    fn after(&self, watermark: i64) -> i64 {
        if watermark == i64::MAX { i64::MAX } else { ceil(watermark.saturating_add(2), self.every) }
    }

    /// Whether it is behind what a run, and those after it, look back to.
    fn sees_not(&self, run: i64, slot: i64) -> bool {
        slot < run.saturating_sub(self.look_back)
    }

    fn let_go(&mut self, run: i64) {
        while self.slots.first_key_value().is_some_and(|(slot, _)| self.sees_not(run, *slot)) {
            self.slots.pop_first();
        }
    }
}

/// The greatest length of which both are multiples.
fn common(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { common(b, a % b) }
}
