//! Counts by which every record is accounted for: records = events + skipped + quarantined.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use watchbell_model::Quarantined;

/// What was read. Tallies of threads are added up; the order does not matter.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    pub events: u64,
    pub skipped: u64,
    pub quarantined: u64,
    /// Records by the format that read them.
    pub by_format: BTreeMap<&'static str, u64>,
    /// Quarantined records by reason.
    pub reasons: BTreeMap<&'static str, u64>,
    /// The first [`NAMED`] of them.
    pub quarantine: BTreeSet<Trouble>,
}

/// How many quarantined records are named.
pub const NAMED: usize = 100;

/// One record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Trouble {
    pub file: Arc<str>,
    pub line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record_id: Option<u64>,
    pub reason: &'static str,
}

impl Tally {
    pub fn records(&self) -> u64 {
        self.events + self.skipped + self.quarantined
    }

    pub(crate) fn quarantine(&mut self, file: &Arc<str>, trouble: &Quarantined) {
        self.quarantined += trouble.records;
        *self.reasons.entry(trouble.reason).or_default() += trouble.records;
        self.name(Trouble { file: Arc::clone(file), line: trouble.line, record_id: trouble.record, reason: trouble.reason });
    }

    pub fn add(&mut self, other: Self) {
        self.events += other.events;
        self.skipped += other.skipped;
        self.quarantined += other.quarantined;
        other.by_format.into_iter().for_each(|(format, n)| *self.by_format.entry(format).or_default() += n);
        other.reasons.into_iter().for_each(|(reason, n)| *self.reasons.entry(reason).or_default() += n);
        other.quarantine.into_iter().for_each(|trouble| self.name(trouble));
    }

    /// Keeps the smallest ones, so that the order of reading does not show.
    fn name(&mut self, trouble: Trouble) {
        self.quarantine.insert(trouble);
        if self.quarantine.len() > NAMED {
            self.quarantine.pop_last();
        }
    }
}
