//! Times of syslog lines, and the year that old lines lack.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use watchbell_model::Timestamp;

/// A time as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stamp<'a> {
    None,
    /// A date with its year, in ISO 8601.
    Full(&'a str),
    /// `Mar 11 19:26:39`: month, day, and the clock as written.
    Short {
        month: i8,
        day: i8,
        clock: &'a str,
    },
}

const MONTHS: [&[u8; 3]; 12] = [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];

/// The time that a line begins with, and what follows it and its space.
pub(crate) fn read(line: &[u8]) -> Option<(Stamp<'_>, &[u8])> {
    if line.first()?.is_ascii_digit() { full(line) } else { short(line).or_else(|| spoken(line)) }
}

/// `Wed 2019-10-02 02:13:51 UTC`, of `journalctl -o short-full`.
fn spoken(line: &[u8]) -> Option<(Stamp<'_>, &[u8])> {
    let rest = line.get(4..).filter(|_| DAYS.iter().any(|day| line.starts_with(*day)))?;
    let shaped = rest.len() > 24 && rest[4] == b'-' && rest[7] == b'-' && rest[10] == b' ' && rest[13] == b':';
    let end = 20 + memchr::memchr(b' ', rest.get(20..)?)?;
    shaped.then_some((Stamp::Full(std::str::from_utf8(&rest[..end]).ok()?), &rest[end + 1..]))
}

const DAYS: [&[u8; 4]; 7] = [b"Mon ", b"Tue ", b"Wed ", b"Thu ", b"Fri ", b"Sat ", b"Sun "];

/// `2026-11-24T04:15:44.371810+00:00`.
fn full(line: &[u8]) -> Option<(Stamp<'_>, &[u8])> {
    let end = memchr::memchr(b' ', &line[..line.len().min(48)])?;
    let (word, rest) = (&line[..end], &line[end + 1..]);
    let shaped = word.len() >= 19 && word[4] == b'-' && word[7] == b'-' && word[10] == b'T' && word[13] == b':';
    shaped.then_some((Stamp::Full(std::str::from_utf8(word).ok()?), rest))
}

/// `Mar  6 04:07:28`, with a fraction or a colon after it maybe.
fn short(line: &[u8]) -> Option<(Stamp<'_>, &[u8])> {
    let (name, rest) = line.split_first_chunk::<3>()?;
    let month = (1..).zip(MONTHS).find(|(_, month)| *month == name)?.0;
    let rest = rest.strip_prefix(b" ")?.trim_ascii_start();
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let day: i8 = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok().filter(|day| (1..=31).contains(day))?;
    let rest = rest[digits..].strip_prefix(b" ")?;
    let length = rest.iter().position(|b| *b == b' ').unwrap_or(rest.len());
    let clock = rest[..length].strip_suffix(b":").unwrap_or(&rest[..length]);
    let shaped = clock.len() >= 8 && clock[2] == b':' && clock[5] == b':' && clock.iter().all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.'));
    shaped.then_some((Stamp::Short { month, day, clock: std::str::from_utf8(clock).ok()? }, rest[length..].trim_ascii_start()))
}

/// Guesses the years of a stream's lines, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Years {
    /// What the user says of the first line.
    given: Option<i16>,
    modified: Option<Date>,
    year: Option<i16>,
    month: i8,
}

impl Years {
    pub fn new(given: Option<i16>, modified: Option<i64>, zone: &TimeZone) -> Self {
        let modified = modified.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok()).map(|time| zone.to_datetime(time).date());
        Self { given, modified, year: None, month: 0 }
    }

    /// A line that tells its year.
    pub fn see(&mut self, year: i16, month: i8) {
        (self.year, self.month) = (Some(year), month);
    }

    /// The year of the next line, which is of this month and day.
    pub fn next(&mut self, month: i8, day: i8) -> Option<i16> {
        let year = self.year.or(self.given).or_else(|| self.before_modified(month, day))?;
        // From December to January it turns; a line that came late may step back over it.
        let turned = match month - self.month {
            _ if self.month == 0 => 0,
            ..=-7 => 1,
            7.. => -1,
            _ => 0,
        };
        (self.year, self.month) = (Some(year + turned), month);
        self.year
    }

    /// A log ends when it was last written: the first line is not after that.
    fn before_modified(&self, month: i8, day: i8) -> Option<i16> {
        let modified = self.modified?;
        let later = (month, day) > (modified.month(), modified.day());
        let same = (0..8).map(|back| modified.year() - i16::from(later) - back);
        // The 29th of February is of a leap year.
        same.into_iter().find(|year| Date::new(*year, month, day).is_ok())
    }
}

/// The year and month of a full date.
pub(crate) fn year_month(text: &str) -> Option<(i16, i8)> {
    Some((text.get(..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?))
}

/// A short time in its year.
pub(crate) fn in_year(year: i16, month: i8, day: i8, clock: &str, zone: &TimeZone) -> Option<Timestamp> {
    let date = Date::new(year, month, day).ok()?;
    let text = format!("{date}T{clock}");
    // The clock is checked by the parser of the whole.
    let _: DateTime = text.split('.').next()?.parse().ok()?;
    Timestamp::parse(&text, zone)
}
