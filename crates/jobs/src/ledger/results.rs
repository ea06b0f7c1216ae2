//! What runs came to: how often each code, and which of them say that it did not work.

use std::collections::BTreeMap;

/// Codes that are told apart; the rest is counted together.
pub const KEPT: usize = 16;

/// Longer ones are cut.
const LONGEST: usize = 64;

/// Counts by code. Codes are kept by their text, the smallest, so that any order ends the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    pub all: u64,
    pub failed: u64,
    codes: BTreeMap<String, u64>,
}

impl Results {
    pub fn add(&mut self, code: &str) {
        let code: String = code.trim().chars().take(LONGEST).collect();
        self.all += 1;
        self.failed += u64::from(is_failure(&code));
        *self.codes.entry(code).or_default() += 1;
        self.bound();
    }

    pub fn merge(&mut self, other: Self) {
        self.all += other.all;
        self.failed += other.failed;
        for (code, count) in other.codes {
            *self.codes.entry(code).or_default() += count;
        }
        self.bound();
    }

    /// A code that goes never comes back: the smallest of all stay with all that is theirs.
    fn bound(&mut self) {
        while self.codes.len() > KEPT {
            self.codes.pop_last();
        }
    }

    pub fn codes(&self) -> &BTreeMap<String, u64> {
        &self.codes
    }

    /// Results with other codes.
    pub fn others(&self) -> u64 {
        self.all - self.codes.values().sum::<u64>()
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
