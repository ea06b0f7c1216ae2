//! Which entries of the journal may matter to a story: when the events of each happened, as far as that is known.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use watchbell_journal::{Error, Journal, Position};
use watchbell_pipeline::{Interest, Span};

/// The newest entries.
#[derive(Default)]
pub struct Recent(Mutex<BTreeMap<Position, Option<Span>>>);

/// Some 60 bytes each.
const HELD: usize = 1_000_000;

impl Recent {
    /// What is known of an entry; the oldest is let go of where there are too many.
    pub fn note(&self, position: Position, span: Option<Span>) {
        let mut held = self.lock();
        let known = held.entry(position).or_default();
        *known = known.or(span);
        if held.len() > HELD {
            held.pop_first();
        }
    }

    /// Entries of before a start: nothing is known of them until a story reads them.
    pub fn note_all(&self, journal: &Journal, until: Position) -> Result<(), Error> {
        let mut reader = journal.reader(journal.first())?;
        while reader.position() < until {
            match reader.next(Duration::ZERO) {
                Ok(Some(read)) => self.note(read.position, None),
                Ok(None) => break,
                Err(Error::Damaged(damage)) => reader.seek(damage.next),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Entries that may hold what is of interest, in order. An entry whose times are not known may.
    pub fn touching(&self, interest: &Interest) -> Vec<Position> {
        self.lock().iter().filter(|(_, span)| span.is_none_or(|span| interest.touches(span))).map(|(position, _)| *position).collect()
    }

    /// What stands before is no more in the journal.
    pub fn forget_before(&self, position: Position) {
        let mut held = self.lock();
        *held = held.split_off(&position);
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Position, Option<Span>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
