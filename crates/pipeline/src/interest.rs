//! When events matter: around the alerts whose stories are to be told, each kind of fact as far as its recipe reaches.

use rustc_hash::FxHashSet;
use watchbell_model::{Decoded, FieldId, FieldTable, TIME, Timestamp};
use watchbell_story::host_key;

/// Stretches of time in seconds, rising, apart from each other.
type Stretches = Vec<(i64, i64)>;

/// What a second reading is after.
#[derive(Clone, Debug, Default)]
pub struct Interest {
    any: Stretches,
    /// By kind of fact.
    kinds: Vec<Stretches>,
    /// When alerts were.
    alerts: Stretches,
    /// Around them, where also what other hosts did matters.
    near: Stretches,
    /// Hosts of alerts, by key.
    hosts: FxHashSet<String>,
}

/// When the events of a block happened, in seconds. A block that has an event which does not say so at a glance has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: i64,
    pub to: i64,
}

/// Seconds around an alert in which also what other hosts did may belong to it.
const NEAR: i64 = 600;
/// A time without a zone may be this far off.
const ZONES: i64 = 14 * 3600;

impl Interest {
    /// `alerts`: first and last second of each; `reach`: of each kind of fact, how many seconds before and after.
    pub fn new(alerts: &[(i64, i64)], reach: &[(i64, i64)]) -> Self {
        let around = |(before, after): &(i64, i64)| merged(alerts.iter().map(|(first, last)| (first - before, last + after)).collect());
        let kinds: Vec<Stretches> = reach.iter().map(around).collect();
        Self { any: merged(kinds.concat()), kinds, alerts: around(&(0, 0)), near: around(&(NEAR, NEAR)), hosts: FxHashSet::default() }
    }

    /// Of other hosts, only what is near in time matters.
    #[must_use]
    pub fn of_hosts(self, hosts: impl IntoIterator<Item = String>) -> Self {
        Self { hosts: hosts.into_iter().collect(), ..self }
    }

    pub fn is_nothing(&self) -> bool {
        self.any.is_empty()
    }

    /// Stretches of time, in seconds, that are of interest at all.
    pub fn stretches(&self) -> &[(i64, i64)] {
        &self.any
    }

    /// Those in which also what other hosts did may be.
    pub fn near(&self) -> &[(i64, i64)] {
        &self.near
    }

    /// Hosts by key; none: all are.
    pub fn hosts(&self) -> impl Iterator<Item = &str> {
        self.hosts.iter().map(String::as_str)
    }

    /// Whether something of the span may matter.
    pub fn touches(&self, span: Span) -> bool {
        touches(&self.any, span)
    }

    /// Which of the stretches that are read a second is in: between two of them, nothing is.
    pub(crate) fn stretch(&self, second: i64) -> usize {
        self.any.partition_point(|(_, to)| *to < second)
    }

    /// Whether what a host did in this second matters, as far as the host tells. Where no host is known, all do.
    pub(crate) fn admits_host(&self, host: Option<&str>, second: i64) -> bool {
        let known = host.is_none_or(|host| self.hosts.is_empty() || self.hosts.contains(&host_key(host)));
        known || touches(&self.near, Span { from: second, to: second })
    }

    /// How many seconds lie between this one and the nearest alert.
    pub(crate) fn distance(&self, second: i64) -> i64 {
        let next = self.alerts.partition_point(|(_, to)| *to < second);
        let after = self.alerts.get(next).map(|(from, _)| (from - second).max(0));
        let before = next.checked_sub(1).map(|at| second - self.alerts[at].1);
        after.into_iter().chain(before).min().unwrap_or(i64::MAX)
    }

    /// Whether a fact of this kind matters in this second.
    pub(crate) fn admits(&self, kind: u32, second: i64) -> bool {
        self.kinds.get(kind as usize).is_some_and(|stretches| touches(stretches, Span { from: second, to: second }))
    }
}

fn touches(stretches: &Stretches, span: Span) -> bool {
    let next = stretches.partition_point(|(_, to)| *to < span.from);
    stretches.get(next).is_some_and(|(from, _)| *from <= span.to)
}

fn merged(mut all: Stretches) -> Stretches {
    all.sort_unstable();
    let mut out: Stretches = Vec::new();
    for (from, to) in all {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Reads the times of events at a glance, and keeps the span of a block.
#[derive(Default)]
pub(crate) struct Clock {
    field: Option<FieldId>,
    span: Option<Span>,
    /// An event did not say.
    blind: bool,
    /// The latest second told so far.
    pub latest: Option<i64>,
}

impl Clock {
    pub fn new(fields: &FieldTable) -> Self {
        Self { field: fields.get(TIME), ..Self::default() }
    }

    /// When an event happened, as far as that is plain.
    pub fn read(&mut self, event: &Decoded<'_, '_>) -> Option<Span> {
        let field = self.field?;
        let part = event.parts.first()?;
        let told = part.values(0, field).next().and_then(|raw| Timestamp::glance(raw.bytes));
        let Some((seconds, zoned)) = told else {
            self.blind = true;
            return None;
        };
        self.latest = self.latest.max(Some(seconds));
        let around = if zoned { 0 } else { ZONES };
        let span = Span { from: seconds - around, to: seconds + around };
        self.span = Some(self.span.map_or(span, |all| Span { from: all.from.min(span.from), to: all.to.max(span.to) }));
        Some(span)
    }

    /// The span of the events read since the last call; none if one of them did not say, or none was read.
    pub fn take(&mut self) -> Option<Span> {
        let (span, blind) = (self.span.take(), std::mem::take(&mut self.blind));
        span.filter(|_| !blind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_matters_where_a_stretch_touches_it() {
        let interest = Interest::new(&[(1000, 1010), (1020, 1020), (5000, 5000)], &[(10, 5), (100, 0)]);
        let check = |from, to, wanted| assert_eq!(interest.touches(Span { from, to }), wanted, "{from}..{to}");
        check(0, 899, false);
        check(0, 900, true);
        check(1026, 4899, false);
        check(1025, 1025, true);
        check(5001, 9000, true);
        check(5006, 9000, false);
        assert!(!interest.admits(0, 950) && interest.admits(1, 950), "each kind has its own reach");
        assert!(!interest.admits(7, 1000));
        let distances = [900, 1005, 1015, 1019, 3000, 9000].map(|second| interest.distance(second));
        assert_eq!(distances, [100, 0, 5, 1, 1980, 4000]);
        let interest = interest.of_hosts(["ws1".to_owned()]);
        assert!(interest.admits_host(Some("WS1.example"), 9000) && interest.admits_host(None, 9000));
        assert!(interest.admits_host(Some("ws2"), 1300) && !interest.admits_host(Some("ws2"), 9000));
    }
}
