//! Which entries of the journal may matter to a story: when the events of each happened, as far as they say so.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use watchbell_journal::Position;
use watchbell_pipeline::{Interest, Span};

/// The newest entries, in order.
#[derive(Default)]
pub struct Recent(Mutex<VecDeque<(Position, Option<Span>)>>);

/// Some 40 bytes each.
const HELD: usize = 1_000_000;

impl Recent {
    pub fn note(&self, position: Position, span: Option<Span>) {
        let mut held = self.lock();
        if held.back().is_some_and(|(last, _)| *last >= position) {
            return;
        }
        held.push_back((position, span));
        if held.len() > HELD {
            held.pop_front();
        }
    }

    /// Entries that may hold what is of interest, in order. An entry whose times are not known may.
    pub fn touching(&self, interest: &Interest) -> Vec<Position> {
        self.lock().iter().filter(|(_, span)| span.is_none_or(|span| interest.touches(span))).map(|(position, _)| *position).collect()
    }

    /// What stands before is no more in the journal.
    pub fn forget_before(&self, position: Position) {
        let mut held = self.lock();
        while held.front().is_some_and(|(first, _)| *first < position) {
            held.pop_front();
        }
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Position, Option<Span>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
