//! The lake's list of files and its place in the journal: one small JSON file, replaced as a whole.

use crate::{disk::Disk, error::Error};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{Read, Write},
    path::Path,
};

/// Raised when an older program could no longer read the folder.
pub(crate) const LAYOUT: u32 = 1;
pub(crate) const NAME: &str = "manifest.json";
const MAX_BYTES: u64 = 1 << 30;
/// Files with more hosts are told by the first and last name only.
pub(crate) const MAX_NAMES: usize = 64;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub layout: u32,
    /// Everything of the journal before this is in the files.
    pub position: u64,
    /// The number of the next file.
    pub next: u64,
    pub files: Vec<Entry>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self { layout: LAYOUT, position: 0, next: 1, files: Vec::new() }
    }
}

/// What is known of a file without opening it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Within the lake's folder.
    pub path: String,
    pub product: String,
    pub service: String,
    pub rows: u64,
    pub bytes: u64,
    /// First and last time in it.
    pub from: i64,
    pub to: i64,
    /// When the last of its rows was received.
    pub received: i64,
    /// Do its events tell their times?
    pub dated: bool,
    pub hosts: Names,
    pub codes: Names,
    /// Merging it with its neighbours gave nothing.
    #[serde(default)]
    pub settled: bool,
}

/// The different values of a column: all of them where they are few. A row without a value counts as an empty one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Names {
    pub first: String,
    pub last: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all: Option<Vec<String>>,
}

pub(crate) fn read(dir: &Path) -> Result<Manifest, Error> {
    let path = dir.join(NAME);
    let file = match fs::File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Manifest::default()),
        Err(error) => return Err(Error::disk(&path)(error)),
    };
    let mut text = Vec::new();
    file.take(MAX_BYTES).read_to_end(&mut text).map_err(Error::disk(&path))?;
    parse(&text)
}

fn parse(text: &[u8]) -> Result<Manifest, Error> {
    #[derive(Deserialize)]
    struct Head {
        layout: u32,
    }
    let damaged = |error: serde_json::Error| Error::Manifest(error.to_string());
    let head: Head = serde_json::from_slice(text).map_err(damaged)?;
    if head.layout > LAYOUT {
        return Err(Error::TooNew { found: head.layout, known: LAYOUT });
    }
    serde_json::from_slice(text).map_err(damaged)
}

/// The old one is there until the new one is, whole and on the disk.
pub(crate) fn write(disk: &dyn Disk, dir: &Path, manifest: &Manifest) -> Result<(), Error> {
    let (path, new) = (dir.join(NAME), dir.join("manifest.json.tmp"));
    let mut file = disk.create(&new).map_err(Error::disk(&new))?;
    serde_json::to_writer(&mut file, manifest).map_err(|error| Error::disk(&new)(error.into()))?;
    file.flush().map_err(Error::disk(&new))?;
    drop(file);
    disk.sync(&new).map_err(Error::disk(&new))?;
    disk.rename(&new, &path).map_err(Error::disk(&path))?;
    disk.sync_dir(dir).map_err(Error::disk(dir))
}
