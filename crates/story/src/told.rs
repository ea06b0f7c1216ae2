//! What a story comes to: entries in order of time, each with its join; the process tree; and what cannot be seen.

use crate::{Chapter, GapKind, Lane};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use watchbell_model::{EventId, Outcome, Timestamp};

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Story {
    /// One to three sentences: what, by whom, tried or done; when it runs next.
    pub summary: Vec<String>,
    /// At most sixty, by (time, event).
    pub entries: Vec<Entry>,
    /// The processes of the story, parents before children.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<Process>,
    /// Joined facts that found no room.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Entry {
    pub chapter: Chapter,
    pub lane: Lane,
    /// Seldom absent: only where no record of the alert told a time.
    pub time: Option<Timestamp>,
    pub host: Option<String>,
    pub text: String,
    pub event: EventId,
    pub outcome: Outcome,
    pub join: Join,
    /// Whether it is one of the alert's own events.
    pub own: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    pub strength: Strength,
    /// What joins: `LogonId`, `ProcessGuid`, `session`, `job`, `address`.
    pub by: Cow<'static, str>,
    /// In words, with the value: `same logon session 0x5a41984`.
    pub reason: String,
}

/// From the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    Weak,
    Strong,
    Exact,
}

/// A process of the story, as it was then.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Process {
    /// Place of its parent in the list.
    pub parent: Option<usize>,
    pub time: Option<Timestamp>,
    pub host: Option<String>,
    pub user: Option<String>,
    pub pid: Option<String>,
    pub image: String,
    pub command: Option<String>,
    /// The event that told of it; none where only its child names it.
    pub event: Option<EventId>,
    /// Whether an event of the alert is its doing.
    pub own: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub kind: GapKind,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub text: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
