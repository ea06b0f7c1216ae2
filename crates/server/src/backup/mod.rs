//! Backups: one archive of what an installation knows, made while it runs, and put into an empty data folder again.

mod read;
mod write;

pub use read::{Restored, restore};
pub use write::{Staged, stage, sweep};

use serde::{Deserialize, Serialize};

/// The last file of an archive: what else is in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Contents {
    /// Of this layout.
    pub layout: u32,
    pub version: String,
    /// The installation's id.
    pub installation: String,
    /// Nanoseconds since 1970.
    pub made: i64,
    pub events: bool,
    pub files: Vec<Kept>,
}

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub path: String,
    pub bytes: u64,
    pub blake3: String,
}

const LAYOUT: u32 = 1;
const CONTENTS: &str = "backup.json";
const CONTROL: &str = watchbell_store::FILE;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{place}: {source}")]
    Disk { place: String, source: std::io::Error },
    #[error("the control data: {0}")]
    Store(#[from] watchbell_store::Error),
    #[error("the lake: {0}")]
    Lake(#[from] watchbell_lake::Error),
    #[error("this is no whole backup: {0}")]
    Damaged(String),
    #[error("the backup was made by a newer Watchbell (layout {0}; this one knows {LAYOUT})")]
    TooNew(u32),
    #[error("{0} is not empty: a backup is put into a folder of its own, and the configuration's `data` then names that")]
    NotEmpty(String),
}

fn disk(place: &std::path::Path) -> impl FnOnce(std::io::Error) -> Error {
    let place = place.display().to_string();
    move |source| Error::Disk { place, source }
}
