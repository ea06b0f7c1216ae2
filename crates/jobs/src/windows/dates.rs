//! Dates and times as people type them on Windows: by the order of their country, with or without a half of the day.

use crate::Moment;
use crate::moment::clock;
use jiff::civil::{Date, DateTime, Time};

/// A date, and whether its order had to be guessed: `12/31/2026`, `31/12/2026`, `31.12.2026`, `2026-12-31`, `2026/12/31`.
pub fn date(text: &str) -> Option<(Date, bool)> {
    let text = text.trim();
    let sign = text.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '/' | '.' | '-'))?;
    let numbers: Vec<i16> = text.split(sign).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [a, b, c] = numbers[..] else { return None };
    let (year, month, day) = match (a, b, sign) {
        (1000.., ..) => (a, b, c),
        (13.., _, _) | (_, _, '.') => (c, b, a),
        _ => (c, a, b),
    };
    let open = sign == '/' && a <= 12 && b <= 12 && a != b;
    let year = if year < 100 { year + 2000 } else { year };
    Some((Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?, open))
}

/// A time of day: `3am`, `3:30 PM`, `15:30`, `15:30:10`.
pub fn time(text: &str) -> Option<Time> {
    let lower = text.trim().to_ascii_lowercase();
    let (digits, half) = match lower.strip_suffix("am").map(|d| (d, 0)).or_else(|| lower.strip_suffix("pm").map(|d| (d, 12))) {
        Some((digits, half)) => (digits.trim(), Some(half)),
        None => (lower.as_str(), None),
    };
    let time = if digits.contains(':') { clock(digits)? } else { Time::new(digits.parse().ok().filter(|_| half.is_some())?, 0, 0, 0).ok()? };
    match (half, time.hour()) {
        (None, _) => Some(time),
        (Some(_), 13..) => None,
        (Some(half), hour) => time.with().hour(hour % 12 + half).build().ok(),
    }
}

/// A date, a time, or both in this order, and whether it was guessed.
pub fn moment(text: &str) -> Option<(Moment, bool)> {
    let text = text.trim();
    if let Some(moment) = Moment::parse(text) {
        return Some((moment, false));
    }
    if let Some(time) = time(text) {
        return Some((Moment::Clock(time), false));
    }
    let (first, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
    let (date, guessed) = date(first)?;
    let time = if rest.trim().is_empty() { Time::midnight() } else { time(rest)? };
    Some((Moment::Local(DateTime::from_parts(date, time)), guessed))
}
