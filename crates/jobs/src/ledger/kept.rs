//! The first and the last of many: bounded, and the same in whatever order they came.

use super::{Deed, What};
use crate::Job;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_model::{EventId, Timestamp};

/// How many of each end.
pub const KEPT: usize = 8;

/// A deed as an entry keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub time: Option<Timestamp>,
    pub event: EventId,
    pub what: What,
    pub by: Option<String>,
    pub from: Option<String>,
    pub job: Arc<Job>,
}

/// By time; within one instant what is deleted was made before.
pub type Order = (bool, Option<Timestamp>, What, EventId);

/// The first and the last deeds, and how many there were.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    pub count: u64,
    first: BTreeMap<Order, Act>,
    last: BTreeMap<Order, Act>,
}

impl Act {
    pub fn of(deed: &Deed) -> Self {
        let Deed { time, event, what, by, from, job, .. } = deed;
        Self { time: *time, event: *event, what: what.clone(), by: by.clone(), from: from.clone(), job: Arc::clone(job) }
    }

    /// Deeds without a time come after all others.
    fn early(&self) -> Order {
        (self.time.is_none(), self.time, self.what.clone(), self.event)
    }

    /// Deeds without a time come before all others.
    pub fn late(&self) -> Order {
        (self.time.is_some(), self.time, self.what.clone(), self.event)
    }

    /// Which of two that one event tells at once is kept hangs on what they say.
    fn prefer(self, other: Self) -> Self {
        let text = |act: &Self| format!("{act:?}");
        if self == other || text(&self) <= text(&other) { self } else { other }
    }
}

impl Ends {
    pub fn add(&mut self, act: Act) {
        self.count += 1;
        self.keep(act);
    }

    pub fn merge(&mut self, other: Self) {
        self.count += other.count;
        other.first.into_values().for_each(|act| put(&mut self.first, act.early(), act, true));
        other.last.into_values().for_each(|act| put(&mut self.last, act.late(), act, false));
    }

    fn keep(&mut self, act: Act) {
        put(&mut self.first, act.early(), act.clone(), true);
        put(&mut self.last, act.late(), act, false);
    }

    /// From the earliest on.
    pub fn first(&self) -> impl Iterator<Item = &Act> {
        self.first.values()
    }

    pub fn latest(&self) -> Option<&Act> {
        self.last.values().next_back()
    }

    /// Everything kept, each once, in order of time.
    pub fn all(&self) -> Vec<&Act> {
        let all: BTreeMap<Order, &Act> = self.first.values().chain(self.last.values()).map(|act| (act.early(), act)).collect();
        all.into_values().collect()
    }
}

fn put(kept: &mut BTreeMap<Order, Act>, order: Order, act: Act, smallest: bool) {
    let act = match kept.remove(&order) {
        Some(known) => known.prefer(act),
        None => act,
    };
    kept.insert(order, act);
    if kept.len() > KEPT {
        if smallest {
            kept.pop_last()
        } else {
            kept.pop_first()
        };
    }
}

/// The latest of several values, whatever order they come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Latest<T>(Option<(Order, T)>);

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: std::fmt::Debug> Latest<T> {
    pub fn add(&mut self, order: Order, value: T) {
        let newer = |(known, kept): &(Order, T)| order > *known || (order == *known && format!("{value:?}") < format!("{kept:?}"));
        if self.0.as_ref().is_none_or(newer) {
            self.0 = Some((order, value));
        }
    }

    pub fn merge(&mut self, other: Self) {
        if let Some((order, value)) = other.0 {
            self.add(order, value);
        }
    }

    pub fn get(&self) -> Option<&T> {
        self.0.as_ref().map(|(_, value)| value)
    }
}

/// From when to when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    pub first: Option<Timestamp>,
    pub last: Option<Timestamp>,
}

impl Span {
    pub fn add(&mut self, time: Option<Timestamp>) {
        self.merge(Self { first: time, last: time });
    }

    pub fn merge(&mut self, other: Self) {
        self.first = self.first.into_iter().chain(other.first).min();
        self.last = self.last.max(other.last);
    }
}
