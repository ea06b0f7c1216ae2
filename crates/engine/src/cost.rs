//! Which rules cost most, and why: those that no necessary predicate wakes are judged for every new combination of answers.

use crate::needles::needles;
use crate::node::{Resolved, compile};
use crate::plan::cost;
use watchbell_rules::{PredicateId, RuleId, Ruleset, Test};

/// What a rule costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleCost {
    pub rule: RuleId,
    /// About how many of ten thousand events of its log source have it judged; `None`: all, for it needs no value of the event.
    pub wakes: Option<u64>,
    /// The predicates one of which must hold: those that wake it.
    pub needs: Vec<PredicateId>,
    /// Predicates with no literal in them that could be looked for first: asked of every new value.
    pub unaided: Vec<PredicateId>,
}

/// Every rule that is asked of events, the costliest first.
pub fn explain_cost(rules: &Ruleset) -> Vec<RuleCost> {
    let asked = rules.rules.iter().enumerate().filter(|(_, rule)| !rule.on_demand);
    let mut costs: Vec<RuleCost> = asked.map(|(number, _)| of_rule(rules, RuleId(number as u32))).collect();
    costs.sort_by_key(|cost| (cost.wakes.map_or(0, |wakes| u64::MAX - wakes), usize::MAX - cost.unaided.len(), cost.rule));
    costs
}

fn of_rule(rules: &Ruleset, rule: RuleId) -> RuleCost {
    let node = compile(&rules.rules[rule.0 as usize].condition, false, &mut |id| resolve(rules, id));
    let test = |id: PredicateId| &rules.predicates[id.0 as usize].test;
    let mut unaided = Vec::new();
    node.atoms(&mut |id| {
        if matches!(test(id), Test::Regex { .. }) && needles(test(id)).is_empty() && !unaided.contains(&id) {
            unaided.push(id);
        }
    });
    let (wakes, needs) = node.witness(&|id| cost(test(id))).map_or((None, Vec::new()), |(wakes, needs)| (Some(wakes), needs));
    RuleCost { rule, wakes, needs, unaided }
}

/// What a class settles once for all of its events wakes nothing.
fn resolve(rules: &Ruleset, id: PredicateId) -> Resolved<PredicateId> {
    let predicate = &rules.predicates[id.0 as usize];
    let settled = matches!(rules.fields.name(predicate.field), "EventID" | "Channel" | "Provider_Name");
    if settled || matches!(predicate.test, Test::FieldRef { .. }) { Resolved::Late } else { Resolved::Atom(id) }
}
