//! Triggered alerts as their events come: what `gather` works out of all matches at once, kept up with batch by batch.

mod company;
mod counting;
mod growing;
mod saved;
mod seen;
mod windows;

pub use saved::Saved;

use crate::definitions::{Active, Definitions};
use crate::fold::{engine, fact, name};
use crate::found::{Found, Occurrence, Role};
use crate::identity;
use company::Company;
use counting::Counting;
use growing::{Growing, Piece};
use rustc_hash::{FxHashMap, FxHashSet};
use seen::Seen;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_engine::{fold, occurrence};
use watchbell_model::{EventId, Timestamp};
use windows::Windows;

/// Everything that lives across batches.
pub struct Live {
    definitions: Arc<Definitions>,
    folds: fold::State,
    /// Triggered alerts that may still change, with what they are made of.
    growing: Growing,
    company: Company,
    windows: Windows,
    counting: Counting,
    seen: Seen,
    /// In nanoseconds: what events before this made may be forgotten here, and is recalled when one of them comes.
    floor: i64,
    /// Stretches of time before it that were recalled since.
    recalled: Vec<(i64, i64)>,
}

/// Gives the matches that are kept of events of a stretch of time, in nanoseconds.
pub type Recall<'a> = dyn FnMut(i64, i64) -> Vec<Saved> + 'a;

/// What a batch, or the passing of time, came to.
#[derive(Debug, Default)]
pub struct Changes {
    /// New, or grown: as they stand now. By (time, id).
    pub alerts: Vec<Triggered>,
    /// Matches that state is made of again after a restart.
    pub matches: Vec<Saved>,
    /// Matched events that had matched before.
    pub duplicates: u64,
    /// Matches that came after the windows that count them were closed.
    pub late: u64,
    /// Matches that windows had no room for.
    pub crowded_out: u64,
    /// Occurrences held back, by `alert/exception`.
    pub excepted: BTreeMap<String, u64>,
}

impl Changes {
    pub fn is_nothing(&self) -> bool {
        self.alerts.is_empty() && self.matches.is_empty()
    }

    /// With what came after it.
    pub fn add(&mut self, later: Self) {
        self.alerts.extend(later.alerts);
        self.matches.extend(later.matches);
        self.duplicates += later.duplicates;
        self.late += later.late;
        self.crowded_out += later.crowded_out;
        later.excepted.into_iter().for_each(|(exception, n)| *self.excepted.entry(exception).or_default() += n);
    }
}

impl Live {
    pub fn new(definitions: &Arc<Definitions>) -> Self {
        Self {
            definitions: Arc::clone(definitions),
            folds: fold::State::default(),
            growing: Growing::default(),
            company: Company::new(definitions),
            windows: Windows::new(definitions),
            counting: Counting::new(definitions),
            seen: Seen::default(),
            floor: i64::MIN,
            recalled: Vec::new(),
        }
    }

    /// Takes in the matches of a batch, in whatever order batches come.
    pub fn take(&mut self, found: Found, recall: &mut Recall<'_>) -> Changes {
        self.recall(&found, recall);
        let mut changes = Changes::default();
        let mut touched = FxHashSet::default();
        for piece in self.pieces(found, &mut changes) {
            let saved = self.saved(&piece);
            if self.feed(piece, &mut touched, &mut changes) {
                changes.matches.extend(saved);
            }
        }
        self.settled(&touched, &mut changes);
        changes
    }

    /// No event with a time up to this one is expected any more: windows close, and what cannot change is let go.
    pub fn tick(&mut self, watermark: Timestamp) -> Changes {
        let mut changes = Changes::default();
        changes.alerts = self.windows.advance(&self.definitions, watermark, &mut changes);
        changes.alerts.extend(self.counting.advance(&self.definitions, watermark));
        changes.alerts.sort_by_key(|alert| (alert.time, alert.id));
        self.forget(watermark);
        changes
    }

    /// Makes the state again that these matches had made, windows closed up to the watermark. What it told before is not
    /// told again.
    ///
    /// The matches are those of all events since the horizon before the watermark.
    pub fn restore(&mut self, matches: Vec<Saved>, watermark: Option<Timestamp>) {
        self.feed_again(matches, Role::Feeds);
        if let Some(watermark) = watermark {
            self.floor = oldest(watermark, self.horizon()).nanos;
            self.tick(watermark);
        }
    }

    /// Makes again what late events belong to, as far as it was forgotten.
    fn recall(&mut self, found: &Found, recall: &mut Recall<'_>) {
        let reach = self.lasting().saturating_mul(1_000_000_000);
        let late = found.events.iter().filter_map(|event| event.identity.time).map(|time| time.nanos).filter(|time| *time < self.floor);
        for time in late.collect::<Vec<_>>() {
            if !self.recalled.iter().any(|(from, to)| (*from..*to).contains(&time)) {
                let (from, to) = (time.saturating_sub(reach), time.saturating_add(reach));
                self.recalled.push((from, to));
                self.feed_again(recall(from, to), Role::Fires);
            }
        }
    }

    /// Feeds matches of before, of events that are not known here; windows only where they may still be open.
    fn feed_again(&mut self, matches: Vec<Saved>, most: Role) {
        let definitions = Arc::clone(&self.definitions);
        let (mut touched, mut changes) = (FxHashSet::default(), Changes::default());
        let mut new: FxHashMap<EventId, bool> = FxHashMap::default();
        for piece in matches.into_iter().filter_map(|saved| saved.bind(&definitions)).filter(|piece| piece.occurrence.role <= most) {
            if *new.entry(piece.id).or_insert_with(|| self.seen.is_new(piece.id, piece.event.identity.time)) {
                self.feed(piece, &mut touched, &mut changes);
            }
        }
        self.settled(&touched, &mut changes);
    }

    /// How far back (in seconds) a match may still matter.
    pub fn horizon(&self) -> i64 {
        self.lasting().max(self.counting.horizon())
    }

    /// How far back (in seconds) what has triggered may still change.
    fn lasting(&self) -> i64 {
        let folds = self.definitions.alerts.iter().filter_map(|alert| alert.fold.as_ref()).map(|fold| fold.within_seconds.cast_signed());
        folds.chain([self.windows.horizon(), self.company.horizon()]).max().unwrap_or(0)
    }

    /// The batch's matches of events that had not matched before.
    fn pieces(&mut self, found: Found, changes: &mut Changes) -> Vec<Piece> {
        let Found { events, mut occurrences, .. } = found;
        let ids = identity::identify(&events);
        let first = identity::first_copies(&events, &ids);
        let fresh: Vec<bool> = (0..events.len()).map(|at| first.contains(&(at as u32)) && self.seen.is_new(ids[at], events[at].identity.time)).collect();
        changes.duplicates += fresh.iter().filter(|fresh| !**fresh).count() as u64;
        occurrences.retain(|o| fresh[o.event as usize]);
        occurrences.sort_by_key(|o| (events[o.event as usize].identity.time, ids[o.event as usize], o.alert, o.role));
        let events: Vec<Arc<_>> = events.into_iter().map(Arc::new).collect();
        let piece = |occurrence: Occurrence| {
            let at = occurrence.event as usize;
            Piece { id: ids[at], event: Arc::clone(&events[at]), occurrence }
        };
        occurrences.into_iter().map(piece).collect()
    }

    /// Puts a match where it belongs; tells whether it came in time.
    fn feed(&mut self, piece: Piece, touched: &mut FxHashSet<EventId>, changes: &mut Changes) -> bool {
        let definitions = Arc::clone(&self.definitions);
        let alert = &definitions.alerts[piece.occurrence.alert as usize];
        if let Some(exception) = piece.occurrence.excepted {
            *changes.excepted.entry(format!("{}/{}", alert.definition.name, alert.exceptions[exception as usize].id)).or_default() += 1;
            return true;
        }
        match piece.occurrence.role {
            Role::Feeds => self.windows.take(&definitions, piece, changes),
            Role::Fires if alert.trigger.counts() => self.counting.take(&definitions, piece, changes),
            Role::Fires => {
                self.fire(&definitions, alert, piece, touched);
                true
            }
        }
    }

    /// Adds a match to the triggered alert that it belongs to.
    fn fire(&mut self, definitions: &Definitions, alert: &Active, piece: Piece, touched: &mut FxHashSet<EventId>) {
        let Some(fold) = &alert.fold else {
            let id = occurrence::of_event(&alert.definition.id, piece.id);
            self.growing.join(definitions, id, piece);
            touched.insert(id);
            return;
        };
        let alone = piece.alone();
        let (name, fact) = piece.scene(definitions, |scene| (name(scene, &alone), fact(scene, fold, &alone)));
        let firing;
        (self.folds, firing) = engine(fold).step(std::mem::take(&mut self.folds), &name, &fact);
        self.growing.join(definitions, firing.id, piece);
        let next = firing.next.into_iter().filter(|next| self.growing.go_on(*next, true)).collect::<Vec<_>>();
        self.growing.go_on(firing.id, firing.continues);
        touched.extend(next.into_iter().chain([firing.id]));
    }

    /// What other alerts of the same doing make of those that changed.
    fn settled(&mut self, touched: &FxHashSet<EventId>, changes: &mut Changes) {
        let attempts = self.company.settle(&self.definitions, &mut self.growing, touched);
        let mut alerts: Vec<Triggered> = attempts.changed.iter().filter_map(|id| self.growing.get(*id)).cloned().collect();
        alerts.extend(attempts.made);
        alerts.sort_by_key(|alert| (alert.time, alert.id));
        changes.alerts.extend(alerts);
    }

    /// Only what state is made of is kept: an alert that neither folds nor is evidence of anything stands for itself.
    fn saved(&self, piece: &Piece) -> Option<Saved> {
        let alert = &self.definitions.alerts[piece.occurrence.alert as usize];
        let matters = piece.occurrence.role == Role::Feeds
            || alert.trigger.counts()
            || alert.fold.is_some()
            || self.definitions.ladders.alerts.contains_key(&alert.definition.name);
        (matters && piece.occurrence.excepted.is_none()).then(|| Saved::new(&self.definitions, piece))
    }

    fn forget(&mut self, watermark: Timestamp) {
        let oldest = oldest(watermark, self.lasting());
        self.floor = self.floor.max(oldest.nanos);
        self.recalled.clear();
        for alert in &self.definitions.alerts {
            if let Some(fold) = &alert.fold {
                self.folds.close(engine(fold), &alert.definition.id, oldest.nanos);
            }
        }
        self.growing.forget(oldest);
        self.company.forget(&self.growing, oldest);
        self.seen.forget(oldest);
    }
}

/// Twice as far before the watermark as anything may still matter.
fn oldest(watermark: Timestamp, horizon: i64) -> Timestamp {
    Timestamp::from_seconds(watermark.seconds().saturating_sub(horizon.saturating_mul(2)))
}
