//! A recipe: the kinds of facts that a pack's stories are told from, and how each is put in words.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default)]
pub struct Recipe {
    pub kinds: Vec<Kind>,
}

/// One kind of fact.
#[derive(Clone, Debug)]
pub struct Kind {
    /// `windows_logon`.
    pub id: String,
    pub chapter: Chapter,
    pub lane: Lane,
    pub role: Role,
    /// Sentences with `{{ name }}` in them, best first: the first whose names all have values is said.
    pub says: Vec<String>,
    /// What it hides, if it is an event that blinds (a cleared log, auditing switched off).
    pub gap: Option<GapKind>,
    /// Seconds before and after the alert's events in which it may matter.
    pub before: i64,
    pub after: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chapter {
    /// How they got in.
    Entry,
    /// What ran before: ancestry.
    Before,
    /// What was fetched or dropped.
    Fetched,
    /// The job.
    SetUp,
    /// What ran from it, and what was cleaned up.
    After,
    /// What cannot be seen.
    Unseen,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lane {
    Logon,
    Process,
    File,
    Job,
    Network,
    Cloud,
}

/// What a fact is to the joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// A process began.
    Process,
    ProcessEnd,
    /// An account came in.
    Logon,
    Logoff,
    /// Somebody became somebody else (sudo, su, explicit credentials).
    Switch,
    /// A share or pipe was used from elsewhere.
    Share,
    Network,
    File,
    /// A job was made, changed, removed.
    Job,
    /// A job was started, or ended.
    Run,
    /// A deed in a cloud or cluster.
    Cloud,
    /// Something that blinds.
    Blind,
    /// The clock was set.
    Clock,
    /// The host started: pids and audit sessions begin anew.
    Boot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapKind {
    LogCleared,
    AuditingOff,
    NoCommandLine,
    RecordsMissing,
    SerialCut,
    Silent,
    ClockStep,
}
