//! What can go wrong, each with a stable code.

use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(
        "this data folder was written by a newer Watchbell (its control data has version {found}, this program knows {known}): \
         run the newer program, or restore a backup that was made before the update"
    )]
    TooNew { found: u32, known: u32 },
    #[error("migration {number} was applied to this data folder with another text than this program's: it was made by an altered build")]
    Altered { number: u32 },
    #[error("{path} is not control data of Watchbell")]
    Foreign { path: String },
    #[error("there is no {kind} {id:?}")]
    Missing { kind: &'static str, id: String },
    #[error("{kind} {id:?} was changed meanwhile: it has revision {found}, the edit expected {expected}")]
    Conflict { kind: &'static str, id: String, expected: i64, found: i64 },
    #[error("there is already a {kind} {id:?}")]
    Exists { kind: &'static str, id: String },
    #[error("{kind} {id:?} is still in use by {by}")]
    InUse { kind: &'static str, id: String, by: String },
    #[error("{what} is too long: at most {most} bytes")]
    TooLong { what: &'static str, most: usize },
    #[error("{what}: {why}")]
    Invalid { what: &'static str, why: String },
    #[error("{0}")]
    Refused(&'static str),
    #[error("the disk is full: {0}")]
    Full(String),
    #[error("the control data can't be written: {0}")]
    ReadOnly(String),
    #[error("the control data is damaged: {0}")]
    Damaged(String),
    #[error("another process holds the control data: {0}")]
    Busy(String),
    #[error("the query took too long")]
    Interrupted,
    #[error("{what}: {source}")]
    Io { what: String, source: std::io::Error },
    #[error("control data: {0}")]
    Sql(rusqlite::Error),
}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooNew { .. } => "store_too_new",
            Self::Altered { .. } => "store_altered",
            Self::Foreign { .. } => "store_foreign",
            Self::Missing { .. } => "not_found",
            Self::Conflict { .. } => "conflict",
            Self::Exists { .. } => "exists",
            Self::InUse { .. } => "in_use",
            Self::TooLong { .. } => "too_long",
            Self::Invalid { .. } => "invalid",
            Self::Refused(_) => "refused",
            Self::Full(_) => "store_full",
            Self::ReadOnly(_) => "store_read_only",
            Self::Damaged(_) => "store_damaged",
            Self::Busy(_) => "store_busy",
            Self::Interrupted => "store_interrupted",
            Self::Io { .. } => "store_io",
            Self::Sql(_) => "store_sql",
        }
    }

    /// Whether the same act may work later, without anybody changing it.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Full(_) | Self::ReadOnly(_) | Self::Busy(_) | Self::Io { .. })
    }

    pub(crate) fn missing(kind: &'static str, id: &str) -> Self {
        Self::Missing { kind, id: id.to_owned() }
    }

    pub(crate) fn io(what: impl Into<String>, source: std::io::Error) -> Self {
        Self::Io { what: what.into(), source }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(error.to_string()),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::ReadOnly(error.to_string()),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => Self::Damaged(error.to_string()),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(error.to_string()),
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            Some(ErrorCode::SystemIoFailure) => Self::Io { what: "the control data's file".to_owned(), source: std::io::Error::other(error.to_string()) },
            _ => Self::Sql(error),
        }
    }
}
