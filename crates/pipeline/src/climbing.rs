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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ladders::Ladders;
    use crate::ladders::tests::alert;
    use watchbell_alerts::Background;
    use watchbell_model::Ladder;

    const NAMES: [(&str, Step); 4] = [("look", Step::Look), ("write", Step::Write), ("run", Step::Run), ("remove", Step::CleanUp)];

    /// Tells alerts that come by time of their ladders.
    fn told(mut alerts: Vec<Triggered>) -> Vec<Triggered> {
        let plan = LadderPlan {
            within: 3600,
            alerts: NAMES.map(|(name, step)| (name.to_owned(), step)).into_iter().collect(),
            priority: [(Step::Run, Priority::High)].into_iter().collect(),
            ..LadderPlan::default()
        };
        let keys: Vec<Keys> = alerts.iter().map(Keys::of_alert).collect();
        let ladders = Ladders::new(&plan, &alerts, &keys, &[]);
        let climbs: Vec<Climb> = alerts.iter().zip(&keys).map(|(alert, keys)| ladders.of(alert, keys)).collect();
        for alert in &mut alerts {
            alert.background = Some(Box::new(Background::default()));
        }
        for party in &parties(&plan, &alerts, &keys) {
            party.tell(&plan, &mut alerts, &climbs);
        }
        alerts
    }

    fn ladder(alert: &Triggered) -> &Ladder {
        alert.background.as_ref().map(|background| &*background.ladder).expect("it was told")
    }

    /// Of each `name outcome priority`: the priority that it ends with, and whether it leads.
    fn check(alerts: &[(&str, Outcome, Priority)], wanted: &[(Priority, bool)]) {
        let made = alerts.iter().zip(100..).map(|((name, outcome, priority), second)| Triggered {
            outcome: *outcome,
            priority: *priority,
            ..alert(name, "ws1", "eve", second)
        });
        let told = told(made.collect());
        assert_eq!(told.iter().map(|alert| (alert.priority, alert.leads())).collect::<Vec<_>>(), wanted, "{alerts:?}");
        assert!(told.iter().all(|alert| ladder(alert) == ladder(&told[0]) && alert.scope() == told[0].scope()));
    }

    #[test]
    fn who_tells_most_leads_and_has_the_priority_of_all() {
        use Outcome::{Done, Failed, Tried};
        use Priority::{High, Low, Normal, VeryHigh, VeryLow};
        check(&[("look", Done, VeryLow), ("write", Done, Normal)], &[(VeryLow, false), (Normal, true)]);
        check(&[("write", Done, Normal), ("write", Done, Normal)], &[(Normal, true), (Normal, false)]);
        check(&[("write", Failed, VeryHigh), ("write", Done, Normal)], &[(VeryHigh, false), (VeryHigh, true)]);
        check(&[("look", Done, VeryLow), ("write", Tried, Low), ("write", Failed, Low)], &[(VeryLow, false), (Low, false), (Low, true)]);
        check(&[("write", Done, Normal), ("run", Done, Low), ("run", Failed, Low)], &[(High, true), (High, false), (Low, false)]);
    }

    #[test]
    fn a_ladder_keeps_its_id_while_its_first_alert_stays() {
        let told = |names: &[&str]| told(names.iter().zip(100..).map(|(name, second)| alert(name, "ws1", "eve", second)).collect());
        let id = |alerts: &[Triggered]| alerts[0].scope().map(|scope| scope.id);
        let (short, long) = (told(&["look"]), told(&["look", "write", "run"]));
        assert!(id(&short).is_some() && id(&short) == id(&long));
        let scope = long[2].scope().expect("it climbs");
        assert_eq!((scope.count, &scope.alerts[..], scope.lead), (3, &[long[0].id, long[1].id, long[2].id][..], long[1].id));
    }

    #[test]
    fn a_prefix_is_never_higher() {
        let deed = |n: usize| {
            let (name, host, user) = (NAMES[n * 7 % 4].0, ["ws1", "ws2", ""][n * 5 % 3], ["eve", "bob", "SYSTEM"][n * 11 % 3]);
            let mut made = alert(name, host, user, (n * 997).cast_signed() as i64);
            made.outcome = [Outcome::Tried, Outcome::Failed, Outcome::Done][n * 3 % 5 % 3];
            made.entities.push(("file".to_owned(), ["/a", "/b"][n * 13 % 2].to_owned()));
            made
        };
        let whole = told((0..40).map(deed).collect());
        for end in 1..40 {
            for (before, after) in told((0..end).map(deed).collect()).iter().zip(&whole) {
                let below = ladder(before).steps.iter().all(|(step, rung)| ladder(after).steps.get(step).is_some_and(|later| rung.outcome <= later.outcome));
                assert!(below && ladder(before).highest <= ladder(after).highest, "{end}: {:?}", before.entities);
            }
        }
    }
}
