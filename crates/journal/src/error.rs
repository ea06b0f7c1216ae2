//! Why the journal refuses, each with a stable code; cheap to clone, since a whole group gets the same answer.

use crate::{Damage, Position};
use std::{io, sync::Arc};
use thiserror::Error;

#[derive(Clone, Debug, Error)]
pub enum Error {
    #[error("{waiting} bytes wait to be written already")]
    Full { waiting: usize },
    #[error("the journal holds {held} bytes, {most} are allowed: its readers must go on first")]
    Limit { held: u64, most: u64 },
    #[error("an entry of {bytes} bytes, at most {most} are allowed")]
    TooLarge { bytes: usize, most: usize },
    #[error("the journal is closed")]
    Closed,
    #[error("{folder} is used by another process")]
    Locked { folder: Arc<str> },
    #[error("{file} has format version {version}, newer than this program knows")]
    Version { file: Arc<str>, version: u8 },
    #[error("{0}")]
    Damaged(Damage),
    #[error("position {wanted} is no longer kept, the first is {first}")]
    Gone { wanted: Position, first: Position },
    #[error("position {wanted} lies after the end, {end}")]
    Beyond { wanted: Position, end: Position },
    #[error("{doing} {file}: {source}")]
    Io { doing: &'static str, file: Arc<str>, source: Arc<io::Error> },
}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Full { .. } => "journal.full",
            Self::Limit { .. } => "journal.limit",
            Self::TooLarge { .. } => "journal.too-large",
            Self::Closed => "journal.closed",
            Self::Locked { .. } => "journal.locked",
            Self::Version { .. } => "journal.version",
            Self::Damaged(_) => "journal.damaged",
            Self::Gone { .. } => "journal.gone",
            Self::Beyond { .. } => "journal.beyond",
            Self::Io { .. } => "journal.io",
        }
    }

    pub(crate) fn io(doing: &'static str, file: &str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { doing, file: file.into(), source: Arc::new(source) }
    }
}
