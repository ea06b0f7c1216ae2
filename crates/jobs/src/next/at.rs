//! at's words for a time: `now + 5 minutes`, `teatime tomorrow`, `16:00 31.12.2026`, `202601020304` (`-t`).

use super::clock::{self, Micros, SECOND};
use jiff::civil::{Date, DateTime, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Span, ToSpan};

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// The instant that a specification means at `now`.
pub fn instant(spec: &str, now: Micros, zone: &TimeZone) -> Option<Micros> {
    let spec = spec.trim().to_ascii_lowercase();
    let here = clock::civil(clock::local(zone, now)?)?;
    if let Some(civil) = stamped(&spec, here) {
        return later(clock::instant(zone, civil)?, Span::new(), zone);
    }
    let words = words(&spec);
    let mut reader = Reader { words: &words, at: 0, weekday: false };
    let spoken = reader.spoken(here)?;
    let zone = if reader.take("utc") || reader.take("gmt") { &TimeZone::UTC } else { zone };
    let added = reader.added()?;
    (reader.at == words.len()).then_some(())?;
    let from = match spoken {
        Some(civil) => clock::instant(zone, civil)?,
        None => now,
    };
    later(from, added, zone)
}

/// `-t [[CC]YY]MMDDhhmm[.ss]`.
fn stamped(spec: &str, here: DateTime) -> Option<DateTime> {
    let (digits, seconds) = spec.split_once('.').unwrap_or((spec, "00"));
    if !matches!(digits.len(), 8 | 10 | 12) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = digits.split_at(digits.len() - 8);
    let year = match year.len() {
        0 => here.year(),
        2 => year.parse::<i16>().ok()? + if year < "69" { 2000 } else { 1900 },
        _ => year.parse().ok()?,
    };
    let two = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
    DateTime::new(year, two(0)?, two(2)?, two(4)?, two(6)?, seconds.parse().ok()?, 0).ok()
}

/// Numbers, names and signs, each by itself.
fn words(spec: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = spec;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| {
            if first.is_ascii_digit() {
                c.is_ascii_digit() || matches!(c, ':' | '/' | '-' | '.')
            } else {
                first.is_ascii_alphabetic() && c.is_ascii_alphabetic()
            }
        };
        let end = rest.char_indices().skip(1).find(|(_, c)| !same(*c)).map_or(rest.len(), |(at, _)| at);
        let word = &rest[..end];
        if !first.is_whitespace() && first != ',' {
            words.push(word.trim_end_matches(['.', '-']));
        }
        rest = &rest[end..];
        if words.len() > 24 {
            break;
        }
    }
    words
}

struct Reader<'a> {
    words: &'a [&'a str],
    at: usize,
    /// The day was told by its weekday.
    weekday: bool,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == Some(word);
        self.at += usize::from(there);
        there
    }

    /// The local time that is spoken of; none for `now`.
    #[expect(clippy::option_option, reason = "not understood, now, or a time")]
    fn spoken(&mut self, here: DateTime) -> Option<Option<DateTime>> {
        if self.take("now") {
            return Some(None);
        }
        let time = self.time();
        let day = self.day(here);
        let time = time.or_else(|| if day.is_some() { self.time() } else { None });
        if time.is_none() && day.is_none() {
            return (self.peek() == Some("next")).then_some(None);
        }
        let time_of_day = time.unwrap_or_else(|| here.time());
        // A weekday that is today's, at a time that has passed, is next week's.
        let day = day.map(|day| if self.weekday && day == here.date() && time_of_day <= here.time() { day.saturating_add(7.days()) } else { day });
        let day = day.unwrap_or_else(|| if time_of_day > here.time() { here.date() } else { here.date().saturating_add(1.day()) });
        Some(Some(day.to_datetime(time_of_day)))
    }

    fn time(&mut self) -> Option<Time> {
        let word = self.peek()?;
        let named = match word {
            "midnight" => Some(0),
            "noon" => Some(12),
            "teatime" => Some(16),
            _ => None,
        };
        if let Some(hour) = named {
            self.at += 1;
            return Time::new(hour, 0, 0, 0).ok();
        }
        let (hour, minute) = clock_of(word, self.words.get(self.at + 1).copied())?;
        self.at += 1;
        let half = self.peek().filter(|half| matches!(*half, "am" | "pm"));
        self.at += usize::from(half.is_some());
        let hour = match (half, hour) {
            (Some(_), 13.. | 0) => return None,
            (Some("am"), 12) => 0,
            (Some("pm"), 1..=11) => hour + 12,
            _ => hour,
        };
        Time::new(hour, minute, 0, 0).ok()
    }

    fn day(&mut self, here: DateTime) -> Option<Date> {
        let word = self.peek()?;
        let today = here.date();
        let found = match word {
            "today" => Some(today),
            "tomorrow" => today.tomorrow().ok(),
            _ => None,
        };
        if let Some(day) = found {
            self.at += 1;
            return Some(day);
        }
        if let Some(month) = index(MONTHS, word) {
            return self.month_first(month, today);
        }
        if let Some(day) = index(DAYS, word) {
            self.at += 1;
            self.weekday = true;
            let weekday = Weekday::from_sunday_zero_offset(day).ok()?;
            return if weekday == today.weekday() { Some(today) } else { today.nth_weekday(1, weekday).ok() };
        }
        self.written(word, today)
    }

    /// `Dec 31`, `Dec 31, 2026`.
    fn month_first(&mut self, month: i8, today: Date) -> Option<Date> {
        let day = self.words.get(self.at + 1)?.parse().ok()?;
        self.at += 2;
        let year = self.peek().filter(|w| w.len() == 4).and_then(|w| w.parse::<i16>().ok());
        self.at += usize::from(year.is_some());
        dated(year, month, day, today)
    }

    /// `31.12.2026`, `12/31/26`, `2026-12-31`, `123126`, `31 Dec 2026`.
    fn written(&mut self, word: &str, today: Date) -> Option<Date> {
        let parts = |sign: char| word.split(sign).map(|part| part.parse::<i16>().ok()).collect::<Option<Vec<i16>>>().filter(|parts| parts.len() == 3);
        let (year, month, day) = if let Some(parts) = parts('.') {
            (parts[2], parts[1], parts[0])
        } else if let Some(parts) = parts('/') {
            (parts[2], parts[0], parts[1])
        } else if let Some(parts) = parts('-') {
            if word.find('-') == Some(4) { (parts[0], parts[1], parts[2]) } else { (parts[2], parts[1], parts[0]) }
        } else if matches!(word.len(), 6 | 8) && word.bytes().all(|b| b.is_ascii_digit()) {
            (word[4..].parse().ok()?, word[..2].parse().ok()?, word[2..4].parse().ok()?)
        } else {
            let month = index(MONTHS, self.words.get(self.at + 1)?)?;
            let day = word.parse().ok()?;
            self.at += 2;
            let year = self.peek().filter(|w| w.len() == 4).and_then(|w| w.parse::<i16>().ok());
            self.at += usize::from(year.is_some());
            return dated(year, month, day, today);
        };
        self.at += 1;
        let year = if year < 100 { year + 2000 } else { year };
        Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
    }

    /// `+ 5 minutes`, `next week`; nothing is none.
    fn added(&mut self) -> Option<Span> {
        let number: i64 = if self.take("next") {
            1
        } else if self.take("+") {
            self.next()?.parse().ok().filter(|n| (0..1_000_000).contains(n))?
        } else {
            return Some(Span::new());
        };
        let unit = self.next()?;
        let unit = unit.strip_suffix('s').unwrap_or(unit);
        match unit {
            "minute" | "min" => Some(number.minutes()),
            "hour" => Some(number.hours()),
            "day" => Some(number.days()),
            "week" => Some(Span::new().try_weeks(number).ok()?),
            "month" => Span::new().try_months(number).ok(),
            "year" => Span::new().try_years(number).ok(),
            _ => None,
        }
    }
}

/// `16`, `1630`, `16:30`, `4pm`; four digits and a lone number must not be a date's.
fn clock_of(word: &str, after: Option<&str>) -> Option<(i8, i8)> {
    if let Some((hour, minute)) = word.split_once([':', '.']) {
        let plain = hour.len() <= 2 && minute.len() == 2;
        return plain.then(|| Some((hour.parse().ok()?, minute.parse().ok()?)))?;
    }
    match word.len() {
        _ if after.is_some_and(|after| index(MONTHS, after).is_some()) => None,
        1 | 2 => Some((word.parse().ok()?, 0)),
        4 => Some((word.get(..2)?.parse().ok()?, word.get(2..)?.parse().ok()?)),
        _ => None,
    }
}

/// A day of a month; without a year the next one that is to come.
fn dated(year: Option<i16>, month: i8, day: i8, today: Date) -> Option<Date> {
    let this = Date::new(year.unwrap_or(today.year()), month, day).ok()?;
    if year.is_some() || this >= today { Some(this) } else { Date::new(today.year() + 1, month, day).ok() }
}

fn index(names: &[&str], word: &str) -> Option<i8> {
    let at = names.iter().position(|name| word.get(..3) == Some(*name) && word.len() <= 9)?;
    i8::try_from(at).ok().map(|at| if names.len() == 12 { at + 1 } else { at })
}

/// Minutes as at keeps them: seconds are dropped.
fn later(at: Micros, added: Span, zone: &TimeZone) -> Option<Micros> {
    let whole = at.div_euclid(60 * SECOND) * 60 * SECOND;
    let zoned = clock::stamp(whole)?.to_zoned_datetime(zone.clone());
    Some(zoned.checked_add(added).ok()?.timestamp().as_microsecond())
}
