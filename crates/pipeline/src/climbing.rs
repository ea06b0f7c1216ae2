//! What alerts of one scope have together: one ladder, and the alert that leads.

use crate::keys::Keys;
use crate::ladders::LadderPlan;
use crate::scopes::scopes;
use std::cmp::Reverse;
use std::sync::Arc;
use watchbell_alerts::{Scope, Triggered};
use watchbell_engine::ladder::Climb;
use watchbell_model::{EventId, IdWriter, Outcome, Priority, Step};

/// The most alerts that a scope names.
const NAMED: usize = 20;

/// Alerts of one ladder, before it is known how far they got.
pub struct Party {
    /// By (time, id).
    pub places: Vec<usize>,
    pub lead: usize,
}

pub fn parties(plan: &LadderPlan, alerts: &[Triggered], keys: &[Keys]) -> Vec<Party> {
    let party = |places: Vec<usize>| Some(Party { lead: lead(plan, alerts, &places)?, places });
    scopes(plan, alerts, keys).into_iter().filter_map(party).collect()
}

impl Party {
    /// Gives all the ladder that they climbed together, and its priority to who leads.
    pub fn tell(&self, plan: &LadderPlan, alerts: &mut [Triggered], climbs: &[Climb]) {
        let mut climb = Climb::default();
        self.places.iter().for_each(|at| climb.merge(&climbs[*at]));
        let (ladder, scope) = (Arc::new(climb.finish()), Arc::new(self.scope(plan, alerts)));
        let highest = self.places.iter().map(|at| alerts[*at].priority).max().unwrap_or_default();
        for at in &self.places {
            let alert = &mut alerts[*at];
            alert.priority = if *at == self.lead { plan.raised(highest, &ladder) } else { own(plan, alert) };
            if let Some(background) = &mut alert.background {
                (background.ladder, background.scope) = (Arc::clone(&ladder), Some(Arc::clone(&scope)));
            }
        }
    }

    fn scope(&self, plan: &LadderPlan, alerts: &[Triggered]) -> Scope {
        let named = self.places.iter().take(NAMED).map(|at| alerts[*at].id).collect();
        Scope { id: id(plan, &alerts[self.places[0]]), lead: alerts[self.lead].id, alerts: named, count: self.places.len() }
    }
}

/// The same as long as the first alert stays the first.
fn id(plan: &LadderPlan, first: &Triggered) -> EventId {
    let techniques: Vec<&str> = plan.techniques.iter().map(String::as_str).collect();
    IdWriter::new("ladder").part(techniques.join(" ").as_bytes()).part(&first.id.0).finish()
}

/// The place of the alert that tells most: of a deed that was done, else the most urgent; of those the first.
fn lead(plan: &LadderPlan, alerts: &[Triggered], places: &[usize]) -> Option<usize> {
    let rank = |at: &usize| {
        let alert = &alerts[*at];
        let look = plan.alerts.get(&alert.definition.name) == Some(&Step::Look);
        let deed = alert.outcome == Outcome::Done && !look;
        (deed, alert.priority, alert.outcome, alert.job.is_some(), Reverse((alert.time, alert.id)))
    };
    places.iter().copied().max_by_key(rank)
}

/// Who did not lead is raised by a step only if it is the evidence of it.
fn own(plan: &LadderPlan, alert: &Triggered) -> Priority {
    let step = plan.alerts.get(&alert.definition.name).filter(|_| alert.outcome == Outcome::Done);
    step.and_then(|step| plan.priority.get(step)).copied().max(Some(alert.priority)).unwrap_or_default()
}
