//! A triggered alert made of the occurrences that belong to it.

use crate::definitions::{Active, Definitions};
use crate::found::{Event, Occurrence};
use std::sync::Arc;
use watchbell_alerts::{EventRef, RuleRef, Triggered};
use watchbell_model::EventId;
use watchbell_rules::{About, RuleId};

/// Everything that occurrences refer to.
pub struct Scene<'a> {
    pub definitions: &'a Definitions,
    pub events: &'a [Event],
    pub ids: &'a [EventId],
}

/// The most events that a triggered alert names.
const EVENTS: usize = 1000;

impl<'a> Scene<'a> {
    pub fn alert(&self, occurrence: &Occurrence) -> &'a Active {
        &self.definitions.alerts[occurrence.alert as usize]
    }

    pub fn event(&self, occurrence: &Occurrence) -> &'a Event {
        &self.events[occurrence.event as usize]
    }

    pub fn id(&self, occurrence: &Occurrence) -> EventId {
        self.ids[occurrence.event as usize]
    }

    /// The first occurrence of a triggered alert.
    pub fn begin(&self, id: EventId, occurrence: &Occurrence) -> Triggered {
        let alert = self.alert(occurrence);
        let time = self.event(occurrence).identity.time;
        let mut new = Triggered {
            id,
            definition: Arc::clone(&alert.definition),
            rules: Vec::new(),
            priority: alert.definition.priority,
            outcome: occurrence.outcome,
            time,
            last: time,
            count: 0,
            entities: Vec::new(),
            job: None,
            events: Vec::new(),
            continues: false,
            excepted: occurrence.excepted.map(|n| alert.exceptions[n as usize].id.clone()),
            background: None,
        };
        self.join(&mut new, occurrence);
        new
    }

    /// One more; occurrences come by (time, id).
    pub fn join(&self, into: &mut Triggered, occurrence: &Occurrence) {
        let alert = self.alert(occurrence);
        into.count += 1;
        into.last = into.last.max(self.event(occurrence).identity.time);
        into.outcome = into.outcome.max(occurrence.outcome);
        if into.events.len() < EVENTS {
            into.events.push(self.reference(occurrence));
        }
        for rule in self.rules(alert, &occurrence.rules) {
            if !into.rules.contains(&rule) {
                into.rules.push(rule);
            }
        }
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

    /// Rules in the alert's order.
    fn rules(&self, alert: &Active, rules: &[RuleId]) -> Vec<RuleRef> {
        let mut rules = rules.to_vec();
        rules.sort_by_key(|rule| alert.rules.iter().position(|r| r == rule));
        rules.iter().map(|rule| reference(&self.definitions.ruleset.rules[rule.0 as usize].about)).collect()
    }

    fn reference(&self, occurrence: &Occurrence) -> EventRef {
        let event = self.event(occurrence);
        EventRef {
            id: self.id(occurrence),
            file: Arc::clone(&event.file.name),
            lines: event.lines,
            record: event.record,
            time: event.identity.time,
            source: Arc::clone(&occurrence.source),
        }
    }
}

pub fn reference(about: &About) -> RuleRef {
    RuleRef { id: about.id.clone(), title: about.title.clone(), level: about.level.clone() }
}
