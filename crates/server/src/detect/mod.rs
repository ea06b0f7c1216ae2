//! The path of what came in, from the journal to triggered alerts: read, decode and match on every core, fold, keep.

mod lane;
mod round;
mod tide;

use crate::clock::Clock;
use crate::content::{Content, Epoch};
use crate::feed::Feed;
use crate::intake::Gate;
use crate::keep;
use crate::lake::Kept;
pub use lane::{Lane, Work, format_of};
use round::sift;
pub use round::{Part, Round, spread};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;
use tide::Tide;
use watchbell_journal::{Error as JournalError, Journal, Position, Read, Reader};
use watchbell_model::Timestamp;
use watchbell_pipeline::Found;
use watchbell_pipeline::live::{Changes, Live};
use watchbell_store::{Checkpoint, Store};

/// What detection needs of the house.
#[derive(Clone)]
pub struct Detect {
    pub journal: Arc<Journal>,
    pub store: Arc<Store>,
    pub content: Arc<Content>,
    pub feed: Arc<Feed>,
    pub gate: Arc<Gate>,
    pub clock: Arc<dyn Clock>,
    /// Seconds that an event may be late.
    pub lateness: i64,
    /// How far the lake is.
    pub kept: Arc<Kept>,
    /// Bytes of the journal that are kept though nobody needs them.
    pub keep_bytes: u64,
    pub threads: usize,
}

/// How far detection is, kept with what it found.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Progress {
    /// Everything before this has been taken in.
    position: Position,
    /// Where reading must begin again, so that no event is cut in two.
    resume: Position,
    tide: Tide,
}

/// The name of detection's checkpoint.
pub const NAME: &str = "detect";
/// How long to wait for the next entry.
const WAIT: Duration = Duration::from_secs(1);

/// A running detection.
struct Detection {
    house: Detect,
    reader: Reader,
    epoch: Epoch,
    lanes: Vec<Lane>,
    live: Live,
    progress: Progress,
    /// Position of the last checkpoint that was kept.
    kept: Position,
}

impl Detect {
    /// Runs until the journal is closed, and then ends with everything kept that was taken in.
    pub fn run(self) -> Result<(), Error> {
        let mut detection = Detection::resume(self)?;
        loop {
            match detection.round() {
                Ok(()) => {}
                Err(Error::Journal(JournalError::Closed)) => break,
                Err(Error::Store(error)) if error.is_passing() => detection = detection.again(error)?,
                Err(error) => return Err(error),
            }
        }
        detection.keep(&Changes::default(), true)
    }
}

impl Detection {
    /// What is found cannot be kept at the moment, on a full disk for instance. When it can again, everything since what was
    /// kept last is read anew; when the server stops meanwhile, its next start does that.
    fn again(self, mut error: watchbell_store::Error) -> Result<Self, Error> {
        let house = self.house;
        while !house.journal.is_closed() {
            house.feed.trouble(&format!("what is found cannot be kept, detection waits: {error}"));
            std::thread::sleep(WAIT);
            match house.store.probe(house.clock.now().nanos).map_err(Error::from).and_then(|()| Self::resume(house.clone())) {
                Ok(new) => return Ok(new),
                Err(Error::Store(still)) if still.is_passing() => error = still,
                Err(other) => return Err(other),
            }
        }
        Err(error.into())
    }

    fn resume(house: Detect) -> Result<Self, Error> {
        let progress: Progress = match house.store.checkpoint(NAME)? {
            Some(checkpoint) => serde_json::from_slice(&checkpoint.state)?,
            None => Progress { position: house.journal.first(), resume: house.journal.first(), tide: Tide::default() },
        };
        let reader = house.journal.reader(progress.resume.max(house.journal.first()))?;
        let epoch = house.content.current();
        let mut new = Self { lanes: Vec::new(), live: Live::new(&epoch.definitions), kept: progress.position, house, reader, epoch, progress };
        new.begin()?;
        new.house.feed.passed(new.progress.position.0);
        Ok(new)
    }

    /// Makes lanes and state for the alerts that are active now, the state out of the matches that are kept.
    fn begin(&mut self) -> Result<(), Error> {
        let definitions = &self.epoch.definitions;
        self.lanes = (0..self.house.threads).map(|_| Lane::new(definitions, &self.epoch.zone)).collect();
        self.live = Live::new(definitions);
        let watermark = self.progress.tide.watermark();
        let since = watermark.map_or(i64::MIN, |mark| mark.nanos.saturating_sub(self.live.horizon().saturating_mul(2_000_000_000)));
        self.live.restore(keep::matches(&self.house.store, since, i64::MAX)?, watermark);
        // What streams in the middle of an event had sent is decoded again; what it comes to was taken in before.
        self.reader = self.house.journal.reader(self.progress.resume.max(self.house.journal.first()))?;
        Ok(())
    }

    /// Takes in what has come, at most a round's worth.
    fn round(&mut self) -> Result<(), Error> {
        let Some(round) = Round::gather(&mut self.reader, WAIT)? else { return Ok(()) };
        let mut changes = Changes::default();
        for part in round.parts() {
            match part {
                Part::Records(reads) => self.records(reads, &mut changes)?,
                // Other alerts are active: what follows is read again for them.
                Part::Control(read) if self.control(read, &mut changes)? => break,
                Part::Control(_) => {}
            }
        }
        let triggered = !changes.alerts.is_empty();
        self.keep(&changes, false)?;
        self.house.feed.passed(self.progress.position.0);
        if triggered && let Some(received) = round.received() {
            let took = self.house.clock.now().nanos.saturating_sub(received.nanos);
            self.house.feed.kept(u64::try_from(took / 1_000_000).unwrap_or(0));
        }
        Ok(())
    }

    /// Folds what matched in; what was forgotten of late events' company comes out of the store.
    fn take(&mut self, found: Found, changes: &mut Changes) -> Result<(), Error> {
        let (store, mut failed) = (&self.house.store, None);
        let mut recall = |from, to| {
            keep::matches(store, from, to).unwrap_or_else(|error| {
                failed = Some(error);
                Vec::new()
            })
        };
        changes.add(self.live.take(found, &mut recall));
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    fn records(&mut self, reads: &[Read], changes: &mut Changes) -> Result<(), Error> {
        for (read, sifted) in reads.iter().zip(sift(&mut self.lanes, reads)) {
            if read.position < self.progress.position {
                continue;
            }
            self.progress.tide.heard(&read.entry.source, read.entry.received, sifted.span);
            self.house.gate.unread(read, &sifted.unread);
            self.take(sifted.found, changes)?;
        }
        self.passed(reads.last());
        Ok(())
    }

    /// Whether detection has begun anew.
    fn control(&mut self, read: &Read, changes: &mut Changes) -> Result<bool, Error> {
        if read.position < self.progress.position {
            return Ok(false);
        }
        match Control::read(&read.entry.payload) {
            Some(Control::Tick) => self.tick(read.entry.received, changes)?,
            Some(Control::Content) => {
                self.passed(Some(read));
                self.keep(&std::mem::take(changes), true)?;
                self.epoch = self.house.content.current();
                self.begin()?;
                return Ok(true);
            }
            None => {}
        }
        self.passed(Some(read));
        Ok(false)
    }

    fn tick(&mut self, now: Timestamp, changes: &mut Changes) -> Result<(), Error> {
        for lane in 0..self.lanes.len() {
            let found = self.lanes[lane].close_silent(now);
            self.take(found, changes)?;
        }
        if let Some(watermark) = self.progress.tide.rise(now, self.house.lateness) {
            changes.add(self.live.tick(watermark));
        }
        Ok(())
    }

    /// Lets go of the journal's oldest segments, as far as detection is past them and their events are in files.
    fn let_go(&self) {
        let journal = &self.house.journal;
        let spare = journal.bytes().saturating_sub(self.house.keep_bytes);
        if spare > 0 {
            let before = Position(journal.first().0.saturating_add(spare)).min(self.progress.resume).min(self.house.kept.safe());
            if let Err(error) = journal.drop_before(before) {
                self.house.feed.trouble(&format!("the journal's old segments cannot be removed: {error}"));
            }
        }
    }

    fn passed(&mut self, last: Option<&Read>) {
        let Some(last) = last else { return };
        self.progress.position = self.progress.position.max(last.next);
        let open = self.lanes.iter().filter_map(Lane::resume).min();
        self.progress.resume = open.unwrap_or(last.next).min(last.next);
    }

    /// One transaction: what changed, what state is made of, and how far that is.
    fn keep(&mut self, changes: &Changes, now: bool) -> Result<(), Error> {
        for lane in &mut self.lanes {
            self.house.feed.count(lane.take_tally());
        }
        let due = now || self.progress.position.0.saturating_sub(self.kept.0) > BETWEEN;
        if changes.is_nothing() && !due {
            return Ok(());
        }
        let state = serde_json::to_vec(&self.progress)?;
        let checkpoint = Checkpoint { name: NAME.to_owned(), position: self.progress.position.0, state };
        let triggered: Vec<_> = changes.alerts.iter().map(|alert| alert.id).collect();
        keep::keep(&self.house.store, &self.epoch, changes, checkpoint, self.house.clock.now())?;
        self.kept = self.progress.position;
        self.let_go();
        self.house.feed.triggered(triggered);
        Ok(())
    }
}

/// Bytes of the journal between checkpoints where nothing triggers.
const BETWEEN: u64 = 16 << 20;

/// What stands in the journal besides logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Time has passed.
    Tick,
    /// Other alerts are active from here on.
    Content,
}

impl Control {
    pub fn payload(self) -> Vec<u8> {
        serde_json::to_vec(&self).unwrap_or_default()
    }

    pub fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

/// Why detection cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the journal: {0}")]
    Journal(#[from] JournalError),
    #[error("the control data: {0}")]
    Store(#[from] watchbell_store::Error),
    #[error("a checkpoint cannot be read: {0}")]
    Checkpoint(#[from] serde_json::Error),
}
