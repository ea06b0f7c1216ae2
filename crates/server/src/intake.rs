//! The receiving end of all sources: into the journal, and the answer after its fsync.

mod aside;

use crate::api::{PREFIX, SCOPE};
use crate::app::House;
use crate::auth::hash;
use crate::clock::Clock;
pub use aside::{Aside, whole};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::oneshot;
use watchbell_io::{Count, Delivery, Intake, Offered, Opens, Refused, Stop};
use watchbell_journal::{Entry, EntryKind, Error, Journal, Read};
use watchbell_pipeline::Unread;
use watchbell_store::{Base, Store};

pub struct Gate {
    pub journal: Arc<Journal>,
    pub store: Arc<Store>,
    pub clock: Arc<dyn Clock>,
    counts: Mutex<BTreeMap<(String, Count), u64>>,
    heard: Arc<Mutex<BTreeMap<Arc<str>, Heard>>>,
    /// What could not be read.
    pub aside: Aside,
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

/// What could not be read was more than the quarantine takes in a second.
const CROWDED: Count = Count::Dropped("quarantine_crowded");

/// When a sender may come again, if too much is waiting.
const AGAIN: u64 = 1;

impl Gate {
    pub fn new(journal: Arc<Journal>, store: Arc<Store>, clock: Arc<dyn Clock>) -> Self {
        Self { journal, store, clock, counts: Mutex::default(), heard: Arc::default(), aside: Aside::default() }
    }

    /// Puts aside what of an entry no decoder could read.
    pub fn unread(&self, read: &Read, unread: &Unread) {
        if unread.named.is_empty() {
            return;
        }
        let source = &read.entry.source;
        let mut lost = unread.more;
        for (trouble, make) in unread.named.iter().zip(aside::of_entry(read, unread)) {
            lost += if self.aside.put(source, trouble.reason, make) { 0 } else { trouble.records };
        }
        if lost > 0 {
            self.count(source, CROWDED, lost);
        }
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

    fn quarantine(&self, source: &str, reason: &'static str, bytes: &[u8], peer: &str) {
        self.count(source, Count::Quarantined(reason), 1);
        if !self.aside.put(source, reason, || aside::of_source(source, reason, bytes, peer, self.clock.now().nanos)) {
            self.count(source, CROWDED, 1);
        }
    }

    fn opens(&self, token: &[u8]) -> Result<Opens, Refused> {
        let Some(token) = std::str::from_utf8(token).ok().filter(|token| token.starts_with(PREFIX)) else { return Ok(Opens::Nothing) };
        let failed = |error: watchbell_store::Error| Refused::Storage(error.to_string());
        let Some(token) = self.store.token_by_hash(&hash(token), self.clock.now().nanos).map_err(failed)? else { return Ok(Opens::Nothing) };
        // Whoever may do more than send is not for a shipper's configuration.
        if self.store.role(&token.role).map_err(failed)?.base != Base::IngestOnly {
            return Ok(Opens::Nothing);
        }
        let these = token.scopes.iter().filter_map(|scope| scope.strip_prefix(SCOPE)).map(str::to_owned).collect();
        Ok(if token.scopes.is_empty() { Opens::All } else { Opens::These(these) })
    }

    fn count(&self, source: &str, what: Count, n: u64) {
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry((source.to_owned(), what)).or_default() += n;
    }
}

impl House {
    /// Keeps what waits for the quarantine.
    pub fn keep_aside(&self) {
        if let Err(error) = self.gate.aside.flush(&self.store) {
            self.feed.trouble(&format!("what could not be read cannot be put into the quarantine: {error}"));
        }
    }
}

/// How often.
const EVERY: Duration = Duration::from_secs(1);

/// Keeps it once a second.
pub async fn keep_aside(house: Arc<House>, mut stop: Stop) {
    let mut every = tokio::time::interval(EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.told() => return,
            _ = every.tick() => {}
        }
        let house = Arc::clone(&house);
        let _ = tokio::task::spawn_blocking(move || house.keep_aside()).await;
    }
}

fn refused(error: &Error) -> Refused {
    match error {
        Error::Full { .. } | Error::Limit { .. } => Refused::Full { retry_after_seconds: AGAIN },
        Error::Closed => Refused::Stopping,
        other => Refused::Storage(other.to_string()),
    }
}
