//! What a triggered alert carries besides itself: what led to it, how far it got, what will run and how risky that is.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_jobs::{Next, Risk};
use watchbell_model::{EventId, Ladder, Rung, Step};
use watchbell_story::{Gap, Story};

/// Worked out once all is read; frozen with the alert.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Background {
    pub story: Story,
    /// What could not be seen, by time.
    pub gaps: Vec<Gap>,
    /// The one of all alerts of its scope.
    pub ladder: Arc<Ladder>,
    /// None where the alert climbs no ladder.
    pub scope: Option<Arc<Scope>>,
    /// Of the alert's job, if it has one.
    pub next: Option<Next>,
    pub risk: Vec<Risk>,
}

/// The alerts that climb one ladder together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scope {
    pub id: EventId,
    /// The alert that stands for all.
    pub lead: EventId,
    /// By (time, id); the first of them.
    pub alerts: Vec<EventId>,
    pub count: usize,
}

/// A ladder with whom it is shared.
#[derive(Serialize)]
pub(crate) struct LadderDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<EventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alerts: Option<&'a [EventId]>,
    steps: &'a BTreeMap<Step, Rung>,
    highest: Option<Step>,
}

impl Background {
    pub(crate) fn ladder_document(&self) -> LadderDocument<'_> {
        let scope = self.scope.as_deref();
        LadderDocument {
            id: scope.map(|scope| scope.id),
            lead: scope.map(|scope| scope.lead),
            count: scope.map(|scope| scope.count),
            alerts: scope.map(|scope| &scope.alerts[..]),
            steps: &self.ladder.steps,
            highest: self.ladder.highest,
        }
    }

    /// Adds what is known of the job's future to its document.
    pub(crate) fn tell_job(&self, job: &mut Map<String, Value>) {
        let runs = self.next.as_ref().map_or(&[][..], |next| &next.runs);
        job.insert("next".into(), runs.iter().map(|run| json!(run.at)).collect());
        job.insert("next_local".into(), runs.iter().map(|run| json!(run.local)).collect());
        job.insert("when".into(), self.next.as_ref().map_or(Value::Null, |next| json!(next.when)));
        if let Some(next) = self.next.as_ref().filter(|next| !next.notes.is_empty()) {
            job.insert("notes".into(), json!(next.notes));
        }
        job.insert("risk".into(), json!(self.risk));
    }
}
