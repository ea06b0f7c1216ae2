//! Captured events as if other machines had sent them at another hour: each copy has times, hosts, numbers and processes of its own.

use std::time::{SystemTime, UNIX_EPOCH};

/// A line, and what in it tells one copy from another.
pub struct Line {
    text: Vec<u8>,
    places: Vec<(usize, What)>,
    /// Lines of one capture belong to one hour.
    capture: u64,
}

/// A copy of everything captured.
#[derive(Clone, Copy)]
pub struct Pass(pub u64);

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// `2020-10-22T18` is replaced.
    Hour,
    /// The host's number is put in.
    Host,
    /// Digits are put before a record's number.
    Number,
    /// The first digits of a process' id are replaced.
    Process,
}

/// Hours over which copies are spread, back from yesterday.
pub const HOURS: u64 = 30 * 24;
/// Machines of each name.
pub const HOSTS: u64 = 20;
const HOUR_LENGTH: usize = 13;

impl Line {
    pub fn new(text: &[u8], capture: u64) -> Self {
        let mut places = Vec::new();
        for at in 0..text.len() {
            let rest = &text[at..];
            if rest.first() != Some(&b'"') {
                continue;
            }
            if is_hour(&rest[1..]) {
                places.push((at + 1, What::Hour));
            } else if let Some(value) = after(rest, &["\"Hostname\":\"", "\"Computer\":\""]) {
                let label = rest[value..].iter().take_while(|b| !matches!(b, b'.' | b'"')).count();
                places.push((at + value + label, What::Host));
            } else if let Some(value) = after(rest, &["\"RecordNumber\":", "\"EventRecordID\":"]) {
                let quote = usize::from(rest.get(value) == Some(&b'"'));
                places.extend(rest.get(value + quote).filter(|b| b.is_ascii_digit()).map(|_| (at + value + quote, What::Number)));
            } else if let Some(value) =
                after(rest, &["\"ProcessGuid\":\"{", "\"ParentProcessGuid\":\"{", "\"SourceProcessGUID\":\"{", "\"TargetProcessGUID\":\"{"])
            {
                places.push((at + value, What::Process));
            }
        }
        Self { text: text.to_vec(), places, capture }
    }

    pub fn of_pass(&self, pass: Pass, into: &mut Vec<u8>) {
        let mut from = 0;
        for (at, what) in &self.places {
            into.extend_from_slice(&self.text[from..*at]);
            let (put, skip) = match what {
                What::Hour => (pass.hour(self.capture), HOUR_LENGTH),
                What::Host => (format!("-{:02}", pass.0 % HOSTS), 0),
                What::Number => (format!("{}", 1 + pass.0), 0),
                What::Process => (format!("{:04x}", 0x1000 + pass.0), 4),
            };
            // A date keeps the letter between day and hour.
            let put = if *what == What::Hour { put.replace('T', std::str::from_utf8(&self.text[at + 10..at + 11]).unwrap_or("T")) } else { put };
            into.extend_from_slice(put.as_bytes());
            from = at + skip;
        }
        into.extend_from_slice(&self.text[from..]);
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }
}

impl Pass {
    /// `2026-11-24T05`, of a capture in this pass.
    fn hour(self, capture: u64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let back = (capture.wrapping_mul(13) + self.0.wrapping_mul(101)) % HOURS;
        hour_text(now / 86_400 * 24 - 1 - back)
    }
}

/// An hour since 1970 as text.
pub fn hour_text(hours: u64) -> String {
    let (days, hour) = (hours / 24, hours % 24);
    // The civil calendar from days, in eras of 400 years that begin in March.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day_of_month = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}T{hour:02}")
}

/// `20dd-dd-dd?dd:`
fn is_hour(text: &[u8]) -> bool {
    const SHAPE: &[u8] = b"20dd-dd-dd?dd:";
    let fits = |(byte, shape): (&u8, &u8)| match shape {
        b'd' => byte.is_ascii_digit(),
        b'?' => matches!(byte, b' ' | b'T'),
        other => byte == other,
    };
    text.len() > SHAPE.len() && text.iter().zip(SHAPE).all(fits)
}

fn after(text: &[u8], keys: &[&str]) -> Option<usize> {
    keys.iter().find(|key| text.starts_with(key.as_bytes())).map(|key| key.len())
}
