//! Sigma rules as alerts: each match is a triggered alert, nothing folds.

use crate::definitions::Active;
use std::sync::Arc;
use watchbell_alerts::Definition;
use watchbell_model::Priority;
use watchbell_rules::{About, Added, RuleId, Ruleset, Target};

/// Makes an alert of each rule and of each correlation. Rules that only feed correlations fire by themselves too, unless
/// the correlation says otherwise.
pub fn activate_rules(ruleset: &Ruleset, added: &[Added]) -> Vec<Active> {
    let correlations = added.iter().flat_map(|a| &a.correlations).filter_map(|number| ruleset.correlation(*number));
    let correlations: Vec<u32> = correlations.collect();
    let silent = silent(ruleset, &correlations);
    let rules = added.iter().flat_map(|a| &a.rules).filter(|rule| !silent.contains(rule));
    let alone = rules.map(|rule| Active { rules: vec![*rule], ..alert(&ruleset.rules[rule.0 as usize].about) });
    let together = correlations.iter().map(|n| Active { correlations: vec![*n], ..alert(&ruleset.correlations[*n as usize].about) });
    alone.chain(together).collect()
}

/// Rules that correlations refer to without `generate`.
fn silent(ruleset: &Ruleset, correlations: &[u32]) -> Vec<RuleId> {
    let (mut silent, mut loud) = (Vec::new(), Vec::new());
    for correlation in correlations.iter().map(|n| &ruleset.correlations[*n as usize]) {
        let rules = correlation.of.iter().filter_map(|referred| match referred.target {
            Target::Rule(rule) => Some(rule),
            Target::Correlation(_) => None,
        });
        if correlation.generate { loud.extend(rules) } else { silent.extend(rules) }
    }
    silent.retain(|rule| !loud.contains(rule));
    silent
}

fn alert(about: &About) -> Active {
    let definition = Definition {
        id: about.id.clone().unwrap_or_else(|| about.title.clone()),
        name: about.title.clone(),
        title: about.title.clone(),
        priority: about.level.as_deref().map_or(Priority::default(), Priority::from_level),
        attack: about.tags.iter().filter_map(|tag| technique(tag)).collect(),
        summary: about.title.clone(),
        ..Definition::default()
    };
    Active { definition: Arc::new(definition), ..Active::default() }
}

/// `attack.t1053.005` is T1053.005.
fn technique(tag: &str) -> Option<String> {
    let name = tag.strip_prefix("attack.")?.to_uppercase();
    (name.starts_with('T') && name[1..].bytes().all(|b| b.is_ascii_digit() || b == b'.')).then_some(name)
}
