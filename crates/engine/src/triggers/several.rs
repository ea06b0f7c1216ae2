//! Several: more than `threshold` matches of a group within a period; then a new window starts.
//!
//! The window slides: it begins at the first of those that lie within a period before the match that is one too many. Matches
//! of one instant are taken together, so that no two windows of a key begin at one instant.

use super::period::{Life, nanos};
use super::{Bucket, Cell, Firing, Item, KEPT, Key, Method, Taken};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use watchbell_model::EventId;
use watchbell_rules::pack;

pub struct Several {
    period: i64,
    threshold: u64,
}

/// Matches that wait for their turn, and that a window holds, for one key.
const HELD: usize = 100_000;
/// The same, for all keys of all triggers.
const ITEMS: usize = 1_000_000;

struct Window<T> {
    period: i64,
    threshold: u64,
    life: Life,
    waiting: BTreeMap<(i64, EventId), Item<T>>,
    /// Taken, not yet fired, within a period of the last.
    items: VecDeque<Item<T>>,
}

impl Several {
    pub fn new(several: &pack::Several) -> Self {
        Self { period: nanos(several.period), threshold: several.threshold }
    }
}

impl<T: Clone + Send + 'static> Method<T> for Several {
    fn cell(&self, _: &Key, life: Life) -> Box<dyn Cell<T>> {
        Box::new(Window { period: self.period, threshold: self.threshold, life, waiting: BTreeMap::new(), items: VecDeque::new() })
    }

    fn reach(&self) -> i64 {
        self.period
    }
}

impl<T: Clone + Send> Cell<T> for Window<T> {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken {
        if self.life.since.is_some_and(|since| item.time < since) {
            return Taken::Outside;
        }
        if item.time <= watermark {
            return Taken::Late;
        }
        if self.waiting.len() >= HELD || Arc::strong_count(&item.place) > ITEMS {
            return Taken::Crowded;
        }
        self.waiting.insert((item.time, item.event), item);
        Taken::Counted
    }

    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>)) {
        while let Some(((time, _), _)) = self.waiting.first_key_value().filter(|((time, _), _)| *time <= watermark) {
            self.instant(*time).into_iter().for_each(|firing| fire(Key::new(), firing));
        }
        self.let_go(watermark.saturating_add(1));
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.items.is_empty()
    }
}

impl<T: Clone> Window<T> {
    /// Takes what waits of one instant.
    fn instant(&mut self, time: i64) -> Option<Firing<T>> {
        self.let_go(time);
        let counts = !self.life.is_over(self.items.front().map_or(time, |first| first.time));
        while let Some(entry) = self.waiting.first_entry().filter(|entry| entry.key().0 == time) {
            let item = entry.remove();
            if counts {
                self.items.push_back(item);
            }
        }
        if self.items.len() as u64 > self.threshold {
            let start = self.items.front().map_or(time, |first| first.time);
            let mut bucket = Bucket::default();
            self.items.drain(..).for_each(|item| bucket.add(item, KEPT));
            return Some(bucket.firing(start));
        }
        // A threshold that is greater is never passed.
        self.items.truncate(HELD);
        None
    }

    /// Forgets what lies more than a period before a time.
    fn let_go(&mut self, time: i64) {
        while self.items.front().is_some_and(|first| first.time.saturating_add(self.period) < time) {
            self.items.pop_front();
        }
    }
}
