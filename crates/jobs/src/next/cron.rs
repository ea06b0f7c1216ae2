//! cron's expressions, compiled: as Vixie's cron of Debian reads them, and as Kubernetes does.
//!
//! Debian: a day must fit both day fields when either begins with a star (`*/2` too), else one of them; `5/10` is refused. Kubernetes: only
//! a bare star counts as one, `5/10` goes on to the end, there is no day 7.

use super::clock::{MINUTE, Micros, Pattern, Rule, next};
use crate::trigger::Dialect;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A compiled expression: a bit for each minute, hour, day, month, weekday (0 is Sunday).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Days must fit both fields.
    both: bool,
    rule: Rule,
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

impl Cron {
    /// Compiles five fields or a nickname; `None` where the scheduler refuses them.
    pub fn parse(expression: &str, dialect: Dialect) -> Option<Self> {
        let expression = expression.trim();
        let mut fields = nickname(expression).unwrap_or(expression).split_ascii_whitespace();
        let texts = [fields.next()?, fields.next()?, fields.next()?, fields.next()?, fields.next()?];
        if fields.next().is_some() {
            return None;
        }
        let read = |index: usize, low: u32, high: u32, names: &[&str]| Field { low, high, names, dialect }.list(texts[index]);
        let sunday = if dialect == Dialect::Vixie { 7 } else { 6 };
        let weekdays = read(4, 0, sunday, WEEKDAYS)?;
        let starred = |index: usize| Field::starred(texts[index], dialect);
        let fixed = dialect == Dialect::Vixie && !starred(0) && !starred(1);
        Some(Self {
            minutes: read(0, 0, 59, &[])?,
            hours: read(1, 0, 23, &[])?,
            days: read(2, 1, 31, &[])?,
            months: read(3, 1, 12, MONTHS)?,
            weekdays: weekdays | weekdays >> 7,
            both: starred(2) || starred(4),
            rule: if fixed { Rule::AtTheEnd } else { Rule::Each },
        })
    }

    /// The first run after an instant. `foreign`: the zone is the expression's own, so that the host's clock does not jump with it.
    pub fn next(&self, after: Micros, until: Micros, zone: &TimeZone, foreign: bool) -> Option<Micros> {
        if self.is_empty() { None } else { next(self, after, until, zone, if foreign { Rule::Each } else { self.rule }) }
    }

    /// A range that runs backwards leaves nothing: no need to look through the years.
    fn is_empty(&self) -> bool {
        let no_day = if self.both { self.days == 0 || self.weekdays == 0 } else { self.days | self.weekdays == 0 };
        no_day || self.minutes == 0 || self.hours == 0 || self.months == 0
    }

    /// Whether the clock's changes are made up for.
    pub fn is_fixed(&self) -> bool {
        self.rule == Rule::AtTheEnd
    }
}

impl Pattern for Cron {
    fn month(&self, _: i16, month: i8) -> bool {
        self.months >> month & 1 == 1
    }

    fn day(&self, date: Date) -> bool {
        let of_month = self.days >> date.day() & 1 == 1;
        let of_week = self.weekdays >> date.weekday().to_sunday_zero_offset() & 1 == 1;
        if self.both { of_month && of_week } else { of_month || of_week }
    }

    fn time(&self, from: Micros) -> Option<Micros> {
        let from = from.div_euclid(MINUTE) + Micros::from(from.rem_euclid(MINUTE) > 0);
        let (hour, minute) = (from / 60, from % 60);
        if let Some(minute) = first(self.minutes, minute).filter(|_| hour < 24 && self.hours >> hour & 1 == 1) {
            return Some((hour * 60 + minute) * MINUTE);
        }
        Some((first(self.hours, hour + 1)? * 60 + first(self.minutes, 0)?) * MINUTE)
    }
}

/// The lowest bit at or above a number.
pub fn first(bits: u64, from: i64) -> Option<i64> {
    let above = u32::try_from(from).ok().and_then(|from| bits.checked_shr(from))?;
    (above != 0).then(|| from + i64::from(above.trailing_zeros()))
}

/// The five fields that a nickname stands for.
fn nickname(expression: &str) -> Option<&'static str> {
    Some(match expression {
        "@yearly" | "@annually" => "0 0 1 1 *",
        "@monthly" => "0 0 1 * *",
        "@weekly" => "0 0 * * 0",
        "@daily" | "@midnight" => "0 0 * * *",
        "@hourly" => "0 * * * *",
        "@every_minute" => "* * * * *",
        _ => return None,
    })
}

struct Field<'a> {
    low: u32,
    high: u32,
    names: &'a [&'a str],
    dialect: Dialect,
}

impl Field<'_> {
    fn starred(text: &str, dialect: Dialect) -> bool {
        match dialect {
            Dialect::Vixie => text.starts_with('*'),
            Dialect::Kubernetes => text.split(',').any(|part| part.starts_with(['*', '?']) && matches!(part.get(1..), Some("" | "/1"))),
        }
    }

    fn list(&self, text: &str) -> Option<u64> {
        let mut bits = 0;
        for part in text.split(',') {
            let (set, rest) = match self.dialect {
                Dialect::Vixie => self.vixie(part)?,
                Dialect::Kubernetes => (self.kubernetes(part)?, ""),
            };
            bits |= set;
            if !rest.is_empty() {
                break;
            }
        }
        Some(bits)
    }

    /// An element, and what follows it: cron passes over the rest of a field that it does not understand.
    fn vixie<'t>(&self, part: &'t str) -> Option<(u64, &'t str)> {
        let (from, to, rest) = if let Some(rest) = part.strip_prefix('*') {
            (self.low, self.high, rest)
        } else {
            let (from, rest) = self.number(part, true)?;
            match rest.strip_prefix('-') {
                None if rest.starts_with('/') => return None,
                None => return self.set(from, from, 1).map(|bits| (bits, rest)),
                Some(rest) => {
                    let (to, rest) = self.number(rest, true)?;
                    (from, to, rest)
                }
            }
        };
        let (step, rest) = match rest.strip_prefix('/') {
            Some(rest) => self.number(rest, false)?,
            None => (1, rest),
        };
        self.set(from, to, step).map(|bits| (bits, rest))
    }

    fn kubernetes(&self, part: &str) -> Option<u64> {
        let (range, step) = part.split_once('/').map_or((part, None), |(r, s)| (r, Some(s)));
        let step = step.map_or(Some(1), |s| self.whole(s, false));
        let (from, to) = match range.split_once('-') {
            _ if range == "*" || range == "?" => (self.low, self.high),
            Some((from, to)) => (self.whole(from, true)?, self.whole(to, true)?),
            None if part.contains('/') => (self.whole(range, true)?, self.high),
            None => (self.whole(range, true)?, self.whole(range, true)?),
        };
        (from <= to).then_some(())?;
        self.set(from, to, step?)
    }

    fn whole(&self, text: &str, named: bool) -> Option<u32> {
        self.number(text, named).filter(|(_, rest)| rest.is_empty()).map(|(number, _)| number)
    }

    /// A number or name at the beginning of a text.
    fn number<'t>(&self, text: &'t str, named: bool) -> Option<(u32, &'t str)> {
        let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        let name = self.names.iter().position(|name| named && name.eq_ignore_ascii_case(word));
        let number = match name {
            Some(index) => self.low + u32::try_from(index).ok()?,
            None if word.bytes().all(|b| b.is_ascii_digit()) => word.parse().ok()?,
            None => return None,
        };
        Some((number, rest))
    }

    /// A range that runs backwards holds nothing.
    fn set(&self, from: u32, to: u32, step: u32) -> Option<u64> {
        let range = self.low..=self.high;
        if step == 0 || !range.contains(&from) || !range.contains(&to) {
            return None;
        }
        Some((from..=to).step_by(step as usize).fold(0, |bits, n| bits | 1 << n))
    }
}
