//! What a triggered alert carries besides itself: what led to it, how far it got, what will run and how risky that is.

use serde_json::{Map, Value, json};
use watchbell_jobs::{Next, Risk};
use watchbell_model::Ladder;
use watchbell_story::{Gap, Story};

/// Worked out once all is read; frozen with the alert.
#[derive(Clone, Debug, Default)]
pub struct Background {
    pub story: Story,
    /// What could not be seen, by time.
    pub gaps: Vec<Gap>,
    pub ladder: Ladder,
    /// Of the alert's job, if it has one.
    pub next: Option<Next>,
    pub risk: Vec<Risk>,
}

impl Background {
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
