//! What people can do to triggered alerts.

use super::{Priority, Status};

/// Everything that is given is done, in one transaction, with one audit row for each triggered alert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    pub status: Option<Status>,
    /// `Some(None)` gives the priority back to detection.
    pub priority: Option<Option<Priority>>,
    /// `Some(None)` takes the assignee away.
    pub assignee: Option<Option<String>>,
    /// True acknowledges, false takes it back. Who did it first stays.
    pub acknowledge: Option<bool>,
    pub add_tags: Vec<String>,
    pub remove_tags: Vec<String>,
    pub comment: Option<String>,
}

/// One that is to be edited, and the revision that it is expected to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub id: String,
    pub revision: Option<i64>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    Done {
        revision: i64,
    },
    /// It was so already.
    Same {
        revision: i64,
    },
    Missing,
    Conflict {
        found: i64,
    },
}
