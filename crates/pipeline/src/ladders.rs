//! Which evidence belongs to an alert's ladder: what was seen of its actor, session or job on its host, in time.

use crate::keys::Keys;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use watchbell_alerts::Triggered;
use watchbell_engine::ladder::Climb;
use watchbell_jobs::Verb;
use watchbell_model::{EventId, Ladder, Outcome, Priority, Step, Timestamp};
use watchbell_story::Fact;

/// What packs say of ladders.
#[derive(Clone, Debug, Default)]
pub struct LadderPlan {
    /// Evidence so many seconds from an alert counts.
    pub within: i64,
    pub alerts: FxHashMap<String, Step>,
    /// By kind of fact.
    pub facts: Vec<Option<Step>>,
    /// What a step, once done, raises an alert's priority to.
    pub priority: BTreeMap<Step, Priority>,
}

impl LadderPlan {
    pub fn raised(&self, priority: Priority, ladder: &Ladder) -> Priority {
        let done = ladder.steps.iter().filter(|(_, rung)| rung.outcome == Outcome::Done);
        done.filter_map(|(step, _)| self.priority.get(step).copied()).chain([priority]).max().unwrap_or(priority)
    }
}

/// All evidence of a scan, by what it can be found by.
pub struct Ladders<'p> {
    plan: &'p LadderPlan,
    evidence: Vec<Evidence>,
    by_key: FxHashMap<String, Vec<u32>>,
}

struct Evidence {
    step: Step,
    outcome: Outcome,
    time: Option<Timestamp>,
    event: EventId,
    keys: Keys,
}

/// Events of one triggered alert that count as evidence.
const EVENTS: usize = 8;

impl<'p> Ladders<'p> {
    /// `keys`: of the alerts, in their order.
    pub fn new(plan: &'p LadderPlan, alerts: &[Triggered], keys: &[Keys], facts: &[Fact]) -> Self {
        let mut ladders = Self { plan, evidence: Vec::new(), by_key: FxHashMap::default() };
        for (alert, keys) in alerts.iter().zip(keys) {
            for (event, step) in alert.events.iter().take(EVENTS).filter_map(|event| Some((event, *plan.alerts.get(&alert.definition.name)?))) {
                ladders.add(Evidence { step, outcome: alert.outcome, time: event.time, event: event.id, keys: keys.clone() });
            }
        }
        for fact in facts {
            if let Some(Some(step)) = plan.facts.get(fact.kind as usize) {
                ladders.add(Evidence { step: *step, outcome: fact.outcome, time: fact.time, event: fact.id, keys: Keys::of_fact(fact) });
            }
        }
        ladders
    }

    /// The ladder of an alert with these keys. An alert of no step has that of its company.
    pub fn of(&self, alert: &Triggered, keys: &Keys) -> Climb {
        let mut climb = Climb::default();
        let own = self.plan.alerts.get(&alert.definition.name);
        own.into_iter().flat_map(|step| alert.events.iter().map(move |e| (*step, e))).for_each(|(step, e)| climb.add(step, alert.outcome, e.time, e.id));
        let found = keys.each().filter_map(|key| self.by_key.get(key)).flatten().map(|at| &self.evidence[*at as usize]);
        for evidence in found.filter(|evidence| evidence.keys.same_host(keys) && self.in_time(alert, evidence.time)) {
            climb.add(evidence.step, evidence.outcome, evidence.time, evidence.event);
        }
        climb
    }

    /// Seconds from the making of a job to its removal.
    pub fn lived(&self, alert: &Triggered, keys: &Keys) -> Option<u64> {
        let made = alert.time.filter(|_| alert.job.as_deref().is_some_and(|job| job.verb == Verb::Create))?;
        let found = keys.things().filter_map(|key| self.by_key.get(key)).flatten().map(|at| &self.evidence[*at as usize]);
        let gone = found.filter(|evidence| evidence.step == Step::CleanUp && evidence.outcome == Outcome::Done && evidence.keys.same_host(keys));
        gone.filter_map(|evidence| u64::try_from(evidence.time?.seconds() - made.seconds()).ok()).min()
    }

    fn add(&mut self, evidence: Evidence) {
        let at = self.evidence.len() as u32;
        for key in evidence.keys.each() {
            self.by_key.entry(key.to_owned()).or_default().push(at);
        }
        self.evidence.push(evidence);
    }

    fn in_time(&self, alert: &Triggered, time: Option<Timestamp>) -> bool {
        let (Some(first), Some(time)) = (alert.time, time) else { return false };
        let last = alert.last.unwrap_or(first);
        (first.seconds() - self.plan.within..=last.seconds() + self.plan.within).contains(&time.seconds())
    }
}
