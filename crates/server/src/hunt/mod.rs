//! Hunts: an alert run over what is kept, with the engine and the pipeline of live detection, so that it finds the same.

mod keep;
mod what;

pub use keep::keep;
pub use what::{Hunted, What, hunted};

use crate::app::House;
use crate::lake::Replay;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::Duration;
use watchbell_alerts::Triggered;
use watchbell_lake::{Kept, Limits, Window};
use watchbell_model::Timestamp;
use watchbell_pipeline::live::Live;
use watchbell_pipeline::{Found, Selection, gather};

/// Why a hunt came to no end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Lake(#[from] watchbell_lake::Error),
    #[error("the alert holds for more than {MOST} events: hunt in less time")]
    Many,
    #[error("nobody waits for the answer any more")]
    Gone,
}

/// When, in nanoseconds; `to` is exclusive.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub from: Option<i64>,
    pub to: Option<i64>,
}

/// What a hunt came to.
#[derive(Debug, Default)]
pub struct Caught {
    /// By (time, id).
    pub alerts: Vec<Triggered>,
    pub rows: u64,
}

/// Events that are held until all is read; memory is some kilobyte each.
const MOST: usize = 200_000;
const AUDITD: &str = "auditd";
/// Memory of the reading.
const BYTES: usize = 256 << 20;

/// Reads all of a span. `tell` is told rows read so far, and about how many there are, and says whether to go on.
pub fn run(house: &House, hunted: &Hunted, span: Span, deadline: Duration, tell: &mut dyn FnMut(u64, u64) -> bool) -> Result<Caught, Error> {
    // What folds and windows of the span began before it.
    let before = Live::new(&hunted.epoch.definitions).horizon().saturating_mul(1_000_000_000);
    let window = Window { from: span.from.map(|from| from.saturating_sub(before)), to: span.to.map(|to| to.saturating_sub(1)), ..Window::default() };
    let of = house.lake.about(&window);
    let (found, rows) = read(house, hunted, &window, deadline, &mut |rows| tell(rows, of.max(rows)))?;
    let mut alerts = gather(&hunted.epoch.definitions, found, &Selection::default()).alerts;
    alerts.retain(|alert| hunted.wanted.contains(&alert.definition.id) && span.touches(alert));
    Ok(Caught { alerts, rows })
}

fn read(house: &House, hunted: &Hunted, window: &Window, deadline: Duration, tell: &mut dyn FnMut(u64) -> bool) -> Result<(Found, u64), Error> {
    let rows = Mutex::new(house.lake.read_window(window, &Limits { bytes: BYTES, deadline, ..Limits::default() })?);
    let reading = Reading {
        next: &|| rows.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv(),
        replay: &|| Replay::new(&hunted.epoch.definitions, &hunted.epoch.zone),
        audit: Mutex::new(Replay::new(&hunted.epoch.definitions, &hunted.epoch.zone)),
        stop: AtomicBool::new(false),
        held: AtomicUsize::new(0),
    };
    let threads = if house.config.threads == 0 { std::thread::available_parallelism().map_or(1, usize::from) } else { house.config.threads };
    let (mut all, read) = std::thread::scope(|scope| {
        let (sender, counts) = mpsc::channel();
        let reading = &reading;
        let spawn = |_| {
            let sender = sender.clone();
            scope.spawn(move || reading.read(&sender))
        };
        let readers: Vec<_> = (0..threads).map(spawn).collect();
        drop(sender);
        let mut read = 0;
        for count in counts {
            read += count;
            if !reading.stopped() && !tell(read) {
                reading.stop();
            }
        }
        let mut all = Found::default();
        for reader in readers {
            all.add(reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok::<_, Error>((all, read))
    })?;
    if reading.held.load(Ordering::Relaxed) > MOST {
        return Err(Error::Many);
    }
    if reading.stopped() {
        return Err(Error::Gone);
    }
    all.add(reading.audit.into_inner().unwrap_or_else(PoisonError::into_inner).end().0);
    if all.events.len() > MOST { Err(Error::Many) } else { Ok((all, read)) }
}

type Batch = Option<Result<Vec<Kept>, watchbell_lake::Error>>;

/// What the threads of a hunt share.
struct Reading<'a> {
    next: &'a (dyn Fn() -> Batch + Sync),
    replay: &'a (dyn Fn() -> Replay + Sync),
    /// Records of auditd go to one: they are read in order, since its decoder remembers processes.
    audit: Mutex<Replay>,
    stop: AtomicBool,
    /// Events that matched.
    held: AtomicUsize,
}

impl Reading<'_> {
    /// Takes rows as long as there are some.
    fn read(&self, counts: &mpsc::Sender<u64>) -> Result<Found, Error> {
        let (mut replay, mut all) = ((self.replay)(), Found::default());
        while let Some(batch) = (self.next)() {
            let batch = batch.inspect_err(|_| self.stop())?;
            let count = batch.len() as u64;
            for row in batch {
                if row.format == AUDITD {
                    self.audit.lock().unwrap_or_else(PoisonError::into_inner).row(row);
                } else {
                    replay.row(row);
                }
            }
            let found = std::mem::take(&mut replay.worker.found);
            if self.held.fetch_add(found.events.len(), Ordering::Relaxed) + found.events.len() > MOST {
                self.stop();
            }
            all.add(found);
            let _ = counts.send(count);
            if self.stopped() {
                break;
            }
        }
        Ok(all)
    }

    fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

impl Span {
    /// Whether an alert happened at least in part in the span; what tells no time did.
    fn touches(&self, alert: &Triggered) -> bool {
        let nanos = |time: Option<Timestamp>| time.map(|time| time.nanos);
        let after = self.from.is_none_or(|from| nanos(alert.last.max(alert.time)).is_none_or(|last| last >= from));
        after && self.to.is_none_or(|to| nanos(alert.time).is_none_or(|time| time < to))
    }
}
