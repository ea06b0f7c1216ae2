//! What starts a job, typed: kept beside the words, so that its next runs can be told without reading the definition again.
//!
//! Expressions stay as they were written and are compiled only when somebody asks for runs: decoding stands on the scan's hot path.

use crate::Moment;
use serde::{Deserialize, Serialize};

/// One trigger of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trigger {
    pub when: When,
    /// From when on; of calendar triggers also the time of day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<Moment>,
    /// The zone that the definition itself names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repeat: Option<Repeat>,
    /// Seconds that pass before it runs.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub delay: u64,
    /// Seconds within which it runs at random.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub random: u64,
    /// Switched off by itself, whatever the job is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub off: bool,
    /// A run that was missed is made up for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub catch_up: bool,
    /// Read from what could mean something else: a date in an unknown order, a distribution's usual table.
    #[serde(default, skip_serializing_if = "is_false")]
    pub guessed: bool,
}

/// What a trigger waits for. Sets are bits: Sunday, January and the first are bit 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// At its start.
    Once,
    Daily {
        every: u32,
    },
    /// Without days on the start's.
    Weekly {
        every: u32,
        days: u8,
    },
    /// Without days on the start's.
    Monthly {
        every: u32,
        months: u16,
        days: u32,
        last: bool,
    },
    /// `weeks`: first to fourth, then the last (bit 4).
    MonthlyOn {
        every: u32,
        months: u16,
        weeks: u8,
        days: u8,
    },
    /// Every so many seconds from its start.
    Every {
        seconds: u64,
    },
    Cron {
        expression: String,
        dialect: Dialect,
    },
    /// systemd's `OnCalendar`.
    Calendar {
        expression: String,
    },
    /// So many seconds after something, once for each.
    After {
        what: Anchor,
        seconds: u64,
    },
    /// Each time that something happens.
    On {
        what: Anchor,
        /// Whose logon, which event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<String>,
    },
    /// at's own words for a time.
    At {
        spec: String,
    },
}

/// Whose rules a cron expression follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Vixie's cron as Debian keeps it; cronie's is the same in what matters here.
    Vixie,
    Kubernetes,
}

/// What a trigger counts from or waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    Boot,
    /// The service manager's start: the boot's, or a user's first logon.
    Startup,
    /// The timer is switched on, the task is registered.
    Registration,
    Run,
    RunEnd,
    Logon,
    Idle,
    Event,
    Session,
    /// Its address is called.
    Call,
    /// Another schedule that it is linked to.
    Schedule,
    Load,
    Unknown,
}

/// Runs after each activation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// Seconds between runs.
    pub interval: u64,
    /// For how many seconds; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u64>,
    /// Whether what still runs at the end is stopped.
    #[serde(default, skip_serializing_if = "is_false")]
    pub stop: bool,
}

/// The most triggers of a job that are kept (a task of Windows has at most 48).
pub const MOST: usize = 48;
/// Longer expressions are none.
const LONGEST: usize = 512;

pub const ALL_MONTHS: u16 = 0xfff;
pub const ALL_DAYS: u8 = 0x7f;
/// The bit of the last week of a month.
pub const LAST_WEEK: u8 = 1 << 4;

const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl Trigger {
    pub fn new(when: When) -> Self {
        Self { when, start: None, end: None, zone: None, repeat: None, delay: 0, random: 0, off: false, catch_up: false, guessed: false }
    }

    pub(crate) fn on(what: Anchor) -> Self {
        Self::new(When::On { what, of: None })
    }

    pub(crate) fn on_of(what: Anchor, of: Option<&str>) -> Self {
        Self::new(When::On { what, of: of.map(|text| text.chars().take(LONGEST).collect()) })
    }

    pub(crate) fn cron(expression: &str, dialect: Dialect) -> Option<Self> {
        bounded(expression).map(|expression| Self::new(When::Cron { expression, dialect }))
    }

    pub(crate) fn calendar(expression: &str) -> Option<Self> {
        bounded(expression).map(|expression| Self::new(When::Calendar { expression }))
    }

    pub(crate) fn at(spec: &str) -> Option<Self> {
        bounded(spec).map(|spec| Self::new(When::At { spec }))
    }

    pub(crate) fn once(start: Moment) -> Self {
        Self { start: Some(start), ..Self::new(When::Once) }
    }

    pub(crate) fn guess(self) -> Self {
        Self { guessed: true, ..self }
    }

    pub(crate) fn in_zone(self, zone: Option<&str>) -> Self {
        let zone = zone.filter(|z| z.len() <= LONGEST).map(str::to_owned).or(self.zone);
        Self { zone, ..self }
    }
}

/// A weekday's bit by its name in English, whole or cut after three letters.
pub fn weekday(name: &str) -> Option<u8> {
    named(name, WEEKDAYS).map(|index| 1 << index)
}

/// A month's bit by its name.
pub fn month(name: &str) -> Option<u16> {
    named(name, MONTHS).map(|index| 1 << index)
}

fn named(name: &str, names: &[&str]) -> Option<usize> {
    let short = name.trim().get(..3)?;
    names.iter().position(|known| known.eq_ignore_ascii_case(short))
}

fn bounded(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= LONGEST).then(|| text.to_owned())
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}
