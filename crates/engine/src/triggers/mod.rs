//! Triggers that count: a state machine that takes matches and watermarks, and gives what fired. Each method is one file.
//!
//! Time is the events' own. A window closes when the watermark has passed its end; until then a match counts whenever it
//! comes. What fires is known by alert, key and start of the window ([`crate::occurrence::of_window`]).

mod bucket;
mod deviation;
mod gradient;
mod low;
mod period;
mod rolling;
mod several;
mod state;

pub use gradient::PAST;
pub use low::GONE;
pub use period::Life;
pub use state::State;

use crate::occurrence::Key;
use bucket::{Bucket, KEPT};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_model::{EventId, IdWriter, Outcome};
use watchbell_rules::pack::{self, Aggregate, Trigger};

/// The method of a trigger; none if it does not count.
fn method<T: Clone + Send + 'static>(trigger: &Trigger) -> Option<Box<dyn Method<T>>> {
    match trigger {
        Trigger::Each {} | Trigger::Ladder(_) => None,
        Trigger::Several(several) => Some(Box::new(several::Several::new(several))),
        Trigger::Low(low) => Some(Box::new(low::Low::new(low))),
        Trigger::Rolling(rolling) => Some(Box::new(rolling::Rolling::new(rolling))),
        Trigger::Deviation(deviation) => Some(Box::new(deviation::Deviation::new(deviation))),
        Trigger::Gradient(gradient) => Some(Box::new(gradient::Gradient::new(gradient))),
    }
}

/// A match as a trigger counts it. `T` is whatever shall come out again with the firing.
#[derive(Clone, Debug)]
pub struct Match<T> {
    /// Index of the trigger.
    pub trigger: u32,
    /// Nanoseconds since 1970.
    pub time: i64,
    pub event: EventId,
    /// Values that the trigger groups by, as they are written; upper and lower case are the same.
    pub key: Key,
    /// Of the field that is measured.
    pub values: Vec<String>,
    pub outcome: Outcome,
    pub member: T,
}

#[derive(Clone, Debug)]
pub enum Input<T> {
    Match(Match<T>),
    /// No match with a time up to this one is expected any more.
    Watermark(i64),
}

/// A trigger fired for a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Firing<T> {
    pub trigger: u32,
    /// In lower case: with alert and start, what its id is made of.
    pub key: Key,
    /// The key as a match wrote it.
    pub written: Key,
    /// What the window is known by: its start, the time of a run.
    pub start: i64,
    /// Times of the first and the last match; of `low`, the start and the end of the period.
    pub first: i64,
    pub last: i64,
    /// Matches in the window.
    pub count: u64,
    /// The worst of them; none where there is no match.
    pub outcome: Option<Outcome>,
    /// What differs, and from what.
    pub value: Option<f64>,
    pub usual: Option<f64>,
    /// The first thousand, by time and id; fewer, if there were too many to hold.
    pub members: Vec<T>,
}

/// How a method counts.
trait Method<T>: Send + Sync {
    /// The state of one scope.
    fn cell(&self, scope: &Key, life: Life) -> Box<dyn Cell<T>>;

    /// The scope of a key: its own, or one for all.
    fn scope(&self, key: &Key) -> Key {
        key.clone()
    }

    /// Whether the scope without a key is there before its first match.
    fn stands(&self, _: Life) -> bool {
        false
    }

    /// Nanoseconds that a match may matter.
    fn reach(&self) -> i64;

    /// Whether only periods are judged that an input has from beginning to end.
    fn whole(&self) -> bool {
        false
    }

    /// Whether it matters when an input begins and ends, besides its matches.
    fn edges(&self) -> bool {
        self.whole()
    }

    /// Of an input that ends, up to when time goes on.
    fn close_at(&self, end: i64) -> i64 {
        if self.whole() { end } else { i64::MAX }
    }
}

/// The state of one scope.
trait Cell<T>: Send {
    fn take(&mut self, item: Item<T>, watermark: i64) -> Taken;

    /// Closes what the watermark has passed. A firing comes with the key of its group, if that is not the scope's.
    fn advance(&mut self, watermark: i64, fire: &mut dyn FnMut(Key, Firing<T>));

    /// Whether nothing is lost with it.
    fn is_idle(&self) -> bool;
}

/// What became of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    Counted,
    /// The window is closed.
    Late,
    /// There is no room.
    Crowded,
    /// It is not of the trigger's time, or has nothing that is measured.
    Outside,
}

/// A match within a scope.
struct Item<T> {
    time: i64,
    event: EventId,
    key: Key,
    /// The key in lower case.
    folded: Key,
    numbers: Vec<f64>,
    outcome: Outcome,
    /// None where too many are held.
    named: Option<Named<T>>,
    /// As many are held as there are copies of it.
    place: Arc<()>,
}

/// A match that a firing names.
#[derive(Clone, Debug)]
struct Named<T> {
    member: T,
    /// As many are held as there are copies of it.
    _place: Arc<()>,
}

/// By more than how much something differs.
#[derive(Clone, Copy, Debug)]
struct Difference {
    absolute: Option<f64>,
    percent: Option<f64>,
    aggregate: Option<Aggregate>,
}

impl Difference {
    fn new(difference: &pack::Difference) -> Self {
        Self { absolute: difference.absolute, percent: difference.percent, aggregate: difference.value.as_ref().map(|value| value.by) }
    }

    fn is_between(&self, value: f64, usual: f64) -> bool {
        let by = (value - usual).abs();
        self.absolute.is_some_and(|most| by > most) || self.percent.is_some_and(|most| by > usual.abs() * most / 100.0)
    }

    fn has_nothing_of<T>(&self, item: &Item<T>) -> bool {
        self.aggregate.is_some() && item.numbers.is_empty()
    }
}

/// A trigger of an alert.
struct Planned<T> {
    alert: String,
    digest: EventId,
    life: Life,
    method: Box<dyn Method<T>>,
}

/// Triggers of all alerts, ready to be fed.
pub struct Triggers<T> {
    all: Vec<Planned<T>>,
    by_digest: FxHashMap<EventId, u32>,
}

/// What all matches at once come to.
#[derive(Debug)]
pub struct Done<T> {
    /// By trigger, key and start.
    pub firings: Vec<Firing<T>>,
    /// Matches that had no room.
    pub dropped: u64,
}

impl<T: Clone + Send + 'static> Triggers<T> {
    /// The id of an alert, its trigger, and when that is in force. Triggers that do not count take no index.
    pub fn new<'a>(triggers: impl IntoIterator<Item = (&'a str, &'a Trigger, Life)>) -> Self {
        let planned = |(alert, trigger, life): (&str, &Trigger, Life)| {
            let since = life.since.unwrap_or(i64::MIN);
            let digest = IdWriter::new("trigger").part(alert.as_bytes()).part(trigger.digest().as_bytes()).number(since).finish();
            Some(Planned { alert: alert.to_owned(), digest, life, method: method(trigger)? })
        };
        let all: Vec<Planned<T>> = triggers.into_iter().filter_map(planned).collect();
        let by_digest = (0..).zip(&all).map(|(at, planned)| (planned.digest, at)).collect();
        Self { all, by_digest }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether it matters when an input begins and ends, besides its matches.
    pub fn edges(&self) -> bool {
        self.all.iter().any(|planned| planned.method.edges())
    }

    /// Nanoseconds from a match to the last window that it may matter to.
    pub fn reach(&self) -> i64 {
        self.all.iter().map(|planned| planned.method.reach()).max().unwrap_or(0)
    }

    /// One step. Firings of one step come by trigger, key and start.
    pub fn step(&self, mut state: State<T>, input: Input<T>) -> (State<T>, Vec<Firing<T>>) {
        let firings = match input {
            Input::Match(found) => {
                self.take(&mut state, found);
                Vec::new()
            }
            Input::Watermark(time) => self.advance(&mut state, time, |_, time| time),
        };
        (state, firings)
    }

    /// All firings of an input that begins and ends at these times, whatever the order of its matches.
    pub fn all(&mut self, matches: impl IntoIterator<Item = Match<T>>, span: (i64, i64)) -> Done<T> {
        for planned in self.all.iter_mut().filter(|planned| planned.method.whole()) {
            planned.life.since = planned.life.since.max(Some(span.0));
        }
        let mut matches: Vec<Match<T>> = matches.into_iter().collect();
        matches.sort_by_key(|found| (found.time, found.event, found.trigger));
        let (mut state, mut firings) = (State::default(), Vec::new());
        for (number, found) in matches.into_iter().enumerate() {
            if number % AT_ONCE == AT_ONCE - 1 {
                firings.extend(self.advance(&mut state, found.time.saturating_sub(1), |_, time| time));
            }
            self.take(&mut state, found);
        }
        firings.extend(self.advance(&mut state, span.1, |method, end| method.close_at(end)));
        firings.sort_by(|a, b| (a.trigger, &a.key, a.start).cmp(&(b.trigger, &b.key, b.start)));
        Done { firings, dropped: state.dropped }
    }

    fn take(&self, state: &mut State<T>, found: Match<T>) -> Taken {
        let planned = &self.all[found.trigger as usize];
        state.take(planned, found)
    }

    fn advance(&self, state: &mut State<T>, time: i64, to: impl Fn(&dyn Method<T>, i64) -> i64) -> Vec<Firing<T>> {
        self.all.iter().filter(|planned| planned.method.stands(planned.life)).for_each(|planned| state.stand(planned));
        let mut firings = state.advance(|digest| self.by_digest.get(&digest).copied(), |at| to(&*self.all[at as usize].method, time));
        state.watermark = state.watermark.max(time);
        firings.sort_by(|a, b| (a.trigger, &a.key, a.start).cmp(&(b.trigger, &b.key, b.start)));
        firings
    }
}

/// Matches taken in before the windows are advanced, where all are there.
const AT_ONCE: usize = 20_000;
