//! What the logs themselves do not show around the alerts: records whose numbers are missing, logs that fall silent, clocks
//! that were set back, and when auditing that was switched off came back.

mod audit;
mod numbered;
mod quiet;
mod switches;

use crate::interest::{Interest, Span};
use audit::AuditLog;
use numbered::Numbered;
use quiet::SystemLog;
use rustc_hash::FxHashMap;
use switches::Switches;
use watchbell_model::{Decoded, FieldId, FieldTable, Part, STAMP, Timestamp};
use watchbell_story::{Gap, GapKind, host_key};

/// Fields by which the completeness of a log is judged.
const FIELDS: [&str; 16] = [
    "EventRecordID",
    "Channel",
    "Computer",
    STAMP,
    "type",
    "audit_enabled",
    "op",
    "key",
    "Program",
    "Message",
    "EventID",
    "SubcategoryGuid",
    "AuditPolicyChanges",
    "State",
    "param3",
    "param4",
];

/// The same by their place.
#[derive(Clone, Copy)]
enum Field {
    Record,
    Channel,
    Host,
    Stamp,
    Type,
    Enabled,
    Operation,
    Key,
    Program,
    Message,
    EventId,
    Subcategory,
    Changes,
    State,
    Param3,
    Param4,
}

/// Names them, so that decoders extract them.
pub fn intern_coverage(fields: &mut FieldTable) {
    for name in FIELDS {
        fields.intern(name);
    }
}

/// A log, and the stretch of time in which it was read: between two stretches nothing was.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Log {
    /// The host's key; empty where no record tells it.
    host: String,
    /// Empty where the kind of log says it all.
    channel: String,
    stretch: usize,
}

/// The records of each host's logs, as far as they were read.
#[derive(Debug, Default)]
pub struct Coverage {
    fields: Option<[FieldId; FIELDS.len()]>,
    numbered: FxHashMap<Log, Numbered>,
    audit: FxHashMap<Log, AuditLog>,
    system: FxHashMap<Log, SystemLog>,
    switches: Switches,
    kept: usize,
}

/// Records remembered at most; past it, nothing is said of those that came later.
const MOST: usize = 2 << 20;

impl Coverage {
    pub fn new(fields: &FieldTable) -> Self {
        let ids = FIELDS.map(|name| fields.get(name));
        Self { fields: ids.iter().all(Option::is_some).then(|| ids.map(|id| id.unwrap_or(FieldId::KEYWORDS))), ..Self::default() }
    }

    /// Notes a record that told its second at a glance.
    pub(crate) fn note(&mut self, event: &Decoded<'_, '_>, seconds: i64, interest: &Interest) {
        let Some((fields, part)) = self.open(event) else { return };
        let text = |field: Field| text(part, fields, field);
        let Some(number) = text(Field::Record).and_then(|text| text.trim().parse().ok()) else { return };
        let (Some(channel), Some(host)) = (text(Field::Channel), text(Field::Host)) else { return };
        let host = host_key(&host);
        self.switches.note(&host, &channel, number, seconds, &text);
        let log = Log { host, channel, stretch: interest.stretch(seconds) };
        self.numbered.entry(log).or_default().add(number, seconds);
        self.kept += 1;
    }

    /// Notes an audit event or a line of a system's log, whose times are not told at a glance.
    pub(crate) fn watch(&mut self, event: &Decoded<'_, '_>, interest: &Interest) {
        let Some((fields, part)) = self.open(event) else { return };
        let place =
            |seconds: i64, host: Option<&str>| Log { host: host.map(host_key).unwrap_or_default(), channel: String::new(), stretch: interest.stretch(seconds) };
        let touches = |seconds: i64| interest.touches(Span { from: seconds, to: seconds });
        if let Some(stamp) = text(part, fields, Field::Stamp) {
            let Some((millis, serial)) = audit::stamp(&stamp).filter(|(millis, _)| touches(millis.div_euclid(1000))) else { return };
            let log = place(millis.div_euclid(1000), text(part, fields, Field::Host).as_deref());
            self.audit.entry(log).or_default().add(millis, serial, event, |part, field| text(part, fields, field));
            self.kept += 1;
        } else if text(part, fields, Field::Program).is_some() {
            let identity = event.whole.identity();
            let Some(seconds) = identity.time.filter(|_| !identity.guessed).map(Timestamp::seconds).filter(|seconds| touches(*seconds)) else { return };
            let message = text(part, fields, Field::Message).unwrap_or_default();
            self.system.entry(place(seconds, identity.host.as_deref())).or_default().add(seconds, &message);
            self.kept += 1;
        }
    }

    fn open<'e>(&self, event: &'e Decoded<'_, '_>) -> Option<([FieldId; FIELDS.len()], &'e Part<'e, 'e>)> {
        let fields = self.fields.filter(|_| self.kept < MOST)?;
        Some((fields, event.parts.first()?))
    }

    pub fn add(&mut self, other: Self) {
        merge(&mut self.numbered, other.numbered, Numbered::merge);
        merge(&mut self.audit, other.audit, AuditLog::merge);
        merge(&mut self.system, other.system, SystemLog::merge);
        self.switches.merge(other.switches);
    }

    /// What is missing, with the host's key. Of kind `auditing_off` are no gaps of their own, but what the facts' gaps end
    /// with: their text says what was switched off.
    pub fn gaps(self) -> Vec<(String, Gap)> {
        let mut gaps: Vec<(String, Gap)> = self.switches.ends(&self.numbered);
        let of = |log: Log, found: Vec<Gap>| found.into_iter().map(move |gap| (log.host.clone(), gap));
        gaps.extend(self.numbered.into_iter().flat_map(|(log, records)| of(log.clone(), records.gaps(&log.channel))));
        gaps.extend(self.audit.into_iter().flat_map(|(log, records)| of(log, records.gaps())));
        gaps.extend(self.system.into_iter().flat_map(|(log, lines)| of(log, lines.gaps())));
        gaps.sort_by(|(a, x), (b, y)| (a, x.from, x.to, &x.text).cmp(&(b, y.from, y.to, &y.text)));
        gaps
    }
}

fn text(part: &Part<'_, '_>, fields: [FieldId; FIELDS.len()], field: Field) -> Option<String> {
    part.text(0, fields[field as usize])
}

fn merge<T: Default>(into: &mut FxHashMap<Log, T>, other: FxHashMap<Log, T>, add: impl Fn(&mut T, T)) {
    for (log, records) in other {
        add(into.entry(log).or_default(), records);
    }
}

fn gap(kind: GapKind, from: i64, to: i64, text: String) -> Gap {
    Gap { kind, from: Some(Timestamp::from_seconds(from)), to: Some(Timestamp::from_seconds(to)), text }
}

/// Gaps of one kind that are told of one log.
const TOLD: usize = 3;

/// Waits between times that are far longer than the log's usual ones: those that so many of a hundred do not exceed. Times
/// must be sorted.
fn waits(times: &[i64], least: i64, of_hundred: usize) -> impl Iterator<Item = (i64, i64)> {
    /// How many times the usual wait it must be.
    const UNUSUAL: i64 = 200;
    let mut waits: Vec<i64> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    waits.sort_unstable();
    let usual = waits.get(waits.len() * of_hundred / 100).copied().unwrap_or(0).max(1);
    times.windows(2).map(|pair| (pair[0], pair[1])).filter(move |(from, to)| to - from >= least.max(usual.saturating_mul(UNUSUAL)))
}

/// Where numbers rise and the time goes back for good: numbers and seconds by number.
fn steps(records: &[(u64, i64)]) -> impl Iterator<Item = [(u64, i64); 2]> + '_ {
    /// Records on both sides that must agree.
    const SIDE: usize = 5;
    /// Seconds by which it must go back.
    const BACK: i64 = 120;
    /// Records between the two that may be missing.
    const NEAR: u64 = 3;
    records.windows(2 * SIDE).filter_map(|around| {
        let (before, after) = around.split_at(SIDE);
        let (last, next) = (before[SIDE - 1], after[0]);
        let earliest = before.iter().map(|record| record.1).min()?;
        let latest = after.iter().map(|record| record.1).max()?;
        (earliest - latest >= BACK && next.0 - last.0 <= NEAR).then_some([last, next])
    })
}
