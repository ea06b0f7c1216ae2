//! Stretches of time of one length, aligned to the epoch, and the part of them in which a trigger is in force.

use super::Taken;

/// When a trigger is in force: it opens windows from then on (always, if none), and none from there on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    pub since: Option<i64>,
    pub until: Option<i64>,
}

/// Nanoseconds; windows that begin within the life.
#[derive(Clone, Copy, Debug)]
pub struct Period {
    pub length: i64,
    pub life: Life,
}

impl Life {
    pub fn has(self, start: i64) -> bool {
        self.since.is_none_or(|since| since <= start) && !self.is_over(start)
    }

    pub fn is_over(self, start: i64) -> bool {
        self.until.is_some_and(|until| until <= start)
    }
}

impl Period {
    pub fn new(seconds: u64, life: Life) -> Self {
        Self { length: nanos(seconds), life }
    }

    /// The period of a match; or why it is in none.
    pub fn of(self, time: i64, watermark: i64) -> Result<i64, Taken> {
        let start = floor(time, self.length);
        if !self.life.has(start) {
            Err(Taken::Outside)
        } else if self.is_closed(start, watermark) {
            Err(Taken::Late)
        } else {
            Ok(start)
        }
    }

    pub fn end(self, start: i64) -> i64 {
        start.saturating_add(self.length)
    }

    /// Whether no match of it comes any more.
    pub fn is_closed(self, start: i64, watermark: i64) -> bool {
        self.end(start).saturating_sub(1) <= watermark
    }
}

/// At least one second.
pub fn nanos(seconds: u64) -> i64 {
    i64::try_from(seconds.max(1)).unwrap_or(i64::MAX).saturating_mul(1_000_000_000)
}

/// The last multiple that is not after a time.
pub fn floor(time: i64, length: i64) -> i64 {
    time.div_euclid(length).saturating_mul(length)
}

/// The first multiple that is not before a time.
pub fn ceil(time: i64, length: i64) -> i64 {
    let below = floor(time, length);
    if below < time { below.saturating_add(length) } else { below }
}
