//! Why one rule holds for events or does not: the same path as a scan, with every answer kept.

use crate::definitions::Definitions;
use crate::derive::Deriver;
use std::sync::Arc;
use watchbell_engine::Matcher;
use watchbell_jobs::Job;
use watchbell_model::{Decoded, LogSource, Quarantined, Sink};
use watchbell_rules::{Answer, Explanation, RuleId, explain};

/// The most events that are explained.
const MOST: usize = 100;

/// One view of one event, explained.
#[derive(Debug)]
pub struct Explained {
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
    pub source: LogSource,
    pub explanation: Explanation,
}

/// Takes events and explains a rule on each view of its log source.
pub struct Explainer {
    definitions: Arc<Definitions>,
    matcher: Matcher,
    deriver: Deriver,
    rule: RuleId,
    pub explained: Vec<Explained>,
    pub events: u64,
    /// The log sources that events had and the rule is not asked of.
    pub others: Vec<LogSource>,
    pub quarantined: Vec<Quarantined>,
}

impl Explainer {
    pub fn new(definitions: &Arc<Definitions>, rule: RuleId) -> Self {
        Self {
            matcher: definitions.engine.matcher(),
            deriver: Deriver::new(&definitions.ruleset.fields),
            definitions: Arc::clone(definitions),
            rule,
            explained: Vec::new(),
            events: 0,
            others: Vec::new(),
            quarantined: Vec::new(),
        }
    }

    fn explain(&mut self, event: &Decoded<'_, '_>) {
        let (ruleset, matcher) = (&self.definitions.ruleset, &mut self.matcher);
        let rule = &ruleset.rules[self.rule.0 as usize];
        for part in event.parts.iter() {
            for (index, view) in part.class.views.iter().enumerate() {
                if !rule.source.admits(&view.source) {
                    if !self.others.contains(&view.source) {
                        self.others.push(view.source.clone());
                    }
                    continue;
                }
                let mut ask = |id| {
                    let (held, saw) = matcher.predicate(id, part, index);
                    Answer { held, saw }
                };
                let explanation = explain(ruleset, rule, &mut ask);
                self.explained.push(Explained { lines: event.lines, record: event.record, source: view.source.clone(), explanation });
            }
        }
    }
}

impl<'a> Sink<'a> for Explainer {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        self.events += 1;
        if self.explained.len() >= MOST {
            return;
        }
        match self.deriver.jobs(event) {
            None => self.explain(event),
            Some((part, jobs)) => jobs.iter().for_each(|job: &Arc<Job>| {
                self.deriver.put(event, part, job);
                self.explain(event);
            }),
        }
    }

    fn skipped(&mut self, _: u64) {}

    fn quarantined(&mut self, trouble: Quarantined) {
        if self.quarantined.len() < MOST {
            self.quarantined.push(trouble);
        }
    }
}
