//! A point in time as a definition writes it: an instant, a local time, a time of day, or so long after it was registered.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;

/// When a trigger starts or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Moment {
    /// The same everywhere, with the offset in which it was written.
    Instant(Timestamp, Offset),
    /// On the host's clock.
    Local(DateTime),
    /// On the day on which the trigger is registered.
    Clock(Time),
    /// Seconds after the trigger is registered.
    Later(i64),
    /// The minute in which it is registered.
    ThisMinute,
}

impl Moment {
    /// Reads `2020-09-22T00:50:00`, with `Z`, an offset or neither, with or without seconds, a fraction, a time.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, rest) = text.get(..10).filter(|_| text.len() <= 64).map(|date| (date, &text[10..]))?;
        let date: Date = date.parse().ok()?;
        let rest = rest.trim_start_matches(['T', 't', ' ']);
        let end = rest.find(['Z', 'z', '+', '-']).unwrap_or(rest.len());
        let civil = date.to_datetime(if end == 0 { Time::midnight() } else { clock(&rest[..end])? });
        match rest[end..].trim() {
            "" => Some(Self::Local(civil)),
            offset => {
                let offset = parse_offset(offset)?;
                Some(Self::Instant(offset.to_timestamp(civil).ok()?, offset))
            }
        }
    }

    /// Reads what [`fmt::Display`] writes.
    fn read(text: &str) -> Option<Self> {
        if text == "+0m" {
            return Some(Self::ThisMinute);
        }
        if let Some(seconds) = text.strip_prefix('+') {
            return Some(Self::Later(seconds.strip_suffix('s')?.parse().ok()?));
        }
        if text.as_bytes().get(2) == Some(&b':') { clock(text).map(Self::Clock) } else { Self::parse(text) }
    }
}

/// `9:00`, `09:00:30`, `09:00:30.5`; what is below the second is dropped.
pub fn clock(text: &str) -> Option<Time> {
    let whole = text.trim().split(['.', ',']).next()?;
    let mut parts = whole.split(':');
    let mut number = |least: usize| -> Option<i8> {
        match parts.next() {
            Some(part) if part.len() <= 2 => part.parse().ok(),
            Some(_) => None,
            None => (least == 0).then_some(0),
        }
    };
    let (hour, minute, second) = (number(1)?, number(1)?, number(0)?);
    parts.next().is_none().then(|| Time::new(hour, minute, second, 0).ok())?
}

fn parse_offset(text: &str) -> Option<Offset> {
    if matches!(text, "Z" | "z") {
        return Some(Offset::UTC);
    }
    let sign = match text.as_bytes().first()? {
        b'-' => -1,
        b'+' => 1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number = |at: std::ops::Range<usize>| digits.get(at).map_or(Some(0), |d| d.parse::<i32>().ok());
    let valid = matches!(digits.len(), 2 | 4) && digits.bytes().all(|b| b.is_ascii_digit());
    valid.then_some(())?;
    Offset::from_seconds(sign * (number(0..2)? * 3600 + number(2..4)? * 60)).ok()
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(at, Offset::UTC) => write!(f, "{}Z", TimeZone::UTC.to_datetime(*at).strftime("%Y-%m-%dT%H:%M:%S")),
            Self::Instant(at, offset) => {
                let (sign, seconds) = (if offset.is_negative() { '-' } else { '+' }, offset.seconds().abs());
                write!(f, "{}{sign}{:02}:{:02}", offset.to_datetime(*at).strftime("%Y-%m-%dT%H:%M:%S"), seconds / 3600, seconds / 60 % 60)
            }
            Self::Local(civil) => write!(f, "{}", civil.strftime("%Y-%m-%dT%H:%M:%S")),
            Self::Clock(time) => write!(f, "{}", time.strftime("%H:%M:%S")),
            Self::Later(seconds) => write!(f, "+{seconds}s"),
            Self::ThisMinute => f.write_str("+0m"),
        }
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

impl TryFrom<String> for Moment {
    type Error = crate::JobError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::read(&text).ok_or(crate::JobError::Schedule)
    }
}
