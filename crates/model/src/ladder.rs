//! The steps of a technique, and how far somebody got on each.

use crate::{EventId, Outcome, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// From the first to the last; `clean_up` is above `run` only in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Look,
    Reach,
    Write,
    Arm,
    Run,
    CleanUp,
}

impl Step {
    pub const ALL: [Self; 6] = [Self::Look, Self::Reach, Self::Write, Self::Arm, Self::Run, Self::CleanUp];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Look => "look",
            Self::Reach => "reach",
            Self::Write => "write",
            Self::Arm => "arm",
            Self::Run => "run",
            Self::CleanUp => "clean_up",
        }
    }
}

/// The steps seen of one actor and technique; one that was not seen is absent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ladder {
    pub steps: BTreeMap<Step, Rung>,
    /// The highest step done.
    pub highest: Option<Step>,
}

/// One step: the best outcome, since when, and its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    pub outcome: Outcome,
    /// Of the first evidence of that outcome.
    pub time: Option<Timestamp>,
    /// Of that outcome, by (time, id); bounded.
    pub events: Vec<EventId>,
}
