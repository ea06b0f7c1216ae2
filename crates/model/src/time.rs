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

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}
