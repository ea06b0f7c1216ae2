//! Triggered alerts: written by detection, read in pages, handled by people.

mod change;
mod edit;
mod filter;
mod find;
mod grow;
mod row;
mod told;
mod upsert;

pub use change::{Change, Changed, Edit};
pub use filter::{TriggeredFilter, Visible};
pub use find::Counts;
pub use row::{Comment, EventCopy, TriggeredFull, TriggeredRow};
pub use told::StoryTold;
pub use upsert::Upsert;

pub(crate) use row::priority as priority_of;
pub(crate) use upsert::{Upserted, position, put};

use crate::{Error, Result};

/// Where a triggered alert stands, by the numbers of the reference platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    #[default]
    Unread,
    Updated,
    FalsePositive,
    Watched,
    Closed,
    Reminder,
    Recovery,
    AntiFlood,
    Suppressed,
}

/// How loud it is: 0, 3, 5, 7 or 10.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    VeryLow,
    Low,
    #[default]
    Normal,
    High,
    VeryHigh,
}

/// What the evidence says of the deed, from the least to the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    Tried,
    Failed,
    #[default]
    Done,
}

impl Status {
    pub const ALL: [(Self, u16, &'static str); 9] = [
        (Self::Unread, 0, "unread"),
        (Self::Updated, 1, "updated"),
        (Self::FalsePositive, 2, "false positive"),
        (Self::Watched, 100, "watched"),
        (Self::Closed, 300, "closed"),
        (Self::Reminder, 500, "reminder"),
        (Self::Recovery, 600, "recovery"),
        (Self::AntiFlood, 700, "anti-flood"),
        (Self::Suppressed, 800, "suppressed"),
    ];

    pub fn number(self) -> u16 {
        Self::ALL[self as usize].1
    }

    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    pub fn from_number(number: i64) -> Result<Self> {
        let found = Self::ALL.iter().find(|(_, n, _)| i64::from(*n) == number);
        found.map(|(status, ..)| *status).ok_or_else(|| Error::Invalid { what: "status", why: format!("{number} is none") })
    }
}

impl Priority {
    pub const ALL: [(Self, u8, &'static str); 5] =
        [(Self::VeryLow, 0, "very low"), (Self::Low, 3, "low"), (Self::Normal, 5, "normal"), (Self::High, 7, "high"), (Self::VeryHigh, 10, "very high")];

    pub fn number(self) -> u8 {
        Self::ALL[self as usize].1
    }

    pub fn word(self) -> &'static str {
        Self::ALL[self as usize].2
    }

    pub fn from_number(number: i64) -> Result<Self> {
        let found = Self::ALL.iter().find(|(_, n, _)| i64::from(*n) == number);
        found.map(|(priority, ..)| *priority).ok_or_else(|| Error::Invalid { what: "priority", why: format!("{number} is none") })
    }
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Tried, Self::Failed, Self::Done];

    pub fn word(self) -> &'static str {
        ["tried", "failed", "done"][self as usize]
    }

    pub fn from_number(number: i64) -> Result<Self> {
        usize::try_from(number)
            .ok()
            .and_then(|number| Self::ALL.get(number).copied())
            .ok_or_else(|| Error::Invalid { what: "outcome", why: format!("{number} is none") })
    }
}
