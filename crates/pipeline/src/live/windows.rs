//! Correlations as their matches come: the windows that are open, and the matches that may be in them.

use crate::definitions::Definitions;
use crate::live::Changes;
use crate::live::growing::Piece;
use crate::windows::{concerned, finished, id};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use watchbell_alerts::Triggered;
use watchbell_engine::correlate::{Firing, Input, Match, State};
use watchbell_model::{EventId, Timestamp};
use watchbell_rules::RuleId;

type Place = (u32, EventId, RuleId);

pub struct Windows {
    state: State,
    fed: FxHashMap<Place, Piece>,
    by_time: BTreeSet<(i64, Place)>,
    /// Nanoseconds that a match may wait in windows, those that correlations of correlations add among them.
    reach: i64,
    told: (u64, u64),
}

impl Windows {
    pub fn new(definitions: &Definitions) -> Self {
        let reach = definitions.correlations.reach();
        Self { state: State::default(), fed: FxHashMap::default(), by_time: BTreeSet::new(), reach, told: (0, 0) }
    }

    /// In seconds.
    pub fn horizon(&self) -> i64 {
        self.reach / 1_000_000_000
    }

    /// One more match; tells whether it came in time. Several alerts may be fed with it: it counts once.
    pub fn take(&mut self, definitions: &Definitions, piece: Piece, changes: &mut Changes) -> bool {
        let Some(time) = piece.event.identity.time else { return true };
        let late = changes.late;
        let rule = piece.occurrence.rules[0];
        let once = !(0..piece.occurrence.alert).any(|other| self.fed.contains_key(&(other, piece.id, rule)));
        if once {
            let found = Match { time: time.nanos, event: piece.id, rule, values: piece.occurrence.values.clone() };
            (self.state, _) = definitions.correlations.step(std::mem::take(&mut self.state), Input::Match(found));
            self.tell(changes);
        }
        let place = (piece.occurrence.alert, piece.id, rule);
        self.by_time.insert((time.nanos, place));
        self.fed.insert(place, piece);
        changes.late == late
    }

    /// Closes what the watermark has passed.
    pub fn advance(&mut self, definitions: &Definitions, watermark: Timestamp, changes: &mut Changes) -> Vec<Triggered> {
        let firings;
        (self.state, firings) = definitions.correlations.step(std::mem::take(&mut self.state), Input::Watermark(watermark.nanos));
        self.tell(changes);
        let mut alerts: Vec<Triggered> = firings.iter().flat_map(|firing| self.triggered(definitions, firing)).collect();
        alerts.sort_by_key(|alert| (alert.time, alert.id));
        let oldest = watermark.nanos.saturating_sub(self.reach.saturating_mul(2));
        for (_, place) in self.by_time.extract_if(..(oldest, (0, EventId([0; 16]), RuleId(0))), |_| true) {
            self.fed.remove(&place);
        }
        alerts
    }

    fn triggered(&self, definitions: &Definitions, firing: &Firing) -> Vec<Triggered> {
        let made = concerned(definitions, firing).filter_map(|(index, alert)| {
            let mut members = firing.members.iter().filter_map(|member| self.fed.get(&(index, member.event, member.rule)));
            let first = members.next()?;
            let mut made = first.scene(definitions, |scene| scene.begin(id(alert, firing), &first.alone()));
            members.for_each(|member| member.scene(definitions, |scene| scene.join(&mut made, &member.alone())));
            Some(finished(definitions, alert, firing, made))
        });
        made.collect()
    }

    /// What was late or had no room since the last time.
    fn tell(&mut self, changes: &mut Changes) {
        changes.late += self.state.late - self.told.0;
        changes.crowded_out += self.state.dropped - self.told.1;
        self.told = (self.state.late, self.state.dropped);
    }
}
