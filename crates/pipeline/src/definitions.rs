//! What is active: alerts with their rules, compiled over one table of fields, ready to be asked of events.

use regex::Regex;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_alerts::Definition;
use watchbell_engine::Engine;
use watchbell_formats::Catalogue;
use watchbell_model::{FieldId, LogSource, Outcome};
use watchbell_rules::{RuleId, Ruleset};

/// Shared by every thread that scans.
pub struct Definitions {
    pub ruleset: Arc<Ruleset>,
    pub engine: Engine,
    pub catalogue: Arc<Catalogue>,
    pub alerts: Vec<Active>,
    /// The alerts (by index) whose rule it is.
    pub(crate) of_rule: FxHashMap<RuleId, Vec<u32>>,
    /// Fields that correlations read of a rule's matches.
    pub(crate) members: FxHashMap<RuleId, Vec<FieldId>>,
}

/// An activated alert.
#[derive(Clone, Debug, Default)]
pub struct Active {
    pub definition: Arc<Definition>,
    /// In the pack's order.
    pub rules: Vec<RuleId>,
    /// Indices into the ruleset's correlations.
    pub correlations: Vec<u32>,
    pub entities: Vec<Entity>,
    pub exceptions: Vec<Exception>,
    pub outcome: OutcomeRules,
    pub fold: Option<Fold>,
}

/// A value that an alert takes out of its event.
#[derive(Clone, Debug)]
pub struct Entity {
    pub name: String,
    /// The first field that has a value gives it.
    pub fields: Vec<FieldId>,
    /// Its group `v` is taken.
    pub pattern: Option<Regex>,
}

/// A filter, compiled for each log source of the alert's rules.
pub type Filter = Vec<(LogSource, RuleId)>;

#[derive(Clone, Debug)]
pub struct Exception {
    pub id: String,
    pub filter: Filter,
}

#[derive(Clone, Debug, Default)]
pub struct OutcomeRules {
    pub default: Outcome,
    pub failed: Filter,
    pub tried: Filter,
}

/// Occurrences of one key within one bucket are one triggered alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fold {
    /// Names of entities.
    pub by: Vec<String>,
    pub within_seconds: u64,
    /// Whether the worst outcome stands for all; else each outcome folds by itself.
    pub worst: bool,
}

impl Definitions {
    pub fn new(ruleset: Ruleset, alerts: Vec<Active>) -> Self {
        let ruleset = Arc::new(ruleset);
        let mut of_rule: FxHashMap<RuleId, Vec<u32>> = FxHashMap::default();
        for (index, alert) in (0..).zip(&alerts) {
            alert.rules.iter().for_each(|rule| of_rule.entry(*rule).or_default().push(index));
        }
        let members = members(&ruleset);
        let catalogue = Arc::new(Catalogue::new(Arc::new(ruleset.fields.clone())));
        Self { engine: Engine::new(Arc::clone(&ruleset)), ruleset, catalogue, alerts, of_rule, members }
    }
}

fn members(ruleset: &Ruleset) -> FxHashMap<RuleId, Vec<FieldId>> {
    let mut members: FxHashMap<RuleId, Vec<FieldId>> = FxHashMap::default();
    for referred in ruleset.correlations.iter().flat_map(|c| &c.of) {
        if let watchbell_rules::Target::Rule(rule) = referred.target {
            let fields = members.entry(rule).or_default();
            fields.extend(referred.group.iter().chain(&referred.value).copied());
        }
    }
    members.values_mut().for_each(|fields| {
        fields.sort_unstable();
        fields.dedup();
    });
    members
}
