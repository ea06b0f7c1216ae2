//! What can go wrong in the lake, each with a stable code.

use datafusion::common::DataFusionError;
use std::{io, path::Path};

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{path}: {source}")]
    Disk { path: String, source: io::Error },
    #[error("the lake's list of files is damaged: {0}")]
    Manifest(String),
    #[error("the lake was written by a newer Watchbell (layout {found}; this one knows {known})")]
    TooNew { found: u32, known: u32 },
    #[error("the lake's buffer is full until it is written to disk")]
    Full,
    #[error("a file of the lake cannot be read or written: {0}")]
    Parquet(String),
    #[error("only reading is allowed: {0}")]
    Refused(String),
    #[error("{0}")]
    Query(String),
    #[error("{0}")]
    Denied(String),
    #[error("the search took longer than it may")]
    Deadline,
    #[error("the search needs more memory than it may have: {0}")]
    Memory(String),
    #[error("at character {at}: {message}")]
    Form { at: usize, message: String },
}

impl Error {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Disk { .. } => "lake-disk",
            Self::Manifest(_) => "lake-manifest",
            Self::TooNew { .. } => "lake-too-new",
            Self::Full => "lake-full",
            Self::Parquet(_) => "lake-parquet",
            Self::Refused(_) => "search-refused",
            Self::Query(_) => "search-query",
            Self::Denied(_) => "search-denied",
            Self::Deadline => "search-deadline",
            Self::Memory(_) => "search-memory",
            Self::Form { .. } => "search-form",
        }
    }

    pub(crate) fn disk(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        move |source| Self::Disk { path: path.display().to_string(), source }
    }
}

impl From<DataFusionError> for Error {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(text) => Self::Memory(text.clone()),
            _ => Self::Query(placed(&error)),
        }
    }
}

/// With the place in the query, where that is known.
fn placed(error: &DataFusionError) -> String {
    let told = error.strip_backtrace().replace("datafusion.public.", "").replace("Error during planning: ", "");
    match error.diagnostic().and_then(|about| about.span.as_ref()) {
        Some(span) => format!("line {}, column {}: {told}", span.start.line, span.start.column),
        None => told,
    }
}

impl From<datafusion::parquet::errors::ParquetError> for Error {
    fn from(error: datafusion::parquet::errors::ParquetError) -> Self {
        Self::Parquet(error.to_string())
    }
}

impl From<datafusion::arrow::error::ArrowError> for Error {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        Self::Parquet(error.to_string())
    }
}
