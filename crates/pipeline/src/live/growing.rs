//! Triggered alerts that may still grow, each with the matches that it is made of, so that it is the same in whatever order they come.

use crate::definitions::Definitions;
use crate::found::{Event, Occurrence};
use crate::trigger::Scene;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_model::{EventId, Timestamp};

/// A match with its event.
#[derive(Clone, Debug)]
pub struct Piece {
    pub id: EventId,
    pub event: Arc<Event>,
    pub occurrence: Occurrence,
}

/// Matches by which an alert is made again when one comes between them; later ones are only counted in.
const PIECES: usize = 1000;

impl Piece {
    /// The occurrence in a scene of this one event.
    pub fn alone(&self) -> Occurrence {
        Occurrence { event: 0, ..self.occurrence.clone() }
    }

    /// What is asked of a scene of this one event.
    pub fn scene<T>(&self, definitions: &Definitions, ask: impl FnOnce(&Scene<'_>) -> T) -> T {
        ask(&Scene { definitions, events: std::slice::from_ref(&*self.event), ids: &[self.id] })
    }

    fn order(&self) -> (Option<Timestamp>, EventId) {
        (self.event.identity.time, self.id)
    }
}

#[derive(Default)]
pub struct Growing {
    all: FxHashMap<EventId, Grown>,
    by_time: BTreeSet<(Option<Timestamp>, EventId)>,
}

struct Grown {
    triggered: Triggered,
    /// By (time, id).
    pieces: Vec<Piece>,
}

impl Growing {
    pub fn get(&self, id: EventId) -> Option<&Triggered> {
        self.all.get(&id).map(|grown| &grown.triggered)
    }

    pub fn get_mut(&mut self, id: EventId) -> Option<&mut Triggered> {
        self.all.get_mut(&id).map(|grown| &mut grown.triggered)
    }

    /// The ids of those whose first event is not before or after these times, at most `most` of each end.
    pub fn around(&self, time: Timestamp, seconds: i64, most: usize) -> impl Iterator<Item = EventId> {
        let end = |by: i64| Timestamp { nanos: time.nanos.saturating_add(by.saturating_mul(1_000_000_000)), digits: 0 };
        let (least, greatest) = (EventId([0; 16]), EventId([255; 16]));
        let here = (Some(Timestamp { nanos: time.nanos, digits: 0 }), least);
        let before = self.by_time.range((Some(end(-seconds)), least)..here).rev().take(most);
        let after = self.by_time.range(here..=(Some(Timestamp { digits: u8::MAX, ..end(seconds) }), greatest)).take(most);
        before.chain(after).map(|(_, id)| *id)
    }

    /// Adds a match to a triggered alert, or begins it.
    pub fn join(&mut self, definitions: &Definitions, id: EventId, piece: Piece) {
        let Some(grown) = self.all.get_mut(&id) else {
            let triggered = piece.scene(definitions, |scene| scene.begin(id, &piece.alone()));
            self.by_time.insert((triggered.time, id));
            self.all.insert(id, Grown { triggered, pieces: vec![piece] });
            return;
        };
        let place = grown.pieces.partition_point(|other| other.order() <= piece.order());
        if place > 0 && grown.pieces[place - 1].id == piece.id {
            return;
        }
        if place == grown.pieces.len() {
            piece.scene(definitions, |scene| scene.join(&mut grown.triggered, &piece.alone()));
            if place < PIECES {
                grown.pieces.push(piece);
            }
            return;
        }
        self.by_time.remove(&(grown.triggered.time, id));
        grown.insert(definitions, place, piece);
        self.by_time.insert((grown.triggered.time, id));
    }

    /// Says whether an alert goes on from the bucket before; tells whether that is news.
    pub fn go_on(&mut self, id: EventId, continues: bool) -> bool {
        let Some(grown) = self.all.get_mut(&id) else { return false };
        std::mem::replace(&mut grown.triggered.continues, continues) != continues
    }

    pub fn forget(&mut self, before: Timestamp) {
        // Those without a time come first, and have no end.
        let past = (Some(Timestamp { nanos: i64::MIN, digits: 0 }), EventId([0; 16]))..(Some(before), EventId([0; 16]));
        for (_, id) in self.by_time.extract_if(past, |_| true) {
            self.all.remove(&id);
        }
    }
}

impl Grown {
    /// Makes the alert again with a match that came late among the others.
    fn insert(&mut self, definitions: &Definitions, place: usize, piece: Piece) {
        let counted = self.triggered.count - self.pieces.len() as u64;
        self.pieces.insert(place, piece);
        let old = self.triggered.clone();
        let first = &self.pieces[0];
        self.triggered = first.scene(definitions, |scene| scene.begin(old.id, &first.alone()));
        for piece in &self.pieces[1..] {
            piece.scene(definitions, |scene| scene.join(&mut self.triggered, &piece.alone()));
        }
        self.pieces.truncate(PIECES);
        self.triggered.count += counted;
        self.triggered.last = self.triggered.last.max(old.last);
        self.triggered.outcome = self.triggered.outcome.max(old.outcome);
        (self.triggered.continues, self.triggered.priority) = (old.continues, old.priority);
    }
}
