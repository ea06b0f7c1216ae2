//! Attempts whose end another alert tells: a command line says what was tried, the event of the deed whether it worked.

use crate::keys::Keys;
use watchbell_alerts::Triggered;
use watchbell_model::Outcome;

/// Seconds between the attempt and the event that tells its end.
const SOON: i64 = 60;
/// Alerts looked at for one attempt: more within a minute is a flood.
const MANY: usize = 2000;

/// Gives attempts the best outcome that alerts of the same deed tell. `keys`: of the alerts, in their order (by time).
pub fn settle(alerts: &mut [Triggered], keys: &[Keys]) {
    let told: Vec<Option<Outcome>> = (0..alerts.len()).map(|at| end(alerts, keys, at)).collect();
    for (alert, outcome) in alerts.iter_mut().zip(told) {
        alert.outcome = outcome.unwrap_or(alert.outcome);
    }
}

fn end(alerts: &[Triggered], keys: &[Keys], at: usize) -> Option<Outcome> {
    let alert = &alerts[at];
    if alert.outcome != Outcome::Tried {
        return None;
    }
    let from = alert.time?.seconds();
    let start = alerts.partition_point(|other| other.time.is_none_or(|time| time.seconds() < from));
    let near = (start..alerts.len()).take_while(|other| alerts[*other].time.is_some_and(|time| time.seconds() <= from + SOON)).take(MANY);
    near.filter(|other| alerts[*other].outcome != Outcome::Tried && keys[*other].same_deed(&keys[at])).map(|other| alerts[other].outcome).max()
}
