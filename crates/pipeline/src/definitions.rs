//! What is active: alerts with their rules, compiled over one table of fields, ready to be asked of events.

use crate::attempts::Attempts;
use crate::counted::edges;
use crate::found::Role;
use crate::ladders::LadderPlan;
use regex::Regex;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use watchbell_alerts::Definition;
use watchbell_engine::Engine;
use watchbell_engine::correlate::Correlations;
use watchbell_formats::Catalogue;
use watchbell_model::{FieldId, LogSource, Outcome, Timestamp};
use watchbell_rules::pack::Trigger;
use watchbell_rules::{RuleId, Ruleset, Target};

/// Shared by every thread that scans.
pub struct Definitions {
    pub ruleset: Arc<Ruleset>,
    pub engine: Engine,
    pub catalogue: Arc<Catalogue>,
    pub alerts: Vec<Active>,
    /// The steps that alerts are evidence of.
    pub ladders: LadderPlan,
    /// Whether an event that makes several jobs occurs once for each.
    pub each_job: bool,
    pub(crate) correlations: Correlations,
    /// Whether it matters to triggers when an input begins and ends.
    pub(crate) edges: bool,
    /// The alerts (by index) that a rule's match concerns, and how.
    pub(crate) of_rule: FxHashMap<RuleId, Vec<(u32, Role)>>,
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
    /// It fires for attempts alone.
    pub attempts: Option<Attempts>,
    /// How matches make it fire.
    pub trigger: Trigger,
    /// Fields whose numbers triggers compare.
    pub measured: Vec<FieldId>,
    /// When the trigger came in force. Without it, `low` knows of nothing before its first match.
    pub since: Option<Timestamp>,
    /// Triggers that were in force before, whose windows may be open.
    pub former: Vec<Former>,
}

/// A trigger that was changed: windows that opened before then close as they would have.
#[derive(Clone, Debug)]
pub struct Former {
    pub trigger: Trigger,
    pub since: Option<Timestamp>,
    pub until: Timestamp,
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
    /// With what the packs in use say of ladders.
    #[must_use]
    pub fn climbing(self, ladders: LadderPlan) -> Self {
        Self { ladders, ..self }
    }

    /// Every rule whose match concerns an alert.
    pub fn concerning(&self) -> impl Iterator<Item = RuleId> {
        self.of_rule.keys().copied()
    }

    pub fn new(ruleset: Ruleset, alerts: Vec<Active>) -> Self {
        let ruleset = Arc::new(ruleset);
        let mut of_rule: FxHashMap<RuleId, Vec<(u32, Role)>> = FxHashMap::default();
        for (index, alert) in (0..).zip(&alerts) {
            alert.rules.iter().for_each(|rule| of_rule.entry(*rule).or_default().push((index, Role::Fires)));
            for rule in fed(&ruleset, &alert.correlations) {
                of_rule.entry(rule).or_default().push((index, Role::Feeds));
            }
        }
        let catalogue = Arc::new(Catalogue::new(Arc::new(ruleset.fields.clone())));
        Self {
            engine: Engine::new(Arc::clone(&ruleset)),
            correlations: Correlations::new(&ruleset),
            ruleset,
            catalogue,
            edges: edges(&alerts),
            alerts,
            of_rule,
            ladders: LadderPlan::default(),
            each_job: false,
        }
    }
}

/// The rules that correlations refer to, also through other correlations.
fn fed(ruleset: &Ruleset, correlations: &[u32]) -> BTreeSet<RuleId> {
    let (mut open, mut rules) = (correlations.to_vec(), BTreeSet::new());
    while let Some(correlation) = open.pop() {
        for referred in &ruleset.correlations[correlation as usize].of {
            match referred.target {
                Target::Rule(rule) => drop(rules.insert(rule)),
                // Always a smaller number: it ends.
                Target::Correlation(inner) => open.push(inner),
            }
        }
    }
    rules
}
