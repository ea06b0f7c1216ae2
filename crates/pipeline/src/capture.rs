//! What is kept of a match: entities, outcome, the exception that holds it back, what correlations read.

use crate::definitions::{Active, Entity, Filter};
use crate::found::{Occurrence, Role};
use crate::worker::Worker;
use std::sync::Arc;
use watchbell_engine::Hit;
use watchbell_jobs::Job;
use watchbell_model::{LogSource, Outcome, Part};
use watchbell_rules::RuleId;

impl Worker {
    pub(crate) fn read(&mut self, alert: u32, role: Role, hit: &Hit, part: &Part<'_, '_>, job: Option<&Arc<Job>>) -> Occurrence {
        let definitions = Arc::clone(&self.definitions);
        let (active, view) = (&definitions.alerts[alert as usize], hit.view as usize);
        let entities = (0..).zip(&active.entities).filter_map(|(n, entity)| Some((n, entity.of(part, view)?))).collect();
        let fields = if role == Role::Feeds { definitions.correlations.fields(hit.rule) } else { active.measured.clone() };
        Occurrence {
            event: self.found.events.len() as u32,
            alert,
            role,
            rules: vec![hit.rule],
            source: self.source(part, hit.view),
            outcome: self.outcome(active, part, hit.view),
            excepted: self.excepted(active, part, hit.view),
            entities,
            values: fields.iter().flat_map(|field| part.values(view, *field).map(|value| (*field, value.to_text()))).collect(),
            job: job.cloned(),
        }
    }

    fn excepted(&mut self, alert: &Active, part: &Part<'_, '_>, view: u32) -> Option<u32> {
        (0..).zip(&alert.exceptions).find(|(_, exception)| self.holds(&exception.filter, part, view)).map(|(n, _)| n)
    }

    fn outcome(&mut self, alert: &Active, part: &Part<'_, '_>, view: u32) -> Outcome {
        if self.holds(&alert.outcome.failed, part, view) {
            Outcome::Failed
        } else if self.holds(&alert.outcome.tried, part, view) {
            Outcome::Tried
        } else {
            alert.outcome.default
        }
    }

    fn holds(&mut self, filter: &Filter, part: &Part<'_, '_>, view: u32) -> bool {
        let source = &part.class.views[view as usize].source;
        filter.iter().any(|(of, rule): &(LogSource, RuleId)| of.admits(source) && self.matcher.holds(*rule, part, view as usize))
    }

    fn source(&mut self, part: &Part<'_, '_>, view: u32) -> Arc<LogSource> {
        let make = || Arc::new(part.class.views[view as usize].source.clone());
        Arc::clone(self.sources.entry((part.class.number, view)).or_insert_with(make))
    }
}

impl Entity {
    fn of(&self, part: &Part<'_, '_>, view: usize) -> Option<String> {
        let mut values = self.fields.iter().filter_map(|field| part.text(view, *field)).filter(|text| !text.is_empty() && text != "-");
        match &self.pattern {
            None => values.next(),
            Some(pattern) => values.find_map(|text| Some(pattern.captures(&text)?.name("v")?.as_str().to_owned())),
        }
    }
}
