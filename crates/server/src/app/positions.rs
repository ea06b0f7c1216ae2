//! How far sources have read their files, kept in memory and written to the store now and then: losing the newest only means reading again.

use crate::clock::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use watchbell_io::Positions;
use watchbell_store::{Batch, Checkpoint, Store};

pub struct KeptPositions {
    store: Arc<Store>,
    clock: Arc<dyn Clock>,
    kept: Mutex<BTreeMap<String, Kept>>,
}

/// Of one source.
#[derive(Default)]
struct Kept {
    values: BTreeMap<String, String>,
    /// Grows with each writing: the store keeps the newest.
    writes: u64,
    /// Seconds of the last writing.
    written: i64,
}

impl KeptPositions {
    pub fn new(store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { store, clock, kept: Mutex::default() }
    }

    fn change(&self, source: &str, change: impl FnOnce(&mut BTreeMap<String, String>)) {
        let (now, mut all) = (self.clock.now(), self.lock());
        let kept = all.entry(source.to_owned()).or_default();
        change(&mut kept.values);
        if kept.written != now.seconds() {
            kept.written = now.seconds();
            kept.writes += 1;
            let state = serde_json::to_vec(&kept.values).unwrap_or_default();
            let batch = Batch { checkpoints: vec![Checkpoint { name: name(source), position: kept.writes, state }], ..Batch::default() };
            drop(all);
            // The next writing is tried all the same.
            let _ = self.store.commit(&batch, now.nanos);
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Positions for KeptPositions {
    fn load(&self, source: &str) -> Vec<(String, String)> {
        let Ok(Some(checkpoint)) = self.store.checkpoint(&name(source)) else { return Vec::new() };
        let values: BTreeMap<String, String> = serde_json::from_slice(&checkpoint.state).unwrap_or_default();
        self.lock().insert(source.to_owned(), Kept { values: values.clone(), writes: checkpoint.position, written: 0 });
        values.into_iter().collect()
    }

    fn save(&self, source: &str, key: &str, value: &str) {
        self.change(source, |values| drop(values.insert(key.to_owned(), value.to_owned())));
    }

    fn forget(&self, source: &str, key: &str) {
        self.change(source, |values| drop(values.remove(key)));
    }
}

fn name(source: &str) -> String {
    format!("source {source}")
}
