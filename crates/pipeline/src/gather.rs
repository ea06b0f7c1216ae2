//! From the matches of all threads to triggered alerts: identify, order, correlate, fold. The order of arrival does not show.

use crate::definitions::{Active, Definitions};
use crate::found::{Event, Found, Occurrence};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_alerts::{EventRef, RuleRef, Triggered};
use watchbell_model::{Basis, EventId, IdWriter, Outcome, Timestamp};
use watchbell_rules::RuleId;

/// What a scan comes to.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// By (time, id).
    pub alerts: Vec<Triggered>,
    /// Matched events that were the same as one matched before.
    pub duplicates: u64,
    /// Occurrences held back, by `alert/exception`.
    pub excepted: BTreeMap<String, u64>,
}

/// What to give out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Selection {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    /// Also what exceptions held back.
    pub show_excepted: bool,
}

/// The most events that a triggered alert names.
const EVENTS: usize = 1000;

pub fn gather(definitions: &Definitions, found: Found, selection: &Selection) -> Outcomes {
    let Found { events, occurrences, .. } = found;
    let ids = identify(&events);
    let first = first_copies(&events, &ids);
    let mut outcomes = Outcomes { duplicates: (events.len() - first.len()) as u64, ..Outcomes::default() };
    let mut kept: Vec<Occurrence> = occurrences.into_iter().filter(|o| first.contains(&o.event)).collect();
    kept.retain(|o| selection.admits(events[o.event as usize].identity.time));
    for occurrence in kept.iter().filter(|o| o.excepted.is_some()) {
        *outcomes.excepted.entry(exception(definitions, occurrence).unwrap_or_default()).or_default() += 1;
    }
    kept.retain(|o| selection.show_excepted || o.excepted.is_none());
    kept.sort_by_key(|o| (events[o.event as usize].identity.time, ids[o.event as usize], o.alert));
    let scan = Scan { definitions, events: &events, ids: &ids };
    outcomes.alerts = scan.fold(kept);
    outcomes.alerts.sort_by_key(|alert| (alert.time, alert.id));
    outcomes
}

impl Selection {
    fn admits(&self, time: Option<Timestamp>) -> bool {
        let after = self.from.is_none_or(|from| time.is_some_and(|t| t.nanos >= from.nanos));
        after && self.to.is_none_or(|to| time.is_some_and(|t| t.nanos < to.nanos))
    }
}

/// Ids; of records that have none, the number among the identical ones of their file goes in.
fn identify(events: &[Event]) -> Vec<EventId> {
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|i| place(&events[*i]));
    let mut seen: FxHashMap<(usize, EventId), i64> = FxHashMap::default();
    let mut ids = vec![EventId([0; 16]); events.len()];
    for i in order {
        let event = &events[i];
        ids[i] = match &event.identity.basis {
            Basis::Own(id) => *id,
            Basis::Raw(content) => {
                let number = seen.entry((Arc::as_ptr(&event.file) as usize, *content)).or_default();
                *number += 1;
                IdWriter::new("raw").part(&content.0).part(&event.file.unit).number(*number).finish()
            }
        };
    }
    ids
}

/// Indices of the events that stand for all their copies: those with the smallest place.
fn first_copies(events: &[Event], ids: &[EventId]) -> FxHashSet<u32> {
    let mut order: Vec<u32> = (0..events.len() as u32).collect();
    order.sort_by_key(|i| place(&events[*i as usize]));
    let mut seen = FxHashSet::default();
    order.into_iter().filter(|i| seen.insert(ids[*i as usize])).collect()
}

fn place(event: &Event) -> (&str, Option<(u64, u64)>, Option<u64>) {
    (&event.file.name, event.lines, event.record)
}

fn exception(definitions: &Definitions, occurrence: &Occurrence) -> Option<String> {
    let alert = &definitions.alerts[occurrence.alert as usize];
    let exception = alert.exceptions.get(occurrence.excepted? as usize)?;
    Some(format!("{}/{}", alert.definition.name, exception.id))
}

struct Scan<'a> {
    definitions: &'a Definitions,
    events: &'a [Event],
    ids: &'a [EventId],
}

/// What occurrences of one triggered alert have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key {
    alert: u32,
    values: Vec<Option<String>>,
    bucket: Option<i64>,
    outcome: Option<Outcome>,
    excepted: Option<u32>,
}

impl Scan<'_> {
    fn fold(&self, occurrences: Vec<Occurrence>) -> Vec<Triggered> {
        let mut at: FxHashMap<Key, usize> = FxHashMap::default();
        let mut folded: Vec<Triggered> = Vec::new();
        for occurrence in occurrences {
            let alert = &self.definitions.alerts[occurrence.alert as usize];
            let Some(key) = self.key(alert, &occurrence) else {
                folded.push(self.triggered(alert, &occurrence, None));
                continue;
            };
            match at.get(&key) {
                Some(index) => self.join(alert, &mut folded[*index], &occurrence),
                None => {
                    folded.push(self.triggered(alert, &occurrence, Some(&key)));
                    at.insert(key, folded.len() - 1);
                }
            }
        }
        folded
    }

    fn key(&self, alert: &Active, occurrence: &Occurrence) -> Option<Key> {
        let fold = alert.fold.as_ref()?;
        let value = |name: &String| {
            let index = alert.entities.iter().position(|entity| entity.name == *name)? as u32;
            occurrence.entities.iter().find(|(n, _)| *n == index).map(|(_, value)| value.to_lowercase())
        };
        let width = (fold.within_seconds.max(1) as i64).saturating_mul(1_000_000_000);
        Some(Key {
            alert: occurrence.alert,
            values: fold.by.iter().map(value).collect(),
            bucket: self.event(occurrence).identity.time.map(|t| t.nanos.div_euclid(width)),
            outcome: (!fold.worst).then_some(occurrence.outcome),
            excepted: occurrence.excepted,
        })
    }

    fn event(&self, occurrence: &Occurrence) -> &Event {
        &self.events[occurrence.event as usize]
    }

    fn triggered(&self, alert: &Active, occurrence: &Occurrence, key: Option<&Key>) -> Triggered {
        let time = self.event(occurrence).identity.time;
        let id = IdWriter::new("triggered").part(alert.definition.id.as_bytes());
        let id = match key {
            Some(key) => key.write(id),
            None => id.part(&self.ids[occurrence.event as usize].0).part(alert.definition.name.as_bytes()),
        };
        Triggered {
            id: id.finish(),
            definition: Arc::clone(&alert.definition),
            rules: self.rules(alert, &occurrence.rules),
            outcome: occurrence.outcome,
            time,
            last: time,
            count: 1,
            entities: occurrence.entities.iter().map(|(n, value)| (alert.entities[*n as usize].name.clone(), value.clone())).collect(),
            job: occurrence.job.clone(),
            events: vec![self.event_ref(occurrence)],
            continues: false,
            excepted: occurrence.excepted.map(|n| alert.exceptions[n as usize].id.clone()),
        }
    }

    fn join(&self, alert: &Active, into: &mut Triggered, occurrence: &Occurrence) {
        into.count += 1;
        into.last = into.last.max(self.event(occurrence).identity.time);
        into.outcome = into.outcome.max(occurrence.outcome);
        if into.events.len() < EVENTS {
            into.events.push(self.event_ref(occurrence));
        }
        let new = self.rules(alert, &occurrence.rules);
        new.into_iter().for_each(|rule| {
            if !into.rules.contains(&rule) {
                into.rules.push(rule);
            }
        });
        for (n, value) in &occurrence.entities {
            let name = &alert.entities[*n as usize].name;
            if into.entity(name).is_none() {
                into.entities.push((name.clone(), value.clone()));
            }
        }
        if into.job.is_none() {
            into.job.clone_from(&occurrence.job);
        }
    }

    fn rules(&self, alert: &Active, rules: &[RuleId]) -> Vec<RuleRef> {
        let mut rules: Vec<RuleId> = rules.to_vec();
        rules.sort_by_key(|rule| alert.rules.iter().position(|r| r == rule).map_or(Reverse(0), |at| Reverse(usize::MAX - at)));
        let about = |rule: &RuleId| &self.definitions.ruleset.rules[rule.0 as usize].about;
        rules.iter().map(about).map(|a| RuleRef { id: a.id.clone(), title: a.title.clone(), level: a.level.clone() }).collect()
    }

    fn event_ref(&self, occurrence: &Occurrence) -> EventRef {
        let event = self.event(occurrence);
        EventRef {
            id: self.ids[occurrence.event as usize],
            file: Arc::clone(&event.file.name),
            lines: event.lines,
            record: event.record,
            time: event.identity.time,
            source: Arc::clone(&occurrence.source),
        }
    }
}

impl Key {
    fn write(&self, id: IdWriter) -> IdWriter {
        let id = self.values.iter().fold(id, |id, value| match value {
            Some(value) => id.number(1).part(value.as_bytes()),
            None => id.number(0),
        });
        let id = self.bucket.map_or_else(|| id.clone().number(0), |bucket| id.clone().number(1).number(bucket));
        let id = id.part(self.outcome.map_or("", Outcome::word).as_bytes());
        id.number(self.excepted.map_or(-1, i64::from))
    }
}
