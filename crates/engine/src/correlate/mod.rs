//! Correlations on event time: a state machine that takes matches and watermarks, and gives what fired.
//!
//! Matches wait until the watermark passes them and are then taken by (time, id), so that the order of their arrival does
//! not show. Where a condition can only become truer with further matches (`gte`, `gt`, all seen), the window slides: it
//! opens at the first match within the timespan of the one that makes the condition true. Else (`lt`, `eq`, `not`) it opens
//! at a match that no window holds, and is judged at its end. Either way it lasts a timespan from its first match, fires
//! when it closes, and what it held begins no other.

mod measure;
mod state;
mod window;

pub use state::State;
pub use window::{Firing, Member};

use crate::occurrence::{Key, of_window};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_model::{EventId, FieldId};
use watchbell_rules::{Correlation, RuleId, Ruleset, Target};
use window::{HELD, Item};

/// A rule held for an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Nanoseconds since 1970.
    pub time: i64,
    pub event: EventId,
    pub rule: RuleId,
    /// Values of the fields that [`Correlations::fields`] names, a field once for each value.
    pub values: Vec<(FieldId, String)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    Match(Match),
    /// No match with a time up to this one comes any more: the greatest time seen, less the lateness budget.
    Watermark(i64),
}

/// Correlations of a ruleset, ready to be fed.
pub struct Correlations {
    all: Vec<Correlation>,
    names: Vec<String>,
    by_rule: FxHashMap<RuleId, Vec<(u32, u32)>>,
    by_correlation: FxHashMap<u32, Vec<(u32, u32)>>,
    /// How far behind the watermark each works: the firings of those it refers to come later than their times.
    delays: Vec<i64>,
}

impl Correlations {
    pub fn new(rules: &Ruleset) -> Self {
        let all = rules.correlations.clone();
        let names = all.iter().map(|c| c.about.id.clone().unwrap_or_else(|| c.about.title.clone())).collect();
        let mut new = Self { all, names, by_rule: FxHashMap::default(), by_correlation: FxHashMap::default(), delays: Vec::new() };
        for (number, correlation) in rules.correlations.iter().enumerate() {
            let mut delay = 0;
            for (position, referred) in correlation.of.iter().enumerate() {
                let place = (number as u32, position as u32);
                match referred.target {
                    Target::Rule(rule) => new.by_rule.entry(rule).or_default().push(place),
                    Target::Correlation(inner) if (inner as usize) < number => {
                        new.by_correlation.entry(inner).or_default().push(place);
                        delay = delay.max(new.delays[inner as usize].saturating_add(span(&rules.correlations[inner as usize])));
                    }
                    Target::Correlation(_) => {}
                }
            }
            new.delays.push(delay);
        }
        new
    }

    /// The fields of a rule's matches that correlations read; nothing for a rule that none refers to.
    pub fn fields(&self, rule: RuleId) -> Vec<FieldId> {
        let referred = self.by_rule.get(&rule).into_iter().flatten().map(|(c, position)| &self.all[*c as usize].of[*position as usize]);
        let mut fields: Vec<FieldId> = referred.flat_map(|referred| referred.group.iter().chain(&referred.values).copied()).collect();
        fields.sort_unstable();
        fields.dedup();
        fields
    }

    /// Nanoseconds from a match to the last end of a window that it may be part of.
    pub fn reach(&self) -> i64 {
        self.all.iter().zip(&self.delays).map(|(correlation, delay)| delay.saturating_add(span(correlation))).max().unwrap_or(0)
    }

    /// One step. Firings come by time of closing; those of one step by correlation, key and start.
    pub fn step(&self, mut state: State, input: Input) -> (State, Vec<Firing>) {
        let firings = match input {
            Input::Match(found) => {
                self.take(&mut state, &found);
                Vec::new()
            }
            Input::Watermark(time) => self.advance(&mut state, time),
        };
        (state, firings)
    }

    /// All firings of a set of matches, whatever their order; and how many matches a key had no room for
    /// ([`State::dropped`]).
    pub fn all(&self, matches: impl IntoIterator<Item = Match>) -> (Vec<Firing>, u64) {
        let mut matches: Vec<Match> = matches.into_iter().collect();
        matches.sort_by_key(|found| (found.time, found.rule, found.event));
        let (mut state, mut firings) = (State::default(), Vec::new());
        for (number, found) in matches.into_iter().enumerate() {
            // Long before a key has more waiting than it may hold.
            if number % AT_ONCE == AT_ONCE - 1 {
                firings.extend(self.advance(&mut state, found.time.saturating_sub(1)));
            }
            self.take(&mut state, &found);
        }
        firings.extend(self.advance(&mut state, i64::MAX));
        firings.sort_by(|a, b| (a.correlation, &a.key, a.start).cmp(&(b.correlation, &b.key, b.start)));
        (firings, state.dropped)
    }

    fn take(&self, state: &mut State, found: &Match) {
        for (number, position) in self.by_rule.get(&found.rule).into_iter().flatten() {
            let referred = &self.all[*number as usize].of[*position as usize];
            let of = |field: FieldId| found.values.iter().filter(move |(id, _)| *id == field).map(|(_, text)| text.clone());
            let key = referred.group.iter().map(|field| of(*field).next()).collect();
            let members = Arc::from([Member { time: found.time, event: found.event, rule: found.rule }]);
            let values = match referred.values.as_slice() {
                [] => None,
                [field] => Some(of(*field).collect()),
                fields => Some(combinations(fields.iter().map(|field| of(*field)))),
            };
            let item = Item { time: found.time, position: *position, id: found.event, values, members };
            self.put(state, *number, key, item);
        }
    }

    fn put(&self, state: &mut State, number: u32, key: Key, item: Item) {
        state.put(number, &self.names[number as usize], key, item, self.behind(state.watermark, number));
    }

    fn behind(&self, watermark: i64, number: u32) -> i64 {
        // The end of time is the end for all.
        if watermark == i64::MAX { watermark } else { watermark.saturating_sub(self.delays[number as usize]) }
    }

    fn advance(&self, state: &mut State, time: i64) -> Vec<Firing> {
        let mut firings = Vec::new();
        for (number, correlation) in self.all.iter().enumerate() {
            let number = number as u32;
            let mut fired = state.advance(number, correlation, self.behind(time, number));
            fired.sort_by(|a, b| (&a.key, a.start).cmp(&(&b.key, b.start)));
            for firing in &fired {
                self.pass_on(state, firing);
            }
            firings.append(&mut fired);
        }
        state.watermark = state.watermark.max(time);
        firings
    }

    /// Gives a firing to the correlations that refer to its own.
    fn pass_on(&self, state: &mut State, firing: &Firing) {
        let inner = &self.all[firing.correlation as usize];
        for (number, position) in self.by_correlation.get(&firing.correlation).into_iter().flatten() {
            let place = |name: &String| inner.group_by.iter().position(|n| n == name);
            let key = self.all[*number as usize].group_by.iter().map(|name| place(name).and_then(|at| firing.key[at].clone())).collect();
            let id = of_window(&self.names[firing.correlation as usize], &firing.key, firing.start);
            let members = firing.members.as_slice().into();
            let item = Item { time: firing.time, position: *position, id, values: None, members };
            self.put(state, *number, key, item);
        }
    }
}

/// Matches taken in before the windows are advanced, where all are there.
const AT_ONCE: usize = HELD / 4;

/// Combinations of several fields' values that one match gives at most.
const MOST_COMBINED: usize = 64;

/// Each combination of one value of each field as one text, no two of them alike; none if a field has no value.
fn combinations(fields: impl Iterator<Item = impl Iterator<Item = String>>) -> Vec<String> {
    fields.fold(vec![String::new()], |combined, values| {
        let values: Vec<String> = values.take(MOST_COMBINED).collect();
        combined.iter().flat_map(|before| values.iter().map(move |value| format!("{before}{}:{value}", value.len()))).take(MOST_COMBINED).collect()
    })
}

fn span(correlation: &Correlation) -> i64 {
    i64::try_from(correlation.timespan_seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000_000)
}
