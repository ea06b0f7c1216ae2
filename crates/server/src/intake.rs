//! The receiving end of all sources: into the journal, and the answer after its fsync.

use crate::clock::Clock;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;
use watchbell_io::{Count, Delivery, Intake, Offered, Refused};
use watchbell_journal::{Entry, EntryKind, Error, Journal};
use watchbell_store::Store;

pub struct Gate {
    pub journal: Arc<Journal>,
    pub store: Arc<Store>,
    pub clock: Arc<dyn Clock>,
    counts: Mutex<BTreeMap<(String, Count), u64>>,
    heard: Arc<Mutex<BTreeMap<Arc<str>, Heard>>>,
}

/// What came of a source since the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Heard {
    /// Those that are kept.
    pub deliveries: u64,
    pub bytes: u64,
    /// When the last of it came, in nanoseconds.
    pub last: i64,
}

/// When a sender may come again, if too much is waiting.
const AGAIN: u64 = 1;

impl Gate {
    pub fn new(journal: Arc<Journal>, store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { journal, store, clock, counts: Mutex::default(), heard: Arc::default() }
    }

    /// By source and what happened.
    pub fn counts(&self) -> BTreeMap<(String, Count), u64> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub fn heard(&self) -> BTreeMap<Arc<str>, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn entry(&self, delivery: Delivery) -> Entry {
        Entry {
            kind: EntryKind::Records,
            source: delivery.source,
            stream: delivery.stream,
            peer: delivery.peer,
            format: Arc::from(delivery.format),
            received: self.clock.now(),
            unit: delivery.unit,
            first: delivery.first,
            payload: delivery.bytes,
        }
    }
}

impl Intake for Gate {
    fn offer(&self, delivery: Delivery) -> Offered {
        let (tell, told) = oneshot::channel();
        let (source, bytes, now, heard) = (Arc::clone(&delivery.source), delivery.bytes.len(), self.clock.now().nanos, Arc::clone(&self.heard));
        self.journal.append(self.entry(delivery), move |outcome| {
            if outcome.is_ok() {
                let mut all = heard.lock().unwrap_or_else(PoisonError::into_inner);
                let heard = all.entry(source).or_default();
                *heard = Heard { deliveries: heard.deliveries + 1, bytes: heard.bytes + bytes as u64, last: now };
            }
            drop(tell.send(outcome));
        });
        Box::pin(async move {
            match told.await {
                Ok(Ok(_)) => Ok(()),
                Ok(Err(error)) => Err(refused(&error)),
                Err(_) => Err(Refused::Stopping),
            }
        })
    }

    fn quarantine(&self, source: &str, reason: &'static str, _bytes: &[u8], _peer: &str) {
        self.count(source, Count::Dropped(reason), 1);
    }

    fn count(&self, source: &str, what: Count, n: u64) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((source.to_owned(), what)).or_default() += n;
    }
}

fn refused(error: &Error) -> Refused {
    match error {
        Error::Full { .. } | Error::Limit { .. } => Refused::Full { retry_after_seconds: AGAIN },
        Error::Closed => Refused::Stopping,
        other => Refused::Storage(other.to_string()),
    }
}
