//! Linux' audit log: each event has a serial, one above the last within one boot; what it says of itself tells when it was off.

use super::{Field, TOLD, gap, steps};
use std::collections::BTreeSet;
use watchbell_model::{Decoded, Part};
use watchbell_story::{Gap, GapKind};

/// What is kept of the events.
#[derive(Debug, Default)]
pub struct AuditLog {
    /// Milliseconds and serial. auditd numbers what it writes of itself by its own count: those have none.
    events: Vec<(i64, Option<u64>)>,
    /// Auditing went off.
    off: Vec<i64>,
    /// Rules that were removed and added, by key: when.
    removed: Vec<(i64, String)>,
    added: Vec<(i64, String)>,
    /// The machine started: serials begin anew.
    boots: usize,
}

/// Fewer events say nothing of a log.
const FEW: usize = 50;
/// A fall of serials by more than this is another boot.
const FALL: u64 = 500;
/// Of so many serials at most one may be missing: where more are, the log is an extract.
const DENSE: u64 = 10;

/// `1795493743.357:386` as milliseconds and serial.
pub fn stamp(text: &str) -> Option<(i64, u64)> {
    let (time, serial) = text.rsplit_once(':')?;
    let (seconds, fraction) = time.split_once('.').unwrap_or((time, ""));
    let millis: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((seconds.parse::<i64>().ok()?.checked_mul(1000)?.checked_add(millis)?, serial.parse().ok()?))
}

impl AuditLog {
    pub fn add(&mut self, millis: i64, serial: u64, event: &Decoded<'_, '_>, text: impl Fn(&Part<'_, '_>, Field) -> Option<String>) {
        let mut of_daemon = false;
        for part in event.parts.iter() {
            let Some(kind) = text(part, Field::Type) else { continue };
            of_daemon |= kind.starts_with("DAEMON_");
            match kind.as_str() {
                "DAEMON_END" | "DAEMON_ABORT" => self.off.push(millis),
                "SYSTEM_BOOT" | "KERNEL" => self.boots += 1,
                "CONFIG_CHANGE" => {
                    let key = || text(part, Field::Key).filter(|key| key != "(null)").unwrap_or_default();
                    let operation = text(part, Field::Operation).unwrap_or_default();
                    if text(part, Field::Enabled).as_deref() == Some("0") {
                        self.off.push(millis);
                    } else if operation.starts_with("remove") && operation.contains("rule") {
                        self.removed.push((millis, key()));
                    } else if operation.starts_with("add") && operation.contains("rule") {
                        self.added.push((millis, key()));
                    }
                }
                _ => {}
            }
        }
        self.events.push((millis, (!of_daemon).then_some(serial)));
    }

    pub fn merge(&mut self, other: Self) {
        self.events.extend(other.events);
        self.off.extend(other.off);
        self.removed.extend(other.removed);
        self.added.extend(other.added);
        self.boots += other.boots;
    }

    pub fn gaps(mut self) -> Vec<Gap> {
        self.events.sort_unstable();
        self.ends().into_iter().chain(self.missing()).chain(self.set_back()).collect()
    }

    /// With what auditing that was off, and rules that were gone, came back.
    fn ends(&self) -> Vec<Gap> {
        let off: BTreeSet<i64> = self.off.iter().copied().collect();
        let next = |from: i64| self.events.iter().map(|event| event.0).find(|millis| *millis > from && !off.contains(millis));
        let end = |from: i64, to: i64, what: String| gap(GapKind::AuditingOff, from.div_euclid(1000), to.div_euclid(1000), what);
        let switched = off.iter().filter_map(|from| Some(end(*from, next(*from)?, "audit".to_owned())));
        let again = |from: i64, key: &str| self.added.iter().filter(|(millis, other)| *millis > from && other == key).map(|(millis, _)| *millis).min();
        let rules = self.removed.iter().filter_map(|(from, key)| Some(end(*from, again(*from, key)?, format!("rules {key}"))));
        switched.chain(rules).collect()
    }

    /// Serials that are left out of a boot's events.
    fn missing(&self) -> Vec<Gap> {
        let numbers: BTreeSet<u64> = self.events.iter().filter_map(|event| event.1).collect();
        let mut jumps: Vec<_> = self.runs().iter().flat_map(|run| jumps(run, &numbers)).collect();
        jumps.sort_by_key(|[last, next]| (std::cmp::Reverse(next.0 - last.0), last.0));
        let told = |[last, next]: &[(u64, i64); 2]| {
            let (first, end) = (last.0 + 1, next.0 - 1);
            let what = if first == end { format!("the audit event {first} is missing") } else { format!("the audit events {first} to {end} are missing") };
            gap(GapKind::RecordsMissing, last.1.min(next.1), last.1.max(next.1), format!("Blind: {what}"))
        };
        jumps.iter().take(TOLD).map(told).collect()
    }

    fn set_back(&self) -> Vec<Gap> {
        let mut records: Vec<(u64, i64)> = self.events.iter().filter_map(|event| Some((event.1?, event.0.div_euclid(1000)))).collect();
        records.sort_unstable();
        // One serial at two times: several boots, or several machines.
        let mixed = self.boots > 0 || records.windows(2).any(|pair| pair[0].0 == pair[1].0 && pair[1].1 - pair[0].1 > 60);
        records.dedup_by_key(|record| record.0);
        let told = |[last, next]: [(u64, i64); 2]| {
            let text = format!("The clock was set back by {} min between the audit events {} and {}", (last.1 - next.1) / 60, last.0, next.0);
            gap(GapKind::ClockStep, next.1, last.1, text)
        };
        if mixed || records.len() < FEW { Vec::new() } else { steps(&records).take(1).map(told).collect() }
    }

    /// The events of each boot: serial and second, by serial.
    fn runs(&self) -> Vec<Vec<(u64, i64)>> {
        let mut runs: Vec<Vec<(u64, i64)>> = Vec::new();
        for (serial, seconds) in self.events.iter().filter_map(|event| Some((event.1?, event.0.div_euclid(1000)))) {
            match runs.last_mut() {
                Some(run) if run.last().is_none_or(|last| serial + FALL >= last.0) => run.push((serial, seconds)),
                _ => runs.push(vec![(serial, seconds)]),
            }
        }
        for run in &mut runs {
            run.sort_unstable();
            run.dedup_by_key(|event| event.0);
        }
        runs
    }
}

/// Where serials are missing that no other event of the log has; none of a log that is an extract.
fn jumps(run: &[(u64, i64)], all: &BTreeSet<u64>) -> Vec<[(u64, i64); 2]> {
    let (Some(first), Some(last)) = (run.first(), run.last()) else { return Vec::new() };
    let range = last.0 - first.0 + 1;
    let there = run.len() as u64;
    if run.len() < FEW || (range - there).saturating_mul(DENSE) > range {
        return Vec::new();
    }
    let pairs = run.windows(2).filter(|pair| pair[1].0 > pair[0].0 + 1);
    pairs.filter(|pair| all.range(pair[0].0 + 1..pair[1].0).next().is_none()).map(|pair| [pair[0], pair[1]]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchbell_model::Timestamp;

    fn check(log: AuditLog, wanted: &[(&str, i64, i64)]) {
        let told = log.gaps().into_iter().map(|gap| (gap.text, gap.from.map_or(0, Timestamp::seconds), gap.to.map_or(0, Timestamp::seconds)));
        let wanted: Vec<_> = wanted.iter().map(|(text, from, to)| ((*text).to_owned(), *from, *to)).collect();
        assert_eq!(told.collect::<Vec<_>>(), wanted);
    }

    /// An event a second, its serial its second and a thousand.
    fn events(seconds: impl Iterator<Item = i64>) -> AuditLog {
        AuditLog { events: seconds.map(|n| (n * 1000, Some(n.unsigned_abs() + 1000))).collect(), ..AuditLog::default() }
    }

    #[test]
    fn what_is_missing_is_told() {
        check(events(0..200), &[]);
        check(events((0..200).filter(|n| !(90..95).contains(n))), &[("Blind: the audit events 1090 to 1094 are missing", 89, 95)]);
        check(events((0..200).filter(|n| n % 3 > 0)), &[]);
        let boots = (0..100_i64).map(|n| (n * 1000, Some(9000 + n.unsigned_abs()))).chain((100..200_i64).map(|n| (n * 1000, Some(n.unsigned_abs()))));
        check(AuditLog { events: boots.collect(), ..AuditLog::default() }, &[]);
        let back = (0..200_u64).map(|n| (5_000_000 + n.cast_signed() * 1000 - if n >= 100 { 600_000 } else { 0 }, Some(n)));
        check(
            AuditLog { events: back.collect(), ..AuditLog::default() },
            &[("The clock was set back by 9 min between the audit events 99 and 100", 4500, 5099)],
        );
    }

    #[test]
    fn auditing_that_comes_back_ends_its_gap() {
        check(AuditLog { off: vec![50_000], ..events((0..=50).chain(80..200)) }, &[("audit", 50, 80)]);
        check(AuditLog { off: vec![199_000], ..events(0..200) }, &[]);
        let keyed = |seconds: i64, key: &str| (seconds * 1000, key.to_owned());
        check(AuditLog { removed: vec![keyed(10, "a"), keyed(10, "b")], added: vec![keyed(20, "b")], ..events(0..60) }, &[("rules b", 10, 20)]);
    }

    #[test]
    fn stamps() {
        assert_eq!(stamp("1795493743.357:386"), Some((1_795_493_743_357, 386)));
        assert_eq!(stamp("1795493743:386"), Some((1_795_493_743_000, 386)));
        assert_eq!(stamp("x"), None);
    }
}
