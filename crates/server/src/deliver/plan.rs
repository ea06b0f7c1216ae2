//! Which messages are written with what was triggered: one for each method of the alert's policies, told a little later.

use super::SECOND;
use super::config::found;
use std::collections::{BTreeMap, BTreeSet};
use watchbell_alerts::Triggered;
use watchbell_store::{Message, Result, Store};

/// The story is told meanwhile, and is part of the message.
const AFTER: i64 = 2 * SECOND;
/// Others of the ladder may climb on: they are told together.
const COALESCE: i64 = 15 * SECOND;

/// Messages for these alerts as they stand at a position of the journal. The store takes them only for alerts that are new
/// to it, in the transaction that keeps those; their keys are the same in every replay.
pub fn messages<'a>(store: &Store, alerts: impl IntoIterator<Item = &'a Triggered>, position: u64, now: i64) -> Result<Vec<Message>> {
    let (mut known, mut all) = (BTreeMap::new(), Vec::new());
    for alert in alerts {
        let id = &alert.definition.id;
        if !known.contains_key(id) {
            known.insert(id.clone(), methods(store, id)?);
        }
        let one = |(method, policy): (&String, &String)| Message {
            key: format!("{}:new:{method}", alert.id),
            triggered_id: alert.id.to_string(),
            position,
            kind: "new".to_owned(),
            method: method.clone(),
            policy: policy.clone(),
            payload: String::new(),
            due: now + AFTER,
        };
        all.extend(known[id].iter().map(one));
    }
    Ok(all)
}

/// Writes that an alert which leads its ladder stands higher on it than before: a step was done, or it became more urgent.
/// What was told meanwhile is left out when it is due.
pub fn climbed(store: &Store, alert: &Triggered, step: u8, now: i64) -> Result<()> {
    let id = alert.id.to_string();
    let Some(kept) = found(store.triggered(&id))?.filter(|kept| kept.story.is_some() && alert.scope().is_some() && alert.leads()) else { return Ok(()) };
    if step <= kept.row.step && crate::keep::priority(alert) <= kept.row.priority_told {
        return Ok(());
    }
    for (method, policy) in methods(store, &alert.definition.id)? {
        let message = Message {
            key: format!("{id}:up:{step}.{}:{method}", alert.priority.number()),
            triggered_id: id.clone(),
            position: 0,
            kind: "update".to_owned(),
            method,
            policy,
            payload: String::new(),
            due: now + COALESCE,
        };
        store.send(&message, now)?;
    }
    Ok(())
}

/// Methods by which an alert is told, each once, with the policy that says so.
fn methods(store: &Store, alert: &str) -> Result<BTreeMap<String, String>> {
    let (mut methods, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for policy in store.policies_of(alert)? {
        for method in policy.methods {
            if seen.insert(method.clone()) {
                methods.insert(method, policy.id.clone());
            }
        }
    }
    Ok(methods)
}
