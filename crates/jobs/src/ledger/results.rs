//! How often a job ran, and what came of it. One run is told by several records (it began, it ended, with which code), so
//! that runs are counted for each kind of record, and the kind that tells most is believed.

use super::kept::Span;
use super::{Deed, Runs, What};
use std::collections::BTreeMap;

/// Kinds of records, and codes of each, that are told apart; the rest is counted together.
pub const KEPT: usize = 16;
const CODES: usize = 4 * KEPT;

/// Longer codes are cut.
const LONGEST: usize = 64;

/// Counts by kind of record and by code. The smallest are kept by their text: what goes never comes back, so that any
/// order ends the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All that was told of runs.
    pub told: u64,
    /// By kind of record: runs, and those that failed.
    kinds: BTreeMap<String, (u64, u64)>,
    /// By code and kind of record.
    codes: BTreeMap<(String, String), u64>,
    results: u64,
    span: Span,
}

impl Tally {
    pub fn add(&mut self, deed: &Deed) {
        self.told += 1;
        self.span.add(deed.time);
        let kind = format!("{} {}", deed.what.word(), deed.told_by.as_deref().unwrap_or_default());
        let counts = self.kinds.entry(kind.clone()).or_default();
        counts.0 += 1;
        if let What::Ran { result: Some(code) } = &deed.what {
            let code: String = code.trim().chars().take(LONGEST).collect();
            counts.1 += u64::from(is_failure(&code));
            self.results += 1;
            *self.codes.entry((code, kind)).or_default() += 1;
        }
        self.bound();
    }

    pub fn merge(&mut self, other: Self) {
        self.told += other.told;
        self.results += other.results;
        self.span.merge(other.span);
        for (kind, (runs, failed)) in other.kinds {
            let counts = self.kinds.entry(kind).or_default();
            *counts = (counts.0 + runs, counts.1 + failed);
        }
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        self.bound();
    }

    fn bound(&mut self) {
        while self.kinds.len() > KEPT {
            self.kinds.pop_last();
        }
        while self.codes.len() > CODES {
            self.codes.pop_last();
        }
    }

    pub fn runs(&self) -> Runs {
        let mut results: BTreeMap<String, u64> = BTreeMap::new();
        for ((code, _), count) in &self.codes {
            let most = results.entry(code.clone()).or_default();
            *most = (*most).max(*count);
        }
        while results.len() > KEPT {
            results.pop_last();
        }
        let most = |of: fn(&(u64, u64)) -> u64| self.kinds.values().map(of).max().unwrap_or_default();
        let named: u64 = self.codes.iter().filter(|((code, _), _)| results.contains_key(code)).map(|(_, count)| count).sum();
        Runs {
            count: most(|counts| counts.0),
            first: self.span.first,
            last: self.span.last,
            other_results: self.results - named,
            failed: most(|counts| counts.1),
            results,
        }
    }
}

/// Whether a code or word says that it did not work. The task scheduler's own successes (`SCHED_S_…`) are none.
fn is_failure(code: &str) -> bool {
    let lower = code.to_ascii_lowercase();
    let hex = lower.strip_prefix("0x").map(|digits| i64::from_str_radix(digits, 16));
    match hex.unwrap_or_else(|| lower.parse()) {
        Ok(0 | 0x4_1300..=0x4_13ff) => false,
        Ok(_) => true,
        Err(_) => ["fail", "error", "exit-code", "signal", "timeout", "core-dump"].iter().any(|word| lower.contains(word)),
    }
}
