//! Triggers that count, as their matches come.

use crate::counted::{Building, Counted};
use crate::definitions::Definitions;
use crate::live::Changes;
use crate::live::growing::Piece;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_engine::triggers::{Firing, Input, State};
use watchbell_model::Timestamp;

pub struct Counting {
    counted: Counted<Arc<Piece>>,
    state: State<Arc<Piece>>,
}

impl Counting {
    pub fn new(definitions: &Definitions) -> Self {
        Self { counted: Counted::new(&definitions.alerts), state: State::default() }
    }

    /// In seconds.
    pub fn horizon(&self) -> i64 {
        self.counted.triggers.reach() / 1_000_000_000
    }

    /// One more match; tells whether it may count.
    pub fn take(&mut self, definitions: &Definitions, piece: Piece, changes: &mut Changes) -> bool {
        let (piece, mut lost) = (Arc::new(piece), (0, 0));
        let matches = piece.scene(definitions, |scene| self.counted.matches(scene, &piece.alone(), &piece));
        let asked = matches.len() as u64;
        for found in matches {
            let before = (self.state.late, self.state.dropped);
            (self.state, _) = self.counted.triggers.step(std::mem::take(&mut self.state), Input::Match(found));
            lost = (lost.0 + self.state.late - before.0, lost.1 + self.state.dropped - before.1);
        }
        changes.crowded_out += lost.1;
        // One that was changed may have closed, and the other counts it.
        let late = lost.0 > 0 && lost.0 == asked;
        changes.late += u64::from(late);
        !late
    }

    /// Closes what the watermark has passed.
    pub fn advance(&mut self, definitions: &Definitions, watermark: Timestamp) -> Vec<Triggered> {
        let firings;
        (self.state, firings) = self.counted.triggers.step(std::mem::take(&mut self.state), Input::Watermark(watermark.nanos));
        let add = |piece: &Arc<Piece>, building: &mut Building| piece.scene(definitions, |scene| building.add(scene, &piece.alone()));
        let made = |firing: &Firing<_>| self.counted.triggered(definitions, firing, |building| firing.members.iter().for_each(|piece| add(piece, building)));
        firings.iter().map(made).collect()
    }
}
