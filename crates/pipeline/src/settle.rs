//! Alerts of one deed: what each knows of it the others know too, and an attempt whose end another tells has that end.

use crate::keys::Keys;
use watchbell_alerts::Triggered;
use watchbell_model::Outcome;

/// Seconds between alerts of one deed.
pub const SOON: i64 = 60;
/// Seconds by which the clocks of two hosts may differ.
const SKEW: i64 = 5;
/// Alerts looked at for one: more within a minute is a flood.
pub const MANY: usize = 64;

/// Gives each alert the keys that others of its deed have: a command line knows the job, the event of the file knows the
/// file. Alerts and keys are in one order, by time.
pub fn share(alerts: &[Triggered], keys: &[Keys]) -> Vec<Keys> {
    let shared = |at: usize| {
        let mut all = keys[at].clone();
        around(alerts, at).filter(|other| keys[*other].same_deed(&keys[at])).for_each(|other| all.learn(&keys[other]));
        all
    };
    (0..keys.len()).map(shared).collect()
}

/// Gives attempts the best outcome that alerts of the same deed tell soon after.
pub fn settle(alerts: &mut [Triggered], keys: &[Keys]) {
    let told: Vec<Option<Outcome>> = (0..alerts.len()).map(|at| end(alerts, keys, at)).collect();
    for (alert, outcome) in alerts.iter_mut().zip(told) {
        alert.outcome = outcome.unwrap_or(alert.outcome);
    }
}

fn end(alerts: &[Triggered], keys: &[Keys], at: usize) -> Option<Outcome> {
    if alerts[at].outcome != Outcome::Tried {
        return None;
    }
    let ended = around(alerts, at).filter_map(|other| Some((other, told_by(&alerts[at], &alerts[other])?)));
    ended.filter(|(other, _)| keys[*other].same_deed(&keys[at])).map(|(_, outcome)| outcome).max()
}

/// The end of an attempt that another alert of the same deed tells, if it does, not before the attempt.
pub fn told_by(attempt: &Triggered, other: &Triggered) -> Option<Outcome> {
    let after = other.time?.seconds() >= attempt.time?.seconds() - SKEW;
    (after && tells_end(other)).then_some(other.outcome)
}

/// Whether an alert knows how a deed ended: a command line never does.
fn tells_end(alert: &Triggered) -> bool {
    alert.outcome != Outcome::Tried && alert.events.iter().any(|event| event.source.category.as_deref() != Some("process_creation"))
}

/// The alerts within [`SOON`] of one, itself among them.
fn around(alerts: &[Triggered], at: usize) -> impl Iterator<Item = usize> {
    let mine = alerts[at].time.map(watchbell_model::Timestamp::seconds);
    let near = move |other: &usize| alerts[*other].time.zip(mine).is_some_and(|(time, mine)| (time.seconds() - mine).abs() <= SOON);
    let before = (0..at).rev().take_while(near).take(MANY);
    let after = (at..alerts.len()).take_while(near).take(MANY);
    before.chain(after)
}
