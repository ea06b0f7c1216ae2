//! A deed: what one event told of one job.

use crate::Job;
use std::sync::Arc;
use watchbell_model::{EventId, Timestamp};

/// What one event told of one job.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Where the job is: the target of a deed done from elsewhere; of a cloud its account or cluster. As the record writes it.
    pub host: Option<Arc<str>>,
    pub time: Option<Timestamp>,
    pub event: EventId,
    /// The account that did it.
    pub by: Option<String>,
    /// The address that it came from.
    pub from: Option<String>,
    pub what: What,
    /// Which kind of record told it: one run is told by several (it began, its action ended), each kind once.
    pub told_by: Option<Arc<str>>,
    /// As far as the event tells it: a name alone, or the whole definition.
    pub job: Arc<Job>,
}

/// What was done to a job, or by it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    Made,
    Changed,
    Enabled,
    Disabled,
    /// It began to run.
    Started,
    /// It ran to its end, and this came of it.
    Ran {
        result: Option<String>,
    },
    /// It ended, and nothing more is told.
    Ended,
    Deleted,
}

impl What {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Changed => "changed",
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Started => "started",
            Self::Ran { .. } => "ran",
            Self::Ended => "ended",
            Self::Deleted => "deleted",
        }
    }
}
