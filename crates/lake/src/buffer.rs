//! The newest rows, in memory: searched together with the files until they are in one.

use crate::{
    cut::hour,
    error::Error,
    keys::Keys,
    overlap::{Covered, joined},
};
use datafusion::arrow::{
    array::{BooleanArray, RecordBatch},
    compute::filter_record_batch,
};
use std::collections::{HashMap, HashSet};

pub(crate) type Ids = HashSet<[u8; 16], foldhash::fast::RandomState>;

/// Rows that go into files together, each id once.
#[derive(Default)]
pub(crate) struct Buffer {
    pub batches: Vec<RecordBatch>,
    ids: Ids,
    spans: HashMap<i64, (i64, i64)>,
    undated: bool,
    pub bytes: usize,
    /// Everything of the journal before this is here or in the files; `None`: nothing was added.
    pub position: Option<u64>,
}

impl Buffer {
    pub fn rows(&self) -> usize {
        self.ids.len()
    }

    pub fn holds(&self, id: &[u8; 16]) -> bool {
        self.ids.contains(id)
    }

    /// Adds the rows that are in neither buffer; says how many these were.
    pub fn add(&mut self, batch: RecordBatch, ids: &[[u8; 16]], bytes: usize, older: &Self, position: u64) -> Result<usize, Error> {
        let new: Vec<bool> = ids.iter().map(|id| !older.holds(id) && self.ids.insert(*id)).collect();
        let count = new.iter().filter(|new| **new).count();
        let batch = if count == ids.len() { batch } else { filter_record_batch(&batch, &BooleanArray::from(new))? };
        self.position = Some(position);
        if count > 0 {
            self.bytes += bytes;
            self.cover(&Keys::of(&batch)?);
            self.batches.push(batch);
        }
        Ok(count)
    }

    fn cover(&mut self, keys: &Keys) {
        for row in 0..keys.len() {
            let time = keys.time(row);
            if keys.dated(row) {
                let span = self.spans.entry(hour(time)).or_insert((time, time));
                *span = (span.0.min(time), span.1.max(time));
            } else {
                self.undated = true;
            }
        }
    }

    pub fn covered(&self, other: &Self) -> Covered {
        Covered { times: joined(self.spans.values().chain(other.spans.values()).copied().collect()), undated: self.undated || other.undated }
    }

    /// Takes in what came later: writing this one failed.
    pub fn append(&mut self, later: Self) {
        self.batches.extend(later.batches);
        self.ids.extend(later.ids);
        self.bytes += later.bytes;
        self.undated |= later.undated;
        self.position = later.position.or(self.position);
        for (hour, span) in later.spans {
            let mine = self.spans.entry(hour).or_insert(span);
            *mine = (mine.0.min(span.0), mine.1.max(span.1));
        }
    }
}
