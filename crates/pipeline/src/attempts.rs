//! Alerts of attempts alone: somebody on several steps of the ladder, and nothing done.

use crate::definitions::{Active, Definitions};
use crate::keys::Keys;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_alerts::Triggered;
use watchbell_model::{EventId, IdWriter, Outcome, Step};

/// On at least so many steps within a bucket of so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempts {
    pub steps: usize,
    pub within_seconds: u64,
}

/// The most events that one names.
const EVENTS: usize = 1000;

/// Somebody on a host, in a bucket of time: the alerts, by (time, id).
type Company<'a> = BTreeMap<(String, i64), Vec<&'a Triggered>>;

/// The attempts among alerts, whose keys come in the same order.
pub fn attempts(definitions: &Definitions, alerts: &[Triggered], keys: &[Keys]) -> Vec<Triggered> {
    let asked = definitions.alerts.iter().filter_map(|active| Some((active, active.attempts?)));
    asked.flat_map(|(active, attempts)| of(active, attempts, definitions, alerts, keys)).collect()
}

fn of(active: &Active, attempts: Attempts, definitions: &Definitions, alerts: &[Triggered], keys: &[Keys]) -> Vec<Triggered> {
    let mut company: Company<'_> = BTreeMap::new();
    for (alert, keys) in alerts.iter().zip(keys) {
        if let Some(place) = place(definitions, attempts, alert, keys) {
            company.entry(place).or_default().push(alert);
        }
    }
    company.into_iter().filter_map(|((who, bucket), evidence)| attempt(active, attempts, definitions, &who, bucket, &evidence)).collect()
}

/// Whose attempt an alert may be part of, and the bucket of time.
pub fn place(definitions: &Definitions, attempts: Attempts, alert: &Triggered, keys: &Keys) -> Option<(String, i64)> {
    let counts = alert.excepted.is_none() && definitions.ladders.alerts.contains_key(&alert.definition.name);
    let bucket = alert.time?.seconds().div_euclid(attempts.within_seconds.max(1).cast_signed());
    Some((keys.actor()?, bucket)).filter(|_| counts)
}

/// The attempt that alerts of one actor in one bucket, by (time, id), are; none if they are not one.
pub fn attempt(active: &Active, attempts: Attempts, definitions: &Definitions, who: &str, bucket: i64, alerts: &[&Triggered]) -> Option<Triggered> {
    let step = |alert: &&'_ Triggered| definitions.ladders.alerts.get(&alert.definition.name).copied();
    let evidence: Vec<(Step, &Triggered)> = alerts.iter().filter_map(|alert| Some((step(alert)?, *alert))).collect();
    is_attempt(&evidence, attempts.steps).then(|| made(active, who, bucket, &evidence))
}

/// Looking around succeeds and is no deed; of all else nothing may be done, and something must have been tried.
fn is_attempt(evidence: &[(Step, &Triggered)], steps: usize) -> bool {
    let mut seen: Vec<Step> = evidence.iter().map(|(step, _)| *step).collect();
    seen.sort_unstable();
    seen.dedup();
    let mut deeds = evidence.iter().filter(|(step, _)| *step != Step::Look).map(|(_, alert)| alert.outcome).peekable();
    seen.len() >= steps && deeds.peek().is_some() && deeds.all(|outcome| outcome != Outcome::Done)
}

fn made(active: &Active, who: &str, bucket: i64, evidence: &[(Step, &Triggered)]) -> Triggered {
    let id: EventId = IdWriter::new("attempts").part(active.definition.id.as_bytes()).part(who.as_bytes()).number(bucket).finish();
    let deed = evidence.iter().find(|(step, _)| *step != Step::Look).map_or(evidence[0].1, |(_, alert)| alert);
    let mut all = Triggered {
        id,
        definition: Arc::clone(&active.definition),
        priority: active.definition.priority,
        count: 0,
        rules: Vec::new(),
        events: Vec::new(),
        ..deed.clone()
    };
    all.outcome = evidence.iter().filter(|(step, _)| *step != Step::Look).map(|(_, alert)| alert.outcome).max().unwrap_or(Outcome::Tried);
    for (_, alert) in evidence {
        all.time = all.time.min(alert.time);
        all.last = all.last.max(alert.last);
        all.count += alert.count;
        all.events.extend(alert.events.iter().take(EVENTS - all.events.len().min(EVENTS)).cloned());
        all.rules.extend(alert.rules.iter().cloned());
    }
    all.events.sort_by_key(|event| (event.time, event.id));
    all.events.dedup_by_key(|event| event.id);
    let mut seen = Vec::new();
    all.rules.retain(|rule| {
        !seen.contains(rule) && {
            seen.push(rule.clone());
            true
        }
    });
    all
}
