//! What becomes of the status of a triggered alert that somebody has handled, when it grows.
//!
//! | it was | and only its count grew | and it got worse (outcome, step, priority) |
//! |---|---|---|
//! | unread, updated | stays | stays: nobody has seen it as it was |
//! | watched | stays; the row says how many came since | updated |
//! | closed | updated | updated |
//! | false positive | stays: more of the same was judged already | updated: what was judged was less |
//! | reminder, recovery, anti-flood, suppressed | stays | stays: whoever set it decides again |
//!
//! It is told as `updated`, with an audit row of what it was, and never put back to unread. Who closed or acknowledged it,
//! the assignee, comments, tags and a priority set by hand stay as they are.

use super::{Outcome, Priority, Status};

/// What of a triggered alert can get worse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Weight {
    pub outcome: Outcome,
    pub step: i64,
    pub priority: Priority,
    pub count: u64,
}

pub(crate) fn status(was: Status, before: &Weight, after: &Weight) -> Status {
    let worse = after.outcome > before.outcome || after.step > before.step || after.priority > before.priority;
    match was {
        Status::Watched | Status::FalsePositive if worse => Status::Updated,
        Status::Closed if worse || after.count > before.count => Status::Updated,
        other => other,
    }
}
