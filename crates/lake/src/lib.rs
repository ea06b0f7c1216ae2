//! The lake: events kept in Parquet files by hour and log source, and searched in process.

mod beside;
mod buffer;
mod columns;
mod compact;
mod cut;
mod disk;
mod distinct;
mod error;
mod field;
mod files;
mod flush;
mod form;
mod has;
mod keys;
mod manifest;
mod merge;
mod near;
mod overlap;
mod prune;
mod retain;
mod rows;
mod rule;
mod search;
mod sql;
mod still;
mod store;
mod table;
mod write;

pub use beside::{Beside, Cells, Holds, Record, Table};
pub use compact::Compacted;
pub use disk::{Disk, RealDisk};
pub use error::Error;
pub use flush::Flushed;
pub use form::form;
pub use near::{Kept, Window};
pub use retain::Dropped;
pub use rows::{Row, Rows};
pub use search::{Found, Limits};
pub use still::{Listed, listed};

use crate::{
    buffer::Buffer,
    files::LakeFile,
    manifest::{Entry, LAYOUT, Manifest},
    overlap::Covered,
    search::Searcher,
};
use datafusion::arrow::array::RecordBatch;
use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

#[derive(Clone, Debug)]
pub struct Options {
    /// At so many bytes of rows in memory, `wants_flush` says so; at twice as many, `add` refuses.
    pub buffer_bytes: usize,
    /// An hour of a log source with so many rows gets files of its own.
    pub enough_rows: usize,
    /// Compaction makes no file that is larger than about this.
    pub file_bytes: u64,
    /// How hard zstd tries: 1 to 22.
    pub level: i32,
    /// Threads of searches.
    pub threads: usize,
    pub disk: Arc<dyn Disk>,
}

impl Default for Options {
    fn default() -> Self {
        Self { buffer_bytes: 64 << 20, enough_rows: 20_000, file_bytes: 256 << 20, level: 3, threads: 2, disk: Arc::new(RealDisk) }
    }
}

pub struct Lake {
    dir: PathBuf,
    options: Options,
    state: RwLock<State>,
    /// Held while rows go from the buffer into files.
    flushing: Mutex<()>,
    /// Held while files are merged or dropped.
    tidying: Mutex<()>,
    /// Held while the list of files is replaced.
    listing: Mutex<()>,
    missing: Vec<String>,
    searcher: Searcher,
}

#[derive(Default)]
struct State {
    files: Vec<Arc<LakeFile>>,
    position: u64,
    next: u64,
    /// On its way into files.
    leaving: Buffer,
    buffer: Buffer,
    /// Files that a list on the disk may or may not name, because replacing it failed.
    doubtful: Vec<PathBuf>,
}

/// What there is to search at one moment.
pub(crate) struct Snapshot {
    pub files: Vec<Arc<LakeFile>>,
    pub batches: Vec<RecordBatch>,
    pub covered: Covered,
}

/// How much is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub files: usize,
    pub rows: u64,
    pub bytes: u64,
    pub buffered_rows: usize,
    pub buffered_bytes: usize,
    /// First and last time of the events in the files.
    pub from: Option<i64>,
    pub to: Option<i64>,
}

impl Lake {
    pub fn open(dir: &Path, options: Options) -> Result<Self, Error> {
        options.disk.create_dir(dir).map_err(Error::disk(dir))?;
        let listed = manifest::read(dir)?;
        let (there, missing): (Vec<Entry>, Vec<Entry>) = listed.files.into_iter().partition(|entry| dir.join(&entry.path).is_file());
        let files: Vec<_> = there.into_iter().map(|entry| LakeFile::new(&options.disk, dir, entry)).collect();
        files::sweep(&*options.disk, dir, &files.iter().map(|file| file.path.clone()).collect::<HashSet<_>>())?;
        let state = State { files, position: listed.position, next: listed.next, ..State::default() };
        Ok(Self {
            searcher: Searcher::new(dir, options.threads)?,
            dir: dir.to_owned(),
            state: RwLock::new(state),
            flushing: Mutex::default(),
            tidying: Mutex::default(),
            listing: Mutex::default(),
            missing: missing.into_iter().map(|entry| entry.path).collect(),
            options,
        })
    }

    /// Files that the list names and that were not there when the lake was opened.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// Everything of the journal before this is in files that a crash leaves alone.
    pub fn position(&self) -> u64 {
        self.read().position
    }

    /// Adds rows to the buffer; `position` is where the journal goes on after them. Says how many were new to the buffer.
    pub fn add(&self, mut rows: Rows, position: u64) -> Result<usize, Error> {
        let (bytes, ids) = (rows.bytes(), rows.take_ids());
        let batch = rows.finish(&ids)?;
        if !self.has_room(bytes) {
            return Err(Error::Full);
        }
        let mut state = self.write();
        let State { buffer, leaving, .. } = &mut *state;
        buffer.add(batch, &ids, bytes, leaving, position)
    }

    /// Whether rows of so many bytes can be added.
    pub fn has_room(&self, bytes: usize) -> bool {
        let state = self.read();
        let held = state.buffer.bytes + state.leaving.bytes;
        held == 0 || bytes == 0 || held + bytes <= 2 * self.options.buffer_bytes
    }

    /// Time to call `flush`, before the buffer has no more room.
    pub fn wants_flush(&self) -> bool {
        self.read().buffer.bytes >= self.options.buffer_bytes
    }

    pub fn stats(&self) -> Stats {
        let state = self.read();
        let entries = || state.files.iter().map(|file| &file.entry);
        Stats {
            files: state.files.len(),
            rows: entries().map(|entry| entry.rows).sum(),
            bytes: entries().map(|entry| entry.bytes).sum(),
            buffered_rows: state.buffer.rows() + state.leaving.rows(),
            buffered_bytes: state.buffer.bytes + state.leaving.bytes,
            from: entries().map(|entry| entry.from).min(),
            to: entries().map(|entry| entry.to).max(),
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let state = self.read();
        Snapshot {
            files: state.files.clone(),
            batches: state.leaving.batches.iter().chain(&state.buffer.batches).cloned().collect(),
            covered: state.leaving.covered(&state.buffer),
        }
    }

    /// Replaces the list of files, on the disk and then in memory.
    fn list(&self, new: Vec<Entry>, old: &[Arc<LakeFile>], position: Option<u64>) -> Result<(), Error> {
        let _listing = lock(&self.listing);
        let mut files: Vec<Arc<LakeFile>> = self.read().files.iter().filter(|file| !old.iter().any(|old| Arc::ptr_eq(old, file))).cloned().collect();
        let fresh: Vec<_> = new.into_iter().map(|entry| LakeFile::new(&self.options.disk, &self.dir, entry)).collect();
        files.extend(fresh.iter().cloned());
        files.sort_by(|a, b| (a.entry.from, &a.entry.path).cmp(&(b.entry.from, &b.entry.path)));
        let (flushed, next) = (position.is_some(), self.read().next);
        let position = position.unwrap_or_else(|| self.read().position);
        let list = Manifest { layout: LAYOUT, position, next, files: files.iter().map(|file| file.entry.clone()).collect() };
        if let Err(error) = manifest::write(&*self.options.disk, &self.dir, &list) {
            self.write().doubtful.extend(fresh.iter().map(|file| file.path.clone()));
            return Err(error);
        }
        self.listed(files, position, flushed);
        for file in old {
            file.unlist();
        }
        Ok(())
    }

    fn listed(&self, files: Vec<Arc<LakeFile>>, position: u64, flushed: bool) {
        let mut state = self.write();
        if flushed {
            state.leaving = Buffer::default();
        }
        (state.files, state.position) = (files, position);
        for path in std::mem::take(&mut state.doubtful) {
            let _ = self.options.disk.remove(&path);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, State> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock(mutex: &Mutex<()>) -> MutexGuard<'_, ()> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
