//! An instant with the precision that its record has, read from the spellings that logs use.

use jiff::{civil::DateTime, tz::TimeZone};
use std::fmt;

/// Nanoseconds since 1970 in UTC, and how many digits of the second the record wrote.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    pub nanos: i64,
    pub digits: u8,
}

impl Timestamp {
    pub fn from_seconds(seconds: i64) -> Self {
        Self { nanos: seconds.saturating_mul(1_000_000_000), digits: 0 }
    }

    pub fn from_millis(millis: i64) -> Self {
        Self { nanos: millis.saturating_mul(1_000_000), digits: 3 }
    }

    /// Windows' 100 ns ticks since 1601; `None` past the year 2262.
    pub fn from_filetime(ticks: u64) -> Option<Self> {
        let since_1970 = i64::try_from(ticks).ok()?.checked_sub(116_444_736_000_000_000)?;
        Some(Self { nanos: since_1970.checked_mul(100)?, digits: 7 })
    }

    pub fn seconds(self) -> i64 {
        self.nanos.div_euclid(1_000_000_000)
    }

    /// Reads `2020-09-22T00:51:01.205Z`, a space for the `T`, an offset, or no zone at all (then `zone`), and epoch
    /// seconds or milliseconds written as a number.
    pub fn parse(text: &str, zone: &TimeZone) -> Option<Self> {
        let text = text.trim();
        if text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return Self::parse_epoch(text);
        }
        let (date, rest) = (text.get(..10)?, text.get(11..)?);
        let end = rest.find(['Z', 'z', '+', '-', ' ']).unwrap_or(rest.len());
        let (clock, offset) = rest.split_at(end);
        let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, ""));
        let civil: DateTime = format!("{}T{whole}", date.replace('/', "-")).parse().ok()?;
        let base = match offset.trim() {
            "" => zone.to_timestamp(civil).ok()?.as_second(),
            "Z" | "z" | "UTC" | "GMT" => TimeZone::UTC.to_timestamp(civil).ok()?.as_second(),
            offset => TimeZone::UTC.to_timestamp(civil).ok()?.as_second() - offset_seconds(offset)?,
        };
        Self::with_fraction(base, fraction)
    }

    /// Seconds since 1970 of a time as most logs write it (`2020-09-22T00:51:01…`), read at a glance; a time without `Z` or
    /// an offset is taken for UTC, and the second value says so by `false`.
    pub fn glance(text: &[u8]) -> Option<(i64, bool)> {
        let number = |from: usize, to: usize| {
            let digits = text.get(from..to)?;
            digits.iter().try_fold(0_i64, |all, b| b.is_ascii_digit().then(|| 10 * all + i64::from(b - b'0')))
        };
        let marks = [text.get(4)?, text.get(7)?, text.get(13)?, text.get(16)?];
        if !matches!(marks, [b'-' | b'/', b'-' | b'/', b':', b':']) {
            return None;
        }
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let seconds = days(year, month, day)? * 86_400 + number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
        let rest = text[19..].iter().position(|b| !matches!(b, b'.' | b',' | b'0'..=b'9')).map_or(&[][..], |at| &text[19 + at..]);
        match rest {
            [b'Z' | b'z', ..] => Some((seconds, true)),
            [b'+' | b'-', ..] => Some((seconds - offset_seconds(std::str::from_utf8(rest).ok()?)?, true)),
            _ => Some((seconds, false)),
        }
    }

    fn parse_epoch(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let number: i64 = whole.parse().ok()?;
        match whole.len() {
            9 | 10 => Self::with_fraction(number, fraction),
            12 | 13 => Some(Self::from_millis(number)),
            15 | 16 => Some(Self { nanos: number.checked_mul(1_000)?, digits: 6 }),
            18 | 19 => Some(Self { nanos: number, digits: 9 }),
            _ => None,
        }
    }

    fn with_fraction(seconds: i64, fraction: &str) -> Option<Self> {
        if !fraction.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let kept = &fraction[..fraction.len().min(9)];
        let scale = 10_i64.pow(9 - kept.len() as u32);
        let part = if kept.is_empty() { 0 } else { kept.parse::<i64>().ok()? * scale };
        Some(Self { nanos: seconds.checked_mul(1_000_000_000)?.checked_add(part)?, digits: kept.len() as u8 })
    }
}

/// Days since 1970, by the civil calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn offset_seconds(offset: &str) -> Option<i64> {
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    if digits.len() > 4 {
        return None;
    }
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes: i64 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i64>().ok()? * 3600 + minutes * 60))
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC, with as many digits as the record had.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let stamp = jiff::Timestamp::from_nanosecond(i128::from(self.nanos)).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let civil = TimeZone::UTC.to_datetime(stamp);
        write!(f, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S"))?;
        if self.digits > 0 {
            let part = self.nanos.rem_euclid(1_000_000_000);
            let text = format!("{part:09}");
            write!(f, ".{}", &text[..usize::from(self.digits.min(9))])?;
        }
        f.write_str("Z")
    }
}

impl<'de> serde::Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Self::parse(&text, &TimeZone::UTC).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is no time")))
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
