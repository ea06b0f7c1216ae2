//! What the logs themselves do not show around the alerts: records whose numbers are missing, channels that fall silent.

use rustc_hash::FxHashMap;
use watchbell_model::{Decoded, FieldId, FieldTable, Timestamp};
use watchbell_story::{Gap, GapKind, host_key};

/// Fields by which the completeness of a log is judged.
const FIELDS: [&str; 3] = ["EventRecordID", "Channel", "Computer"];

/// Names them, so that decoders extract them.
pub fn intern_coverage(fields: &mut FieldTable) {
    for name in FIELDS {
        fields.intern(name);
    }
}

/// The records of each host's channel, as far as they were read.
#[derive(Debug, Default)]
pub struct Coverage {
    fields: Option<[FieldId; 3]>,
    channels: FxHashMap<(String, String), Vec<(u64, i64)>>,
    kept: usize,
}

/// Records remembered at most; past it, nothing is said of those that came later.
const MOST: usize = 2 << 20;
/// Fewer records say nothing of a channel.
const FEW: usize = 20;
/// Gaps told of one channel.
const TOLD: usize = 3;
/// Seconds of silence that are worth a word, and how many times the usual interval they must be.
const SILENCE: i64 = 15 * 60;
const UNUSUAL: i64 = 200;

impl Coverage {
    pub fn new(fields: &FieldTable) -> Self {
        let ids = FIELDS.map(|name| fields.get(name));
        Self { fields: ids.iter().all(Option::is_some).then(|| ids.map(|id| id.unwrap_or(FieldId::KEYWORDS))), ..Self::default() }
    }

    /// Notes a record, and the second in which it was written.
    pub(crate) fn note(&mut self, event: &Decoded<'_, '_>, seconds: i64) {
        let (Some([record, channel, host]), Some(part)) = (self.fields, event.parts.first()) else { return };
        if self.kept >= MOST {
            return;
        }
        let Some(number) = part.text(0, record).and_then(|text| text.trim().parse().ok()) else { return };
        let (Some(channel), Some(host)) = (part.text(0, channel), part.text(0, host)) else { return };
        self.channels.entry((host_key(&host), channel)).or_default().push((number, seconds));
        self.kept += 1;
    }

    pub fn add(&mut self, other: Self) {
        for (channel, records) in other.channels {
            self.channels.entry(channel).or_default().extend(records);
        }
    }

    /// What is missing, with the host's key.
    pub fn gaps(self) -> Vec<(String, Gap)> {
        let mut gaps: Vec<(String, Gap)> = Vec::new();
        for ((host, channel), mut records) in self.channels {
            records.sort_unstable();
            records.dedup_by_key(|record| record.0);
            if records.len() >= FEW {
                gaps.extend(missing(&channel, &records).into_iter().chain(silent(&channel, &records)).map(|gap| (host.clone(), gap)));
            }
        }
        gaps.sort_by(|(a, x), (b, y)| (a, x.from, &x.text).cmp(&(b, y.from, &y.text)));
        gaps
    }
}

/// Numbers that are left out. Where more is left out than is there, the log is an extract, and is told as one.
fn missing(channel: &str, records: &[(u64, i64)]) -> Vec<Gap> {
    let (first, last) = (records[0], records[records.len() - 1]);
    let all = last.0 - first.0 + 1;
    let there = records.len() as u64;
    if all > 2 * there {
        let text = format!("Only a part of {channel} is here: {there} of the {all} records from number {} to {}", first.0, last.0);
        return vec![gap(GapKind::RecordsMissing, first.1, last.1, text)];
    }
    let mut jumps: Vec<_> = records.windows(2).filter(|pair| pair[1].0 > pair[0].0 + 1).collect();
    jumps.sort_by_key(|pair| (std::cmp::Reverse(pair[1].0 - pair[0].0), pair[0].0));
    let told = |pair: &&[(u64, i64)]| {
        let text = format!("Blind: {} records of {channel} are missing, from number {} to {}", pair[1].0 - pair[0].0 - 1, pair[0].0 + 1, pair[1].0 - 1);
        gap(GapKind::RecordsMissing, pair[0].1, pair[1].1, text)
    };
    jumps.iter().take(TOLD).map(told).collect()
}

/// Times in which a busy channel wrote nothing.
fn silent(channel: &str, records: &[(u64, i64)]) -> Vec<Gap> {
    let mut times: Vec<i64> = records.iter().map(|record| record.1).collect();
    times.sort_unstable();
    let mut waits: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    waits.sort_unstable();
    let usual = waits[waits.len() * 9 / 10].max(1);
    let long = times.windows(2).filter(|pair| pair[1] - pair[0] >= SILENCE.max(usual.saturating_mul(UNUSUAL)));
    long.take(TOLD).map(|pair| gap(GapKind::Silent, pair[0], pair[1], format!("Blind: {channel} says nothing for {} min", (pair[1] - pair[0]) / 60))).collect()
}

fn gap(kind: GapKind, from: i64, to: i64, text: String) -> Gap {
    Gap { kind, from: Some(Timestamp::from_seconds(from)), to: Some(Timestamp::from_seconds(to)), text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(records: impl Iterator<Item = (u64, i64)>, wanted: &[&str]) {
        let coverage = Coverage { channels: [(("ws1".to_owned(), "Security".to_owned()), records.collect())].into_iter().collect(), ..Coverage::default() };
        let told: Vec<String> = coverage.gaps().into_iter().map(|(host, gap)| format!("{host}: {}", gap.text)).collect();
        assert_eq!(told, wanted);
    }

    #[test]
    fn what_is_missing_is_told() {
        check((1_u64..=100).map(|n| (n, n.cast_signed())), &[]);
        check(
            (1_u64..=100).filter(|n| !(40..60).contains(n)).map(|n| (n, n.cast_signed())),
            &["ws1: Blind: 20 records of Security are missing, from number 40 to 59"],
        );
        check(
            (1_u64..=100).filter(|n| n % 4 == 0).map(|n| (n, n.cast_signed())),
            &["ws1: Only a part of Security is here: 25 of the 97 records from number 4 to 100"],
        );
        check((1_u64..=100).map(|n| (n, n.cast_signed() + if n > 50 { 3600 } else { 0 })), &["ws1: Blind: Security says nothing for 60 min"]);
        check((1_u64..=3).map(|n| (n * 50, n.cast_signed())), &[]);
    }
}
