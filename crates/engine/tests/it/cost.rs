//! Which rules are told to be costly.

use crate::event::{predicate, rule, text};
use watchbell_engine::explain_cost;
use watchbell_model::LogSource;
use watchbell_rules::{Condition, RuleId, Ruleset, Test};

#[test]
fn rules_that_nothing_wakes_come_first() {
    let mut rules = Ruleset::default();
    let rare = predicate(&mut rules, "Image", text("*\\\\schtasks.exe"));
    let id = predicate(&mut rules, "EventID", text("1"));
    let vague = predicate(&mut rules, "CommandLine", Test::Regex { pattern: "[a-z]{9}".into() });
    rule(&mut rules, LogSource::default(), Condition::All(vec![rare.clone(), id.clone()]));
    rule(&mut rules, LogSource::default(), Condition::All(vec![id, Condition::Not(Box::new(rare.clone()))]));
    rule(&mut rules, LogSource::default(), Condition::Any(vec![rare, vague]));
    let costs = explain_cost(&rules);
    let order: Vec<(u32, bool, usize)> = costs.iter().map(|c| (c.rule.0, c.wakes.is_none(), c.unaided.len())).collect();
    assert_eq!(order, [(1, true, 0), (2, false, 1), (0, false, 0)]);
    assert_eq!((costs[2].rule, costs[2].needs.len()), (RuleId(0), 1));
}
