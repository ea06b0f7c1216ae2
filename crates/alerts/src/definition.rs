//! What a triggered alert says of the alert that was activated: names, priority and the texts for whom it wakes.

use crate::kept::number;
use serde::{Deserialize, Serialize};
use watchbell_model::Priority;

/// An alert, as far as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// A UUID for ever; of a rule without one, its title.
    pub id: String,
    pub name: String,
    pub title: String,
    pub pack: Option<PackRef>,
    #[serde(with = "number")]
    pub priority: Priority,
    /// The sub-technique first.
    pub attack: Vec<String>,
    /// With `{{ entity }}` and `{{ job.key }}` in it.
    pub summary: String,
    pub description: String,
    pub triage: Vec<String>,
    pub false_positives: Vec<String>,
    /// Commands with `{{ entity }}` in them; never run by us.
    pub respond: Vec<String>,
    pub references: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackRef {
    pub name: String,
    pub version: String,
}
