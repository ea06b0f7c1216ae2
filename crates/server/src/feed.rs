//! What happens, told to whoever is watching: triggered alerts as they come, and counts for metrics.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use watchbell_model::EventId;
use watchbell_pipeline::Tally;

/// Told by one, watched by many.
pub struct Feed {
    /// Grows with everything that was kept: whoever waits looks at the store again.
    changes: watch::Sender<u64>,
    tally: Mutex<Tally>,
    troubles: Mutex<Vec<String>>,
    lags: [AtomicU64; LAGS.len() + 1],
    /// How far detection has read the journal.
    position: AtomicU64,
    /// Triggered alerts whose stories are to be told.
    untold: watch::Sender<Vec<EventId>>,
}

/// Milliseconds.
const LAGS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 10_000];
/// Different ones that are kept.
const TROUBLES: usize = 100;

impl Default for Feed {
    fn default() -> Self {
        Self {
            changes: watch::channel(0).0,
            tally: Mutex::default(),
            troubles: Mutex::default(),
            lags: Default::default(),
            position: AtomicU64::new(0),
            untold: watch::channel(Vec::new()).0,
        }
    }
}

impl Feed {
    /// These are new, or grew.
    pub fn triggered(&self, ids: Vec<EventId>) {
        if !ids.is_empty() {
            self.untold.send_modify(|untold| untold.extend(ids));
            self.changed();
        }
    }

    pub fn changed(&self) {
        self.changes.send_modify(|n| *n += 1);
    }

    pub fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Wakes when stories are to be told.
    pub fn untold(&self) -> watch::Receiver<Vec<EventId>> {
        self.untold.subscribe()
    }

    /// The triggered alerts whose stories are to be told; they are no more on the list.
    pub fn take_untold(&self) -> Vec<EventId> {
        let mut taken = Vec::new();
        self.untold.send_if_modified(|untold| {
            taken = std::mem::take(untold);
            false
        });
        taken
    }

    /// Something does not work, and somebody must be told.
    pub fn trouble(&self, what: &str) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        if troubles.len() < TROUBLES && !troubles.iter().any(|known| known == what) {
            troubles.push(what.to_owned());
        }
    }

    pub fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Detection is done with everything before this.
    pub fn passed(&self, position: u64) {
        self.position.store(position, Ordering::Relaxed);
    }

    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// Something was kept so many milliseconds after it was received.
    pub fn kept(&self, millis: u64) {
        let at = LAGS.iter().position(|most| millis <= *most).unwrap_or(LAGS.len());
        self.lags[at].fetch_add(1, Ordering::Relaxed);
    }

    /// How often what triggered was kept within so many milliseconds of its receipt and more than the one before; the last
    /// without a bound.
    pub fn lags(&self) -> impl Iterator<Item = (Option<u64>, u64)> {
        let bounds = LAGS.iter().copied().map(Some).chain([None]);
        bounds.zip(self.lags.iter().map(|lag| lag.load(Ordering::Relaxed)))
    }

    pub fn count(&self, tally: Tally) {
        self.lock().add(tally);
    }

    /// Records since the start, by what became of them.
    pub fn tally<T>(&self, ask: impl FnOnce(&Tally) -> T) -> T {
        ask(&self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
