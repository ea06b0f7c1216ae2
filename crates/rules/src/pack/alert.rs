//! One alert: its rules, texts, exceptions, outcome, trigger and fold, as an alert file writes them.

use super::check::check;
use super::describe::{ALERT, FORMAT};
use super::entity::{self, Entity};
use super::named::Named;
use super::places::Source;
use super::shape::Document;
use super::trigger::{Fold, Trigger};
use super::yaml::{self, Kind, Node, Place};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use watchbell_model::{Diagnostic, Outcome, Priority};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Alert {
    /// A UUID, in lower case.
    pub id: String,
    pub name: String,
    #[serde(default)]
    pub renamed_from: Vec<String>,
    pub title: String,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub references: Vec<String>,
    /// The sub-technique first.
    #[serde(default)]
    pub attack: Vec<String>,
    pub priority: Priority,
    #[serde(default)]
    pub priority_reason: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub triage: Vec<String>,
    #[serde(default)]
    pub false_positives: Vec<String>,
    #[serde(default)]
    pub respond: Vec<String>,
    #[serde(default)]
    pub needs: Vec<Need>,
    /// Sigma documents.
    pub rules: Vec<Sigma>,
    #[serde(default)]
    pub exceptions: Vec<Exception>,
    /// Values of the rules' placeholders.
    #[serde(default)]
    pub tunables: Named<Vec<String>>,
    #[serde(default = "default_story")]
    pub story: String,
    #[serde(default)]
    pub entities: Named<Entity>,
    #[serde(default)]
    pub outcome: Outcomes,
    #[serde(default)]
    pub trigger: Trigger,
    #[serde(default)]
    pub fold: Option<Fold>,
    #[serde(skip)]
    pub source: Source,
}

/// A piece of Sigma as it is written, and where it stands in the alert file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Sigma {
    pub text: String,
    pub line: usize,
    pub column: usize,
}

/// One data source that an alert lives on.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Need {
    /// `windows/process_creation`.
    pub source: String,
    #[serde(default = "yes")]
    pub required: bool,
    #[serde(default)]
    pub any_of: Vec<Evidence>,
    #[serde(default)]
    pub enable: Vec<String>,
}

/// A kind of event; what is empty is not asked.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Evidence {
    pub channel: Option<String>,
    pub event_id: Vec<u32>,
    pub record: Vec<String>,
    pub program: Vec<String>,
    pub operation: Vec<String>,
    pub fields: Vec<String>,
}

/// Known noise, held back after the match.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Exception {
    pub id: String,
    pub reason: String,
    pub filter: Sigma,
    #[serde(default = "yes")]
    pub default: bool,
}

/// What the evidence says: the first of `failed`, `tried` that holds, else `default`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Outcomes {
    pub default: Outcome,
    pub failed: Option<Sigma>,
    pub tried: Option<Sigma>,
}

impl Alert {
    /// Reads an alert file. Wrong pieces are left out and told; `None` if what is left is no alert.
    pub fn parse(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (mut alert, source): (Self, Source) = read(&ALERT, file, text, problems)?;
        entity::check_expressions(&mut alert.entities, "entities", &source, problems);
        alert.source = source;
        Some(alert)
    }
}

/// Reads a document of the pack.
pub(crate) fn read<T: DeserializeOwned>(document: &Document, file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<(T, Source)> {
    let node = yaml::parse(file, text, problems)?;
    let mut source = Source::new(file, text);
    if let Some(problem) = other_format(document, &node, &source) {
        problems.push(problem);
        return None;
    }
    let value = check(&node, document.record, &mut source, problems)?;
    match serde_json::from_value(value) {
        Ok(read) => Some((read, source)),
        Err(error) => {
            problems.push(source.error("pack/unreadable", "", error.to_string()));
            None
        }
    }
}

/// A document of a format that is not ours: its keys are not looked at.
fn other_format(document: &Document, node: &Node<'_>, source: &Source) -> Option<Diagnostic> {
    let Kind::Map(entries) = &node.kind else { return None };
    let (_, format) = entries.iter().find(|(key, _)| key.text == "format" && document.record.keys.iter().any(|k| k.name == "format"))?;
    let Kind::Scalar { text, .. } = &format.kind else { return None };
    let number = text.parse::<i64>().ok().filter(|n| *n != FORMAT)?;
    let problem = source.error_at("pack/format", Place::of(format), format!("format {number} is not known"));
    Some(problem.hint(format!("this version reads format {FORMAT}; a newer format needs a newer version")))
}

fn yes() -> bool {
    true
}

fn default_story() -> String {
    "default".to_owned()
}
