//! From local times to instants, with what each scheduler does where a clock skips an hour or has one twice.
//!
//! Inside this folder an instant is a number of microseconds since 1970 in UTC, a local time the same number as if its clock stood in UTC.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone};

pub type Micros = i64;

pub const SECOND: Micros = 1_000_000;
pub const MINUTE: Micros = 60 * SECOND;
pub const DAY: Micros = 24 * 60 * MINUTE;

/// What becomes of a local time that is skipped. One that comes twice counts the first time, except with `Each`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Asked of each minute as it comes: nothing in a skipped hour, a repeated hour twice (cron's jobs with a star in minute or hour, Kubernetes).
    Each,
    /// At the end of what was skipped (cron's jobs at fixed times).
    AtTheEnd,
    /// Not at all (systemd).
    Never,
    /// As much later as was skipped (Windows, Azure).
    Later,
}

/// Local times: days of months, and times of those days.
pub trait Pattern {
    fn month(&self, year: i16, month: i8) -> bool;
    fn day(&self, date: Date) -> bool;
    /// The first time of day at or after `from`.
    fn time(&self, from: Micros) -> Option<Micros>;
}

/// Changes of a zone's offset that are looked past.
const MOST_SEGMENTS: usize = 160;
/// Local times that are tried: the most that a skipped hour can hold of those that run after it.
const MOST_TRIES: usize = 3000;
/// cron takes a clock's jump of more than three hours for a new start.
const LONGEST_GAP: Micros = 179 * MINUTE;

/// The first instant after `after` at which the pattern holds, not later than `until`.
pub fn next(pattern: &impl Pattern, after: Micros, until: Micros, zone: &TimeZone, rule: Rule) -> Option<Micros> {
    if rule == Rule::Each { each(pattern, after, until, zone) } else { once(pattern, after, until, zone, rule) }
}

/// The first local time of the pattern at or after `from`, up to `to`.
pub fn search(pattern: &impl Pattern, from: Micros, to: Micros) -> Option<Micros> {
    let start = civil(from)?;
    let mut date = start.date();
    let mut since = from.rem_euclid(DAY);
    while midnight(date) <= to {
        if !pattern.month(date.year(), date.month()) {
            (date, since) = (date.last_of_month().tomorrow().ok()?, 0);
            continue;
        }
        if pattern.day(date)
            && let Some(time) = pattern.time(since)
        {
            return Some(midnight(date) + time).filter(|found| *found <= to);
        }
        (date, since) = (date.tomorrow().ok()?, 0);
    }
    None
}

fn each(pattern: &impl Pattern, after: Micros, until: Micros, zone: &TimeZone) -> Option<Micros> {
    let mut from = after + 1;
    for _ in 0..MOST_SEGMENTS {
        let offset = offset(zone, from)?;
        let end = zone.following(stamp(from)?).next().map_or(until + 1, |change| change.timestamp().as_microsecond()).min(until + 1);
        if let Some(found) = search(pattern, from + offset, end - 1 + offset) {
            return Some(found - offset);
        }
        if end > until {
            return None;
        }
        from = end;
    }
    None
}

fn once(pattern: &impl Pattern, after: Micros, until: Micros, zone: &TimeZone, rule: Rule) -> Option<Micros> {
    let mut from = after + offset(zone, after)? + 1;
    let to = until + DAY;
    for _ in 0..MOST_TRIES {
        let found = search(pattern, from, to)?;
        let place = Place::of(found, zone)?;
        let instant = place.instant(rule);
        if let Some(at) = instant.filter(|at| *at > after) {
            return (at <= until).then_some(at);
        }
        from = match place {
            Place::Skipped { ends, .. } if instant.is_none() => ends.max(found + 1),
            Place::Twice { ends, .. } => ends.max(found + 1),
            _ => found + 1,
        };
    }
    None
}

/// Where a local time stands among instants.
#[derive(Clone, Copy, Debug)]
pub enum Place {
    Once(Micros),
    /// Between the change and `ends` (local).
    Skipped {
        change: Micros,
        later: Micros,
        starts: Micros,
        ends: Micros,
    },
    /// Its first instant; the repeated hour `ends` (local).
    Twice {
        first: Micros,
        ends: Micros,
    },
}

impl Place {
    pub fn of(local: Micros, zone: &TimeZone) -> Option<Self> {
        let instant = |offset: Offset| local - Micros::from(offset.seconds()) * SECOND;
        let change = |near: Micros| Some(zone.preceding(stamp(near + 1)?).next()?.timestamp().as_microsecond());
        Some(match zone.to_ambiguous_timestamp(civil(local)?).offset() {
            AmbiguousOffset::Unambiguous { offset } => Self::Once(instant(offset)),
            AmbiguousOffset::Gap { before, after } => {
                let change = change(instant(before))?;
                Self::Skipped { change, later: instant(before), starts: change + micros(before), ends: change + micros(after) }
            }
            AmbiguousOffset::Fold { before, after } => Self::Twice { first: instant(before), ends: change(instant(after))? + micros(before) },
        })
    }

    /// The instant at which a scheduler runs what is set for it.
    pub fn instant(self, rule: Rule) -> Option<Micros> {
        match (self, rule) {
            (Self::Once(at), _) => Some(at),
            (Self::Twice { first, .. }, _) => Some(first),
            (Self::Skipped { change, starts, ends, .. }, Rule::AtTheEnd) => (ends - starts <= LONGEST_GAP).then_some(change),
            (Self::Skipped { later, .. }, Rule::Later) => Some(later),
            (Self::Skipped { .. }, _) => None,
        }
    }
}

/// The local time of an instant.
pub fn local(zone: &TimeZone, at: Micros) -> Option<Micros> {
    Some(at + offset(zone, at)?)
}

/// The instant of a local time; one that is skipped stands as much later.
pub fn instant(zone: &TimeZone, civil: DateTime) -> Option<Micros> {
    Place::of(of_civil(civil), zone)?.instant(Rule::Later)
}

pub fn stamp(at: Micros) -> Option<Timestamp> {
    Timestamp::from_microsecond(at).ok()
}

pub fn civil(local: Micros) -> Option<DateTime> {
    Some(TimeZone::UTC.to_datetime(stamp(local)?))
}

pub fn of_civil(civil: DateTime) -> Micros {
    let time = civil.time();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    midnight(civil.date()) + seconds * SECOND + i64::from(time.subsec_nanosecond()) / 1000
}

/// A date's first microsecond as a local time.
pub fn midnight(date: Date) -> Micros {
    EPOCH.duration_until(date).as_hours() / 24 * DAY
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn offset(zone: &TimeZone, at: Micros) -> Option<Micros> {
    Some(micros(zone.to_offset(stamp(at)?)))
}

fn micros(offset: Offset) -> Micros {
    Micros::from(offset.seconds()) * SECOND
}
