//! What is known of one job: bounded, and the same in whatever order and split it came.

use super::kept::{Act, Ends, Latest, Span};
use super::key::Key;
use super::results::Tally;
use super::{Deed, What};
use crate::Job;
use std::sync::Arc;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    pub key: Key,
    /// Spelled as the records do: of several spellings the longest, for it tells most.
    pub host: Option<Arc<str>>,
    pub name: Option<String>,
    pub made: Ends,
    pub changed: Ends,
    pub deleted: Ends,
    pub runs: Tally,
    pub seen: Span,
    /// What says most lately whether it is switched on.
    pub enabled: Latest<bool>,
    /// The latest definition that tells what runs.
    pub definition: Latest<Arc<Job>>,
    pub anything: Latest<Arc<Job>>,
}

impl Record {
    pub fn new(key: Key) -> Self {
        Self {
            key,
            host: None,
            name: None,
            made: Ends::default(),
            changed: Ends::default(),
            deleted: Ends::default(),
            runs: Tally::default(),
            seen: Span::default(),
            enabled: Latest::default(),
            definition: Latest::default(),
            anything: Latest::default(),
        }
    }

    pub fn add(&mut self, deed: &Deed) {
        let act = Act::of(deed);
        self.seen.add(deed.time);
        longer(&mut self.host, deed.host.clone());
        longer(&mut self.name, deed.job.name.clone());
        self.define(&act);
        match &deed.what {
            What::Made => self.made.add(act),
            What::Changed | What::Enabled | What::Disabled => self.changed.add(act),
            What::Deleted => self.deleted.add(act),
            What::Started | What::Ended | What::Ran { .. } => self.runs.add(deed),
        }
    }

    pub fn merge(&mut self, other: Self) {
        longer(&mut self.host, other.host);
        longer(&mut self.name, other.name);
        self.made.merge(other.made);
        self.changed.merge(other.changed);
        self.deleted.merge(other.deleted);
        self.runs.merge(other.runs);
        self.seen.merge(other.seen);
        self.enabled.merge(other.enabled);
        self.definition.merge(other.definition);
        self.anything.merge(other.anything);
    }

    /// How many deeds it was given.
    pub fn deeds(&self) -> u64 {
        self.made.count + self.changed.count + self.deleted.count + self.runs.told
    }

    fn define(&mut self, act: &Act) {
        let job = &act.job;
        if matches!(act.what, What::Made | What::Changed) && (job.command.is_some() || !job.triggers.is_empty()) {
            self.definition.add(act.late(), Arc::clone(job));
        }
        self.anything.add(act.late(), Arc::clone(job));
        let enabled = match act.what {
            What::Made => Some(job.enabled.unwrap_or(true)),
            What::Changed => job.enabled,
            What::Enabled => Some(true),
            What::Disabled => Some(false),
            _ => None,
        };
        if let Some(on) = enabled {
            self.enabled.add(act.late(), on);
        }
    }
}

fn longer<T: AsRef<str>>(known: &mut Option<T>, other: Option<T>) {
    let rank = |text: &T| (text.as_ref().len(), std::cmp::Reverse(text.as_ref().to_owned()));
    if let Some(other) = other
        && known.as_ref().is_none_or(|known| rank(&other) > rank(known))
    {
        *known = Some(other);
    }
}
