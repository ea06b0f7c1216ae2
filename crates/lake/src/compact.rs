//! Compaction: the small files that a day leaves become few, and what came twice goes.

use crate::{
    Lake, Options,
    cut::{HOUR, hour},
    error::Error,
    files::LakeFile,
    lock, merge,
};
use std::{collections::BTreeMap, sync::Arc};

/// At most so many files are merged at once.
const MAX_FILES: usize = 32;
/// So many small files of an hour are merged before the hour is over.
const MANY: usize = 16;
/// An hour is left alone until nothing has come into it for so long.
const REST: i64 = HOUR / 6;
const DAY_HOURS: i64 = 24;

/// What one merge did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compacted {
    pub before: usize,
    pub after: usize,
    pub duplicates: u64,
}

impl Lake {
    /// Merges one run of files of a log source; `None` when nothing is left to do. Searches and flushes go on meanwhile.
    pub fn compact(&self, now: i64) -> Result<Option<Compacted>, Error> {
        let _tidying = lock(&self.tidying);
        let files = self.read().files.clone();
        let Some(run) = run(files, &self.options, now) else { return Ok(None) };
        let (mut new, duplicates) = merge::merge(self, &run)?;
        let compacted = Compacted { before: run.len(), after: new.len(), duplicates };
        if duplicates == 0 && new.len() >= run.len() {
            for entry in &mut new {
                entry.settled = true;
            }
        }
        self.list(new, &run, None)?;
        Ok(Some(compacted))
    }
}

/// The first run of neighbours that is worth merging.
fn run(files: Vec<Arc<LakeFile>>, options: &Options, now: i64) -> Option<Vec<Arc<LakeFile>>> {
    let mut sources: BTreeMap<(String, String, bool), Vec<Arc<LakeFile>>> = BTreeMap::new();
    for file in files {
        let entry = &file.entry;
        sources.entry((entry.product.clone(), entry.service.clone(), entry.dated)).or_default().push(file);
    }
    sources.into_values().find_map(|mut files| {
        files.sort_by_key(|file| file.entry.from);
        let mut rest = files.as_slice();
        while !rest.is_empty() {
            let run = &rest[..length(rest, options)];
            if worth(run, options, now) {
                return Some(run.to_vec());
            }
            rest = &rest[run.len()..];
        }
        None
    })
}

/// How many files, from the first, belong together.
fn length(files: &[Arc<LakeFile>], options: &Options) -> usize {
    let first = &files[0].entry;
    let (mut bytes, mut to, mut thin) = (first.bytes, first.to, first.rows < options.enough_rows as u64);
    for (count, file) in files.iter().enumerate().skip(1) {
        let entry = &file.entry;
        bytes += entry.bytes;
        let overlaps = entry.from <= to || !entry.dated;
        let same_hour = hour(entry.from) == hour(first.from);
        thin |= entry.rows < options.enough_rows as u64;
        let same_day = thin && hour(entry.to.max(to)) - hour(first.from) < DAY_HOURS;
        if count == MAX_FILES || bytes > options.file_bytes || !(overlaps || same_hour || same_day) {
            return count;
        }
        to = to.max(entry.to);
    }
    files.len()
}

fn worth(run: &[Arc<LakeFile>], options: &Options, now: i64) -> bool {
    if run.len() < 2 || run.iter().all(|file| file.entry.settled) {
        return false;
    }
    let small = run.iter().filter(|file| file.entry.bytes < options.file_bytes / 4).count();
    let rested = run.iter().all(|file| now.saturating_sub(file.entry.received) >= REST && hour(file.entry.to.min(file.entry.received)) < hour(now));
    small >= MANY || (rested && small > 0)
}
