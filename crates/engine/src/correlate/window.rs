//! One key's window of one correlation: matches wait, are taken in order of time, and make it open, grow and close.

use super::measure::{Added, Measure, slides};
use super::span;
use crate::occurrence::Key;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use watchbell_model::EventId;
use watchbell_rules::{Correlation, RuleId};

/// Members that a firing names; `count` counts all.
const KEPT: usize = 1000;
/// Matches, values and numbers that one key may hold.
pub(super) const HELD: usize = 100_000;

/// An event that belongs to a firing, and the rule that it matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    pub time: i64,
    pub event: EventId,
    pub rule: RuleId,
}

/// A correlation held for a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Firing {
    /// Index into the ruleset's correlations.
    pub correlation: u32,
    /// Values of its group-by.
    pub key: Key,
    /// Time of the window's first match: with alert and key, what its id is made of.
    pub start: i64,
    /// When it began to hold.
    pub time: i64,
    pub last: i64,
    /// Matches (or firings) in the window.
    pub count: u64,
    /// The first thousand events, by time and id.
    pub members: Vec<Member>,
}

/// A match, or a firing, as one correlation takes it. Ordered by time, place in the correlation, and id.
#[derive(Clone, Debug)]
pub struct Item {
    pub time: i64,
    pub position: u32,
    pub id: EventId,
    /// Of the field that is counted, summed or averaged; `None` if there is no such field.
    pub values: Option<Vec<String>>,
    pub members: Arc<[Member]>,
}

impl Item {
    fn order(&self) -> (i64, u32, EventId) {
        (self.time, self.position, self.id)
    }
}

impl PartialEq for Item {
    fn eq(&self, other: &Self) -> bool {
        self.order() == other.order()
    }
}

impl Eq for Item {}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order().cmp(&other.order())
    }
}

#[derive(Clone, Debug, Default)]
pub struct Window {
    waiting: BTreeSet<Item>,
    /// Taken, and not yet part of a firing; only where the window slides.
    items: VecDeque<Item>,
    measure: Measure,
    /// Counts what comes until its timespan is over: from the match that made the condition true where the window slides,
    /// else from the first one.
    open: Option<Firing>,
    /// Matches that were taken and are no more in the measure, or not with all their values.
    pub dropped: u64,
}

impl Window {
    /// Takes a match in to wait; `false` if there is no room.
    pub fn wait(&mut self, item: Item) -> bool {
        let room = self.waiting.len() < HELD;
        if room {
            self.waiting.insert(item);
        }
        room
    }

    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.items.is_empty() && self.open.is_none()
    }

    /// Takes what the watermark has passed, and closes what ended by then.
    pub fn advance(&mut self, correlation: &Correlation, watermark: i64, fire: &mut dyn FnMut(Firing)) {
        while self.waiting.first().is_some_and(|item| item.time <= watermark) {
            if let Some(item) = self.waiting.pop_first() {
                self.close(correlation, item.time.saturating_sub(1), fire);
                self.take(correlation, item);
            }
        }
        self.close(correlation, watermark, fire);
    }

    fn take(&mut self, correlation: &Correlation, item: Item) {
        if let (Some(open), true) = (&mut self.open, slides(&correlation.kind)) {
            open.add(&item);
            return;
        }
        match self.measure.add(&correlation.kind, &item) {
            Added::Nothing => return,
            Added::Part => self.dropped += 1,
            Added::All => {}
        }
        if slides(&correlation.kind) {
            self.slide(correlation, item);
        } else {
            let open = self.open.get_or_insert_with(|| Firing::begun(item.time));
            open.add(&item);
            (open.time, open.last) = (item.time, open.last.max(item.time));
        }
    }

    fn slide(&mut self, correlation: &Correlation, item: Item) {
        self.items.push_back(item);
        if self.items.len() > HELD {
            self.drop_first(correlation);
            self.dropped += 1;
        }
        if self.measure.holds(correlation, self.items.len() as u64) {
            self.open = self.firing();
        }
    }

    /// Ends what lies a timespan and more before; `now` is the last instant that is over.
    fn close(&mut self, correlation: &Correlation, now: i64, fire: &mut dyn FnMut(Firing)) {
        let over = |start: i64| start.saturating_add(span(correlation)) <= now;
        if let Some(open) = self.open.take_if(|open| over(open.start)) {
            // One that slides held when it was opened.
            let measure = std::mem::take(&mut self.measure);
            if slides(&correlation.kind) || measure.holds(correlation, open.count) {
                fire(open);
            }
            return;
        }
        while self.items.front().is_some_and(|item| over(item.time)) {
            self.drop_first(correlation);
        }
    }

    fn drop_first(&mut self, correlation: &Correlation) {
        if let Some(item) = self.items.pop_front() {
            self.measure.remove(&correlation.kind, &item);
        }
    }

    /// A firing of all that was taken, which is forgotten.
    fn firing(&mut self) -> Option<Firing> {
        self.measure = Measure::default();
        let items = std::mem::take(&mut self.items);
        let (first, last) = (items.front()?.time, items.back()?.time);
        let mut firing = Firing { time: last, last, ..Firing::begun(first) };
        for item in &items {
            firing.add(item);
        }
        Some(firing)
    }
}

impl Firing {
    fn begun(start: i64) -> Self {
        Self { correlation: 0, key: Key::new(), start, time: start, last: start, count: 0, members: Vec::new() }
    }

    fn add(&mut self, item: &Item) {
        self.count += 1;
        self.last = self.last.max(item.members.iter().map(|m| m.time).max().unwrap_or(item.time));
        for member in &*item.members {
            if let Err(at) = self.members.binary_search(member) {
                self.members.insert(at, *member);
            }
        }
        self.members.truncate(KEPT);
    }
}
