//! A channel of Windows: each record has a number, one above the last.

use super::{TOLD, gap, steps, waits};
use rustc_hash::FxHashSet;
use watchbell_story::{Gap, GapKind};

/// Number and second of each record.
#[derive(Debug, Default)]
pub struct Numbered(Vec<(u64, i64)>);

/// Fewer records say nothing of a channel.
const FEW: usize = 20;
/// Seconds of silence that are worth a word.
const SILENCE: i64 = 15 * 60;

impl Numbered {
    pub fn add(&mut self, number: u64, seconds: i64) {
        self.0.push((number, seconds));
    }

    pub fn merge(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The second of the first record after that number.
    pub fn after(&self, number: u64) -> Option<i64> {
        self.0.iter().filter(|record| record.0 > number).min().map(|record| record.1)
    }

    /// The first second after that one in which something was written.
    pub fn since(&self, seconds: i64) -> Option<i64> {
        self.0.iter().map(|record| record.1).filter(|time| *time > seconds).min()
    }

    pub fn gaps(mut self, channel: &str) -> Vec<Gap> {
        self.0.sort_unstable();
        self.0.dedup_by_key(|record| record.0);
        if self.0.len() < FEW {
            return Vec::new();
        }
        missing(channel, &self.0).into_iter().chain(silent(channel, &self.0)).chain(set_back(channel, &self.0)).collect()
    }
}

/// Numbers that are left out. Where more is left out than is there, the log is an extract, and is told as one.
fn missing(channel: &str, records: &[(u64, i64)]) -> Vec<Gap> {
    let (first, last) = (records[0], records[records.len() - 1]);
    let all = last.0 - first.0 + 1;
    let there = records.len() as u64;
    if all > 2 * there {
        let text = format!("Only a part of {channel} is here: {there} of the {all} records from number {} to {}", first.0, last.0);
        return vec![gap(GapKind::RecordsMissing, first.1.min(last.1), last.1.max(first.1), text)];
    }
    let mut jumps: Vec<_> = records.windows(2).filter(|pair| pair[1].0 > pair[0].0 + 1).collect();
    jumps.sort_by_key(|pair| (std::cmp::Reverse(pair[1].0 - pair[0].0), pair[0].0));
    let told = |pair: &&[(u64, i64)]| {
        let text = format!("Blind: {} records of {channel} are missing, from number {} to {}", pair[1].0 - pair[0].0 - 1, pair[0].0 + 1, pair[1].0 - 1);
        gap(GapKind::RecordsMissing, pair[0].1.min(pair[1].1), pair[1].1.max(pair[0].1), text)
    };
    jumps.iter().take(TOLD).map(told).collect()
}

/// Times in which a busy channel wrote nothing: the numbers before and after are neighbours, so nothing was taken out.
fn silent(channel: &str, records: &[(u64, i64)]) -> Vec<Gap> {
    let mut times: Vec<i64> = records.iter().map(|record| record.1).collect();
    times.sort_unstable();
    let seconds = |pair: &[(u64, i64)]| (pair[0].1, pair[1].1);
    let neighbours = records.windows(2).filter(|pair| pair[1].0 == pair[0].0 + 1 && pair[1].1 - pair[0].1 >= SILENCE);
    let unbroken: FxHashSet<(i64, i64)> = neighbours.map(seconds).collect();
    waits(&times, SILENCE, 90)
        .filter(|wait| unbroken.contains(wait))
        .take(TOLD)
        .map(|(from, to)| gap(GapKind::Silent, from, to, format!("Blind: {channel} says nothing for {} min", (to - from) / 60)))
        .collect()
}

fn set_back(channel: &str, records: &[(u64, i64)]) -> Vec<Gap> {
    let told = |[last, next]: [(u64, i64); 2]| {
        let text = format!("The clock was set back by {} min between the records {} and {} of {channel}", (last.1 - next.1) / 60, last.0, next.0);
        gap(GapKind::ClockStep, next.1, last.1, text)
    };
    steps(records).take(TOLD).map(told).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(records: impl Iterator<Item = (u64, i64)>, wanted: &[&str]) {
        let told: Vec<String> = Numbered(records.collect()).gaps("Security").into_iter().map(|gap| gap.text).collect();
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_is_missing_is_told() {
        check((1_u64..=100).map(|n| (n, n.cast_signed())), &[]);
        check(
            (1_u64..=100).filter(|n| !(40..60).contains(n)).map(|n| (n, n.cast_signed())),
            &["Blind: 20 records of Security are missing, from number 40 to 59"],
        );
        check(
            (1_u64..=100).filter(|n| n % 4 == 0).map(|n| (n, n.cast_signed())),
            &["Only a part of Security is here: 25 of the 97 records from number 4 to 100"],
        );
        check((1_u64..=100).map(|n| (n, n.cast_signed() + if n > 50 { 3600 } else { 0 })), &["Blind: Security says nothing for 60 min"]);
        let taken = |n: &u64| !(41..=50).contains(n);
        check(
            (1_u64..=100).filter(taken).map(|n| (n, n.cast_signed() + if n > 50 { 3600 } else { 0 })),
            &["Blind: 10 records of Security are missing, from number 41 to 50"],
        );
        check(
            (1_u64..=30).map(|n| (n * 4, n.cast_signed() + if n > 15 { 3600 } else { 0 })),
            &["Only a part of Security is here: 30 of the 117 records from number 4 to 120"],
        );
        check((1_u64..=3).map(|n| (n * 50, n.cast_signed())), &[]);
        let back = |n: u64| if n > 50 { n.cast_signed() - 900 } else { n.cast_signed() };
        check((1_u64..=100).map(|n| (n, 10_000 + back(n))), &["The clock was set back by 14 min between the records 50 and 51 of Security"]);
        check((1_u64..=100).map(|n| (n, 10_000 + n.cast_signed() - if n == 50 { 900 } else { 0 })), &[]);
    }
}
