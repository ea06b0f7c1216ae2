//! From the journal into the lake: every event a row, searched at once, in files soon, let go of in time.

mod around;
mod record;
mod replay;
mod tidy;

pub use around::around;
pub use replay::Replay;
pub use tidy::tidy;

use crate::app::House;
use crate::detect::{Control, Lane, Part, Round, spread};
use record::Recorder;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use watchbell_io::Stop;
use watchbell_journal::{Error as JournalError, Position, Read, Reader};
use watchbell_lake::Rows;
use watchbell_pipeline::row_catalogue;

/// How far the lake is, told by its keeper to everybody else.
#[derive(Default)]
pub struct Kept {
    /// Everything of the journal before this can be searched.
    searched: AtomicU64,
    /// Everything of the journal before this is in files.
    safe: AtomicU64,
    trouble: Mutex<Option<String>>,
    work: Condvar,
}

/// How long to wait for the next entry.
const WAIT: Duration = Duration::from_secs(1);
/// How long to wait after a failure.
const AGAIN: Duration = Duration::from_secs(1);

impl Kept {
    /// That of a lake which has everything before this in files.
    pub fn until(position: u64) -> Self {
        Self { searched: position.into(), safe: position.into(), ..Self::default() }
    }

    pub fn searched(&self) -> Position {
        Position(self.searched.load(Ordering::Relaxed))
    }

    pub fn safe(&self) -> Position {
        Position(self.safe.load(Ordering::Relaxed))
    }

    /// Why events cannot be kept at the moment.
    pub fn trouble(&self) -> Option<String> {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Keeps until the journal is closed. What is in memory then is read from the journal again.
pub fn keep(house: &House, threads: usize, stop: &Stop) {
    let catalogue = row_catalogue();
    let lane = || Lane::working(Recorder::new(&catalogue), &catalogue, &house.content.current().zone);
    let begin = Position(house.lake.position());
    let mut keeper = Keeper { house, lanes: (0..threads.max(1)).map(|_| lane()).collect(), next: begin, given: begin };
    let Some(mut reader) = keeper.reader() else { return };
    loop {
        match Round::gather(&mut reader, WAIT) {
            Ok(Some(round)) => keeper.round(&round, stop),
            Ok(None) => {}
            Err(JournalError::Damaged(damage)) => reader.seek(damage.next),
            Err(JournalError::Closed) => break,
            Err(error) => {
                house.feed.trouble(&format!("the lake cannot read the journal: {error}"));
                break;
            }
        }
    }
}

struct Keeper<'h> {
    house: &'h House,
    lanes: Vec<Lane<Recorder>>,
    /// Where reading goes on.
    next: Position,
    /// Everything before this was given to the lake.
    given: Position,
}

impl Keeper<'_> {
    fn reader(&self) -> Option<Reader> {
        let journal = &self.house.journal;
        let reader = journal.reader(self.next.max(journal.first()));
        reader.map_err(|error| self.house.feed.trouble(&format!("the lake cannot read the journal: {error}"))).ok()
    }

    fn round(&mut self, round: &Round, stop: &Stop) {
        for part in round.parts() {
            match part {
                Part::Records(reads) => {
                    spread(&mut self.lanes, reads, Lane::work);
                    self.passed(reads.last());
                }
                Part::Control(read) => {
                    if Control::read(&read.entry.payload) == Some(Control::Tick) {
                        self.lanes.iter_mut().for_each(|lane| lane.end_silent(read.entry.received));
                    }
                    self.passed(Some(read));
                }
            }
        }
        self.give(stop);
    }

    fn passed(&mut self, last: Option<&Read>) {
        self.next = last.map_or(self.next, |last| last.next);
    }

    /// Gives what the lanes gathered to the lake, which may first have to make room.
    fn give(&mut self, stop: &Stop) {
        let resume = self.lanes.iter().filter_map(Lane::resume).min().unwrap_or(self.next).min(self.next);
        let rows: Vec<Rows> = self.lanes.iter_mut().map(|lane| lane.worker.take()).collect();
        let lake = &self.house.lake;
        for (left, rows) in (0..rows.len()).rev().zip(rows) {
            while !lake.has_room(rows.bytes()) {
                // What is not in files yet is still in the journal.
                if !self.flush() && stop.is_told() {
                    return;
                }
            }
            // Only with the last of them is everything there that the place in the journal claims.
            self.given = if left == 0 { resume } else { self.given };
            if let Err(error) = lake.add(rows, self.given.0) {
                self.house.feed.trouble(&format!("the lake: {error}"));
            }
        }
        self.house.kept.searched.store(self.next.0, Ordering::Relaxed);
        if lake.wants_flush() {
            self.house.kept.wake();
        }
    }

    fn flush(&self) -> bool {
        let done = tidy::flush(self.house);
        if !done {
            std::thread::sleep(AGAIN);
        }
        done
    }
}
