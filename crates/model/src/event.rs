//! An event that somebody needs whole: its identity, its place, its time, and the fields of the view that matched.

use crate::{EventId, LogSource, Timestamp, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Where a record stands. `lines` are 1-based, first and last, of the decompressed file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    pub lines: Option<(u64, u64)>,
    /// The record's own number in an EVTX file.
    pub record: Option<u64>,
}

/// What the evidence says of the deed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The evidence does not tell (a command line alone, a lost SYSCALL).
    Tried,
    /// The event says that it did not work.
    Failed,
    #[default]
    Done,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        ["tried", "failed", "done"][self as usize]
    }
}

/// One event with everything in it.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: EventId,
    pub time: Option<Timestamp>,
    /// Whether the time was worked out (a missing year, a file's time) and not told by the record.
    pub guessed: bool,
    pub host: Option<String>,
    pub place: Place,
    pub source: LogSource,
    /// The document, as the record writes it.
    pub document: Value,
}
