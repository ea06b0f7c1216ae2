//! Alerts whose triggers count matches: what of a match is counted, and what a firing tells.

use crate::definitions::{Active, Definitions};
use crate::found::Occurrence;
use crate::trigger::{Scene, reference};
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_engine::occurrence::of_window;
use watchbell_engine::triggers::{Firing, Life, Match, Triggers};
use watchbell_jobs::Job;
use watchbell_model::{EventId, Timestamp};
use watchbell_rules::pack::{Trigger, USUAL, VALUE};

/// Triggers of all alerts, and whose each is. `T` leads from a firing back to its matches.
pub struct Counted<T> {
    pub triggers: Triggers<T>,
    whose: Vec<Whose>,
}

struct Whose {
    alert: u32,
    /// Indices of the entities that make a group.
    by: Vec<u32>,
    trigger: Trigger,
}

impl<T: Clone + Send + 'static> Counted<T> {
    pub fn new(alerts: &[Active]) -> Self {
        let all: Vec<(u32, &Active, &Trigger, Life)> =
            (0..).zip(alerts).flat_map(|(at, alert)| triggers(alert).map(move |(trigger, life)| (at, alert, trigger, life))).collect();
        let whose = |(alert, active, trigger, _): &(u32, &Active, &Trigger, Life)| Whose {
            alert: *alert,
            by: trigger.by().iter().filter_map(|name| Some(active.entities.iter().position(|entity| entity.name == *name)? as u32)).collect(),
            trigger: (*trigger).clone(),
        };
        let triggers = Triggers::new(all.iter().map(|(_, active, trigger, life)| (active.definition.id.as_str(), *trigger, *life)));
        Self { triggers, whose: all.iter().map(whose).collect() }
    }

    /// A match as each trigger of its alert counts it; none where it has no time.
    pub fn matches(&self, scene: &Scene<'_>, occurrence: &Occurrence, member: &T) -> Vec<Match<T>> {
        let Some(time) = scene.event(occurrence).identity.time else { return Vec::new() };
        let value = |entity: &u32| occurrence.entities.iter().find(|(n, _)| n == entity).map(|(_, value)| value.clone());
        let fields = &scene.definitions.ruleset.fields;
        let made = (0..).zip(&self.whose).filter(|(_, whose)| whose.alert == occurrence.alert).map(|(trigger, whose)| Match {
            trigger,
            time: time.nanos,
            event: scene.id(occurrence),
            key: whose.by.iter().map(value).collect(),
            values: match whose.trigger.measured().and_then(|field| fields.get(field)) {
                Some(field) => occurrence.values.iter().filter(|(id, _)| *id == field).map(|(_, text)| text.clone()).collect(),
                None => Vec::new(),
            },
            outcome: occurrence.outcome,
            member: member.clone(),
        });
        made.collect()
    }

    /// What a firing triggers; `fill` adds its members.
    pub fn triggered(&self, definitions: &Definitions, firing: &Firing<T>, fill: impl FnOnce(&mut Building)) -> Triggered {
        let whose = &self.whose[firing.trigger as usize];
        let alert = &definitions.alerts[whose.alert as usize];
        let mut building = Building { made: bare(alert, of_window(&alert.definition.id, &firing.key, firing.start)), entities: None, job: None };
        fill(&mut building);
        let Building { mut made, entities: common, job } = building;
        if made.rules.is_empty() {
            made.rules = alert.rules.iter().map(|rule| reference(&definitions.ruleset.rules[rule.0 as usize].about)).collect();
        }
        made.time = Some(moment(firing.first, made.events.first().and_then(|event| event.time)));
        made.last = Some(moment(firing.last, made.last));
        made.count = firing.count;
        made.outcome = firing.outcome.unwrap_or(alert.outcome.default);
        made.job = job;
        made.entities = entities(alert, whose, firing, &common.unwrap_or_default());
        made
    }
}

/// A triggered alert, and what all its matches have in common.
pub struct Building {
    made: Triggered,
    entities: Option<Vec<(u32, String)>>,
    job: Option<Arc<Job>>,
}

impl Building {
    pub fn add(&mut self, scene: &Scene<'_>, occurrence: &Occurrence) {
        scene.join(&mut self.made, occurrence);
        match &mut self.entities {
            None => (self.entities, self.job) = (Some(occurrence.entities.clone()), occurrence.job.clone()),
            Some(all) => {
                all.retain(|entity| occurrence.entities.contains(entity));
                self.job = self.job.take().filter(|job| occurrence.job.as_ref() == Some(job));
            }
        }
    }
}

/// Counts the matches of an input that lies between two times (or between its matches); tells too how many had no room.
pub fn gather(scene: &Scene<'_>, occurrences: &[Occurrence], span: Option<(i64, i64)>) -> (Vec<Triggered>, u64) {
    let mut counted = Counted::<u32>::new(&scene.definitions.alerts);
    let times = occurrences.iter().filter_map(|o| Some(scene.event(o).identity.time?.nanos)).chain(span.into_iter().flat_map(|(first, last)| [first, last]));
    let Some(span) = times.fold(None, |all, time| Some(all.map_or((time, time), |(first, last): (i64, i64)| (first.min(time), last.max(time))))) else {
        return (Vec::new(), 0);
    };
    let mut once: Vec<u32> = (0..occurrences.len() as u32).collect();
    // An event that makes several jobs counts once.
    once.dedup_by_key(|at| (scene.id(&occurrences[*at as usize]), occurrences[*at as usize].alert));
    let matches: Vec<Match<u32>> = once.iter().flat_map(|at| counted.matches(scene, &occurrences[*at as usize], at)).collect();
    let done = counted.triggers.all(matches, span);
    let add = |at: &u32, building: &mut Building| building.add(scene, &occurrences[*at as usize]);
    let made = |firing: &Firing<u32>| counted.triggered(scene.definitions, firing, |building| firing.members.iter().for_each(|at| add(at, building)));
    (done.firings.iter().map(made).collect(), done.dropped)
}

/// The triggers of an alert that count, and when each is in force.
fn triggers(alert: &Active) -> impl Iterator<Item = (&Trigger, Life)> {
    let nanos = |time: Option<Timestamp>| time.map(|time| time.nanos);
    let now = (&alert.trigger, Life { since: nanos(alert.since), until: None });
    let former = alert.former.iter().map(move |former| (&former.trigger, Life { since: nanos(former.since), until: Some(former.until.nanos) }));
    former.chain([now]).filter(|(trigger, _)| trigger.counts())
}

/// Whether it matters to triggers when an input begins and ends.
pub fn edges(alerts: &[Active]) -> bool {
    Counted::<()>::new(alerts).triggers.edges()
}

/// The key's, and others on which all matches agree.
fn entities<T>(alert: &Active, whose: &Whose, firing: &Firing<T>, common: &[(u32, String)]) -> Vec<(String, String)> {
    let of_key = |n: u32| firing.written.get(whose.by.iter().position(|by| *by == n)?).cloned().flatten();
    let of_all = |n: u32| common.iter().find(|(other, _)| *other == n).map(|(_, value)| value.clone());
    let named = (0..).zip(&alert.entities).filter_map(|(n, entity)| Some((entity.name.clone(), of_key(n).or_else(|| of_all(n))?)));
    let mut entities: Vec<(String, String)> = named.collect();
    for (name, number) in [(VALUE, firing.value), (USUAL, firing.usual)] {
        if let Some(number) = number.filter(|_| !alert.entities.iter().any(|entity| entity.name == name)) {
            entities.push((name.to_owned(), ((number * 100.0).round() / 100.0).to_string()));
        }
    }
    entities
}

/// A triggered alert without any match.
fn bare(alert: &Active, id: EventId) -> Triggered {
    Triggered {
        id,
        definition: Arc::clone(&alert.definition),
        rules: Vec::new(),
        priority: alert.definition.priority,
        outcome: alert.outcome.default,
        time: None,
        last: None,
        count: 0,
        entities: Vec::new(),
        job: None,
        events: Vec::new(),
        continues: false,
        excepted: None,
        background: None,
    }
}

/// A time, as precise as the event that has it says.
fn moment(nanos: i64, known: Option<Timestamp>) -> Timestamp {
    let plain = if nanos % 1_000_000_000 == 0 { 0 } else { 9 };
    known.filter(|known| known.nanos == nanos).unwrap_or(Timestamp { nanos, digits: plain })
}
