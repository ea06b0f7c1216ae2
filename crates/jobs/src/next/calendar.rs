//! systemd's `OnCalendar` expressions, compiled.

use super::clock::{DAY, Micros, Pattern, Rule, SECOND, next};
use super::cron::first;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A compiled expression. An empty list stands for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Monday is bit 0.
    weekdays: u8,
    years: Vec<Part>,
    months: Vec<Part>,
    days: Vec<Part>,
    /// Days are counted from the month's end.
    from_end: bool,
    hours: u64,
    minutes: u64,
    /// In microseconds.
    seconds: Vec<Part>,
    pub zone: Option<TimeZone>,
}

/// `start`, `start..stop`, each with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    start: i64,
    stop: Option<i64>,
    step: i64,
}

const WEEKDAYS: &[&str] = &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const LAST_YEAR: i64 = 2199;
const MOST_PARTS: usize = 240;

impl Calendar {
    /// Compiles an expression; `None` where systemd refuses it.
    pub fn parse(text: &str) -> Option<Self> {
        let (zone, text) = zone(text.trim());
        let mut calendar = if let Some(calendar) = named(&text.to_ascii_lowercase()) {
            calendar
        } else if let Some(seconds) = text.strip_prefix('@') {
            return Self::instant(seconds.parse().ok()?);
        } else {
            Self::read(text)?
        };
        calendar.zone = zone;
        Some(calendar)
    }

    /// The first run after an instant; `host` counts where the expression names no zone.
    pub fn next(&self, after: Micros, until: Micros, host: &TimeZone) -> Option<Micros> {
        next(self, after, until, self.zone.as_ref().unwrap_or(host), Rule::Never)
    }

    fn instant(seconds: i64) -> Option<Self> {
        let civil = super::clock::civil(seconds.checked_mul(SECOND)?)?;
        let (date, time) = (civil.date(), civil.time());
        let text = format!("{}-{}-{} {}:{}:{}", date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second());
        let read = Self::read(&text).filter(|_| seconds >= 0)?;
        Some(Self { zone: Some(TimeZone::UTC), ..read })
    }

    fn read(text: &str) -> Option<Self> {
        let (weekdays, rest) = weekdays(text)?;
        let mut calendar = Self { weekdays, ..Self::default() };
        let mut words = rest.split(' ').filter(|w| !w.is_empty()).peekable();
        if let Some(date) = words.next_if(|word| !word.contains(':')) {
            calendar.date(date)?;
        }
        calendar.clock(words.next().unwrap_or("0:0:0"))?;
        let anything = !text.is_empty() && words.next().is_none();
        anything.then_some(calendar)
    }

    /// `2026-*-1,15`, `*-02~03`, `5-12`.
    fn date(&mut self, text: &str) -> Option<()> {
        let mut chains: Vec<&str> = text.split(['-', '~']).collect();
        let days = chains.pop().filter(|_| (1..=2).contains(&chains.len()))?;
        let month = chains.pop()?;
        self.from_end = text.as_bytes().get(text.len().checked_sub(days.len() + 1)?) == Some(&b'~');
        let other_tilde = text[..text.len() - days.len() - 1].contains('~');
        self.years = years(chains.pop().unwrap_or("*"))?;
        self.months = chain(month, 1)?;
        self.days = chain(days, 1)?;
        let days_valid = if self.from_end { valid_from_end(&self.days) } else { valid(&self.days, 1, 31) };
        self.from_end &= !self.days.is_empty();
        (valid(&self.years, 1970, LAST_YEAR) && valid(&self.months, 1, 12) && days_valid && !other_tilde).then_some(())
    }

    fn clock(&mut self, text: &str) -> Option<()> {
        let mut chains = text.split(':');
        let (hours, minutes) = (chain(chains.next()?, 1)?, chain(chains.next()?, 1)?);
        self.seconds = match chains.next() {
            Some("*") => vec![Part { start: 0, stop: None, step: SECOND }],
            seconds => chain(seconds.unwrap_or("0"), SECOND)?,
        };
        let whole = chains.next().is_none() && valid(&hours, 0, 23) && valid(&minutes, 0, 59) && valid(&self.seconds, 0, 60 * SECOND - 1);
        (self.hours, self.minutes) = (bits(&hours, 23), bits(&minutes, 59));
        whole.then_some(())
    }

    fn second(&self, from: Micros) -> Option<Micros> {
        self.seconds.iter().filter_map(|part| part.at_or_after(from)).min().filter(|second| *second < 60 * SECOND)
    }
}

impl Pattern for Calendar {
    fn month(&self, year: i16, month: i8) -> bool {
        let holds = |parts: &[Part], number: i64| parts.is_empty() || parts.iter().any(|part| part.at_or_after(number) == Some(number));
        i64::from(year) <= LAST_YEAR && holds(&self.years, year.into()) && holds(&self.months, month.into())
    }

    fn day(&self, date: Date) -> bool {
        let of_week = self.weekdays == 0 || self.weekdays >> date.weekday().to_monday_zero_offset() & 1 == 1;
        let last = i64::from(date.days_in_month());
        let day = |part: &Part| if self.from_end { part.days_of(last) } else { *part };
        of_week && (self.days.is_empty() || self.days.iter().any(|part| day(part).at_or_after(date.day().into()) == Some(date.day().into())))
    }

    fn time(&self, from: Micros) -> Option<Micros> {
        let (mut hour, mut minute, second) = (from / (3600 * SECOND), from / (60 * SECOND) % 60, from % (60 * SECOND));
        let mut least = second;
        if from >= DAY || self.hours >> hour & 1 == 0 {
            (hour, minute, least) = (first(self.hours, hour + 1)?, 0, 0);
        }
        if self.minutes >> minute & 1 == 0 || self.second(least).is_none() {
            least = 0;
            (hour, minute) = match first(self.minutes, minute + 1) {
                Some(next) => (hour, next),
                None => (first(self.hours, hour + 1)?, first(self.minutes, 0)?),
            };
        }
        Some((hour * 60 + minute) * 60 * SECOND + self.second(least)?)
    }
}

impl Part {
    fn at_or_after(self, number: i64) -> Option<i64> {
        if self.start >= number {
            return Some(self.start);
        }
        let steps = (number - self.start).checked_add(self.step - 1)?.checked_div(self.step)?;
        Some(self.start + self.step * steps).filter(|found| self.stop.is_none_or(|stop| *found <= stop))
    }

    /// Day numbers in place of numbers from a month's end.
    fn days_of(self, last: i64) -> Self {
        let day = |number: i64| last + 1 - number;
        match self.stop {
            Some(stop) => Self { start: day(stop), stop: Some(day(self.start)), step: self.step },
            None => Self { start: day(self.start), stop: None, step: self.step },
        }
    }

    /// 12 is 2012, 89 is 1989.
    fn in_century(self) -> Self {
        let full = |year: i64| match year {
            0..70 => year + 2000,
            70..100 => year + 1900,
            _ => year,
        };
        Self { start: full(self.start), stop: self.stop.map(full), ..self }
    }

    /// A step that never comes to be is none, and so is a range of one; a range ends with its last step.
    fn normal(self) -> Self {
        match self.stop {
            Some(stop) if stop == self.start || (stop > self.start && self.start + self.step > stop) => Self { stop: None, step: 0, ..self },
            Some(stop) if stop > self.start => Self { stop: Some(stop - (stop - self.start) % self.step.max(1)), ..self },
            _ => self,
        }
    }
}

fn valid(parts: &[Part], low: i64, high: i64) -> bool {
    let range = low..=high;
    parts
        .iter()
        .all(|p| range.contains(&p.start) && p.step <= high - low && p.stop.map_or(p.start + p.step <= high, |stop| range.contains(&stop) && fits(p, stop)))
}

/// systemd takes three days more off the bound with each element, in order.
fn valid_from_end(parts: &[Part]) -> bool {
    let mut sorted = parts.to_vec();
    sorted.sort_unstable_by_key(|p| (p.start, p.stop.unwrap_or(-1), p.step));
    sorted.dedup();
    let bounds = (1..=31).rev().step_by(3).skip(1).chain(std::iter::repeat(0));
    sorted.iter().zip(bounds).all(|(p, high)| {
        let range = 1..=high;
        range.contains(&p.start) && p.step < high && p.stop.map_or(p.start - p.step >= 1, |stop| range.contains(&stop) && fits(p, stop))
    })
}

/// Whether a range is none that runs backwards.
fn fits(part: &Part, stop: i64) -> bool {
    part.start + part.step <= stop || (part.step == 0 && part.start <= stop)
}

fn bits(parts: &[Part], high: i64) -> u64 {
    let all = (1_u64 << (high + 1)) - 1;
    let numbers = |part: &Part| {
        let part = *part;
        let first = Some(part.start);
        std::iter::successors(first, move |n| part.at_or_after(n + 1)).take_while(move |n| *n <= high).take(60)
    };
    if parts.is_empty() { all } else { parts.iter().flat_map(numbers).fold(0, |bits, n| bits | 1 << n) }
}

/// `*`, `1`, `1..5`, `0/15`, `1..20/2`, and lists of them; empty for the star.
fn chain(text: &str, unit: i64) -> Option<Vec<Part>> {
    if text == "*" {
        return Some(Vec::new());
    }
    let parts = text.split(',').enumerate();
    parts.map(|(index, part)| if index < MOST_PARTS { part_of(part, unit).map(Part::normal) } else { None }).collect()
}

fn years(text: &str) -> Option<Vec<Part>> {
    let full: Vec<Part> =
        if text == "*" { Vec::new() } else { text.split(',').take(MOST_PARTS).map(|part| part_of(part, 1).map(Part::in_century)).collect::<Option<_>>()? };
    Some(full.into_iter().map(Part::normal).collect())
}

fn part_of(text: &str, unit: i64) -> Option<Part> {
    let (range, step) = text.split_once('/').map_or((text, None), |(r, s)| (r, Some(s)));
    let (start, stop) = range.split_once("..").map_or((range, None), |(a, b)| (a, Some(b)));
    let start = number(start, unit)?;
    let stop = match stop {
        Some(stop) => Some(number(stop, unit)?),
        None => None,
    };
    let step = match (step, stop) {
        (Some(step), _) => number(step, unit).filter(|s| *s > 0)?,
        (None, Some(stop)) if unit > 1 && start + unit > stop => return None,
        (None, Some(_)) => unit,
        (None, None) => 0,
    };
    Some(Part { start, stop, step })
}

/// A number, of seconds with a fraction.
fn number(text: &str, unit: i64) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').map_or((text, ""), |(w, f)| (w, f));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || whole.len() > 9 || (text.contains('.') && (unit == 1 || !digits(fraction))) {
        return None;
    }
    let micros = fraction.bytes().chain(std::iter::repeat(b'0')).take(6).fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Some(whole.parse::<i64>().ok()? * unit + if unit == 1 { 0 } else { micros })
}

/// The days before the date, and the rest: `Mon..Fri`, `Sat,Sun`, none.
fn weekdays(text: &str) -> Option<(u8, &str)> {
    let (mut bits, mut from, mut rest) = (0_u8, None, text);
    loop {
        let Some((day, after)) = weekday(rest) else { return (rest.len() == text.len()).then_some((0, text)) };
        if from.is_some_and(|from| from > day) {
            return None;
        }
        bits |= (from.unwrap_or(day)..=day).fold(0, |bits, day| bits | 1 << day);
        let next = after.strip_prefix("..").or_else(|| after.strip_prefix('-'));
        rest = match (next, after.strip_prefix(',')) {
            (Some(_), _) if from.is_some() => return None,
            (Some(next), _) => next,
            (None, Some(next)) => next,
            (None, None) => after,
        };
        from = next.is_some().then_some(day);
        if rest.is_empty() || rest.starts_with(' ') {
            return from.is_none().then(|| (bits, rest.trim_start_matches(' ')));
        }
    }
}

fn weekday(text: &str) -> Option<(u8, &str)> {
    let index = WEEKDAYS.iter().position(|day| text.get(..3).is_some_and(|t| t.eq_ignore_ascii_case(&day[..3])))?;
    let long = WEEKDAYS[index].len();
    let end = text.get(..long).filter(|t| t.eq_ignore_ascii_case(WEEKDAYS[index])).map_or(3, |_| long);
    let rest = &text[end..];
    (rest.is_empty() || rest.starts_with(['-', '.', ',', ' '])).then_some((index as u8, rest))
}

fn zone(text: &str) -> (Option<TimeZone>, &str) {
    let Some((before, last)) = text.rsplit_once(' ') else { return (None, text) };
    let zone = if last.eq_ignore_ascii_case("UTC") {
        Some(TimeZone::UTC)
    } else {
        last.starts_with(|c: char| c.is_ascii_alphabetic()).then(|| TimeZone::get(last).ok()).flatten()
    };
    if zone.is_some() { (zone, before) } else { (None, text) }
}

fn named(text: &str) -> Option<Calendar> {
    let expression = match text {
        "minutely" => "*-*-* *:*:0",
        "hourly" => "*-*-* *:0:0",
        "daily" => "*-*-* 0:0:0",
        "weekly" => "Mon *-*-* 0:0:0",
        "monthly" => "*-*-1 0:0:0",
        "yearly" | "annually" | "anually" => "*-1-1 0:0:0",
        "quarterly" => "*-1,4,7,10-1 0:0:0",
        "semiannually" | "semi-annually" | "biannually" | "bi-annually" => "*-1,7-1 0:0:0",
        _ => return None,
    };
    Calendar::read(expression)
}
