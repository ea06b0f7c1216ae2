//! `ladder.yaml`: what is evidence of each step of a pack's technique.

use super::alert::read;
use super::places::Source;
use super::story_words::LADDER;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use watchbell_model::{Diagnostic, Priority, Step};

/// What `ladder.yaml` says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct LadderFile {
    pub technique: String,
    /// Evidence so many seconds from an alert counts for its ladder.
    #[serde(default = "day")]
    pub within: u64,
    pub steps: BTreeMap<Step, StepEvidence>,
    /// What an alert's priority is raised to, once the step is done.
    #[serde(default)]
    pub priority: BTreeMap<Step, Priority>,
    #[serde(skip)]
    pub source: Source,
}

/// What shows that somebody is on a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default)]
pub struct StepEvidence {
    /// Names of the pack's alerts.
    pub alerts: Vec<String>,
    /// Ids of the facts of `story.yaml`.
    pub facts: Vec<String>,
}

impl LadderFile {
    /// Reads `ladder.yaml`. Wrong pieces are left out and told.
    pub fn parse(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (ladder, source): (Self, Source) = read(&LADDER, file, text, problems)?;
        Some(Self { source, ..ladder })
    }

    /// The step that an alert is evidence of.
    pub fn step_of_alert(&self, name: &str) -> Option<Step> {
        self.steps.iter().find(|(_, evidence)| evidence.alerts.iter().any(|alert| alert == name)).map(|(step, _)| *step)
    }

    /// The step that a fact is evidence of.
    pub fn step_of_fact(&self, id: &str) -> Option<Step> {
        self.steps.iter().find(|(_, evidence)| evidence.facts.iter().any(|fact| fact == id)).map(|(step, _)| *step)
    }
}

fn day() -> u64 {
    86_400
}
