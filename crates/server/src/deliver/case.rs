//! What a due message is about, as the store has it now.

use super::config::found;
use super::judge::Facts;
use watchbell_alerts::Triggered;
use watchbell_store::{Claim, OutboxFilter, Page, Result, State, Store, Told, TriggeredRow};

/// A triggered alert with its story, and what was told of it.
pub struct Case {
    pub alert: Triggered,
    pub row: TriggeredRow,
    pub facts: Facts,
    /// What messages about one doing have in common: the ladder, or the alert itself.
    pub thread: String,
    /// All that a message tells of: the alert, those of its ladder, and the ladder itself.
    pub ids: Vec<String>,
}

/// None where the alert is gone, or cannot be read.
pub fn case(store: &Store, claim: &Claim, now: i64) -> Result<Option<Case>> {
    let Some(full) = found(store.triggered(&claim.triggered_id))? else { return Ok(None) };
    let story = full.appended.as_deref().or(full.story.as_deref());
    let Some(alert) = Triggered::kept(&full.document, story) else { return Ok(None) };
    let row = full.row;
    let (mut ids, mut lead_waits, mut thread) = (vec![row.id.clone()], false, row.id.clone());
    if let Some(scope) = alert.scope() {
        ids.extend(scope.alerts.iter().chain([&scope.lead]).map(ToString::to_string));
        lead_waits = !alert.leads() && waits(store, &scope.lead.to_string(), &claim.method)?;
        thread = scope.id.to_string();
        ids.push(thread.clone());
        ids.sort_unstable();
        ids.dedup();
    }
    let facts = Facts {
        now,
        created: claim.created,
        update: claim.kind == "update",
        status: row.status,
        has_story: alert.background.is_some(),
        leads: alert.leads(),
        lead_waits,
        told: store.told(&ids, &claim.method)?,
        step: row.step,
        priority: row.priority,
    };
    Ok(Some(Case { alert, row, facts, thread, ids }))
}

impl Case {
    /// What a message tells that is sent now.
    pub fn telling(&self) -> Told {
        Told { step: self.facts.step, priority: self.facts.priority, at: self.facts.now }
    }
}

fn waits(store: &Store, triggered: &str, method: &str) -> Result<bool> {
    let filter = OutboxFilter { state: Some(State::Waiting), method: Some(method.to_owned()), triggered_id: Some(triggered.to_owned()) };
    Ok(!store.outbox(&filter, &Page::first(1))?.items.is_empty())
}
