//! Triggered alerts as the store keeps them, and the matches that state is made of again.

use crate::content::Epoch;
use std::collections::BTreeMap;
use watchbell_alerts::Triggered;
use watchbell_model::{Outcome, Timestamp};
use watchbell_pipeline::live::{Changes, Saved};
use watchbell_store::{Batch, Checkpoint, Error, Match, Store, Upsert};

/// One transaction: alerts as they stand, matches, and the place in the journal that they belong to.
pub fn keep(store: &Store, epoch: &Epoch, changes: &Changes, checkpoint: Checkpoint, now: Timestamp) -> Result<(), Error> {
    let position = checkpoint.position;
    // Of several states of one only the last was ever seen by anybody.
    let last: BTreeMap<_, &Triggered> = changes.alerts.iter().map(|alert| (alert.id, alert)).collect();
    let messages = crate::deliver::messages(store, last.values().copied(), position, now.nanos)?;
    let triggered = last.into_values().map(|alert| upsert(epoch, alert, position)).collect();
    let matches = changes.matches.iter().map(kept).collect();
    store.commit(&Batch { triggered, messages, matches, checkpoints: vec![checkpoint], ..Batch::default() }, now.nanos)?;
    Ok(())
}

/// The matches of events of a stretch of time. What this program cannot read was written by another one, and is left out.
pub fn matches(store: &Store, from: i64, to: i64) -> Result<Vec<Saved>, Error> {
    let mut all = Vec::new();
    store.matches(from, to, |document| all.extend(serde_json::from_str(document).ok()))?;
    Ok(all)
}

/// Absolute values, at a place in the journal.
pub fn upsert(epoch: &Epoch, alert: &Triggered, position: u64) -> Upsert {
    let about = &alert.definition;
    let entity = |name: &str| alert.entity(name).unwrap_or_default().to_owned();
    let ladder = alert.background.as_deref().map(|background| &background.ladder);
    Upsert {
        id: alert.id.to_string(),
        position,
        alert_id: about.id.clone(),
        alert: about.name.clone(),
        pack: about.pack.as_ref().map(|pack| pack.name.clone()).unwrap_or_default(),
        category: epoch.categories.get(&about.id).cloned().unwrap_or_default(),
        title: about.title.clone(),
        summary: alert.summary(),
        priority: priority(alert),
        outcome: outcome(alert.outcome),
        step: ladder.and_then(|ladder| ladder.highest).map_or(0, |step| step as u8 + 1),
        host: entity("host"),
        user: entity("user"),
        time: alert.time.map(|time| time.nanos),
        last: alert.last.map(|time| time.nanos),
        count: alert.count,
        text: alert.entities.iter().map(|(_, value)| value.as_str()).collect::<Vec<_>>().join(" "),
        document: alert.keep(),
        ..Upsert::default()
    }
}

fn kept(saved: &Saved) -> Match {
    Match { time: saved.time.map(|(nanos, _)| nanos), document: serde_json::to_string(saved).unwrap_or_default() }
}

pub fn priority(alert: &Triggered) -> watchbell_store::Priority {
    watchbell_store::Priority::from_number(i64::from(alert.priority.number())).unwrap_or_default()
}

pub fn outcome(outcome: Outcome) -> watchbell_store::Outcome {
    watchbell_store::Outcome::ALL[outcome as usize]
}
