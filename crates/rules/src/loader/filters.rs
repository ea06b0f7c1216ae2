//! Puts the conditions of filter documents into the rules they are for.

use super::{Filter, Loader, Member};
use crate::ir::{Condition, RuleId};
use watchbell_model::{FieldId, LogSource, Severity};

/// Conditions that filters may add to rules, in all.
const MAX_APPLIED: usize = 2_000_000;
/// Questions whether a filter is for a rule.
const MAX_ASKED: usize = 20_000_000;

impl Loader {
    pub(super) fn apply_filters(&mut self) {
        let (mut applied, mut asked) = (0, 0);
        for filter in std::mem::take(&mut self.filters) {
            asked += self.set.rules.len();
            let targets = if asked > MAX_ASKED { Vec::new() } else { self.targets(&filter) };
            applied += targets.len() * filter.draft.logic.condition.size();
            if applied > MAX_APPLIED || asked > MAX_ASKED {
                let spot = filter.draft.spot.clone();
                self.tell(
                    &spot,
                    Severity::Error,
                    "sigma/too-large",
                    "the filters from here on are too much for the rules".to_owned(),
                    "load fewer rules or filters at once",
                );
                return;
            }
            for rule in targets {
                self.apply(&filter, rule);
            }
        }
    }

    /// The rules that a filter is for: of its log source or of a more particular one, and named by it if it names any.
    fn targets(&mut self, filter: &Filter) -> Vec<RuleId> {
        if filter.draft.rules.is_empty() {
            let fits = |(_, rule): &(usize, &crate::Rule)| !rule.on_demand && covers(&filter.draft.source, &rule.source);
            return self.set.rules.iter().enumerate().filter(fits).map(|(i, _)| RuleId(i as u32)).collect();
        }
        let mut targets = Vec::new();
        for (name, spot) in &filter.draft.rules {
            match self.find(name, filter.scope) {
                Some(Member::Rule(rule)) if covers(&filter.draft.source, &self.set.rules[rule.0 as usize].source) => targets.push(rule),
                Some(Member::Rule(rule)) => {
                    let message = format!("the rule `{name}` is of {}, the filter of {}", self.set.rules[rule.0 as usize].source, filter.draft.source);
                    self.tell(spot, Severity::Warning, "sigma/filter-source", message, "the filter's log source must be the rule's, or a more general one");
                }
                Some(Member::Correlation(_)) => {
                    self.tell(spot, Severity::Warning, "sigma/filter-target", format!("`{name}` is a correlation"), "filter the rules that it correlates");
                }
                None => self.tell(
                    spot,
                    Severity::Warning,
                    "sigma/filter-target",
                    format!("no loaded rule is called `{name}`"),
                    "the filter changes nothing without it",
                ),
            }
        }
        targets.sort_unstable();
        targets.dedup();
        targets
    }

    fn apply(&mut self, filter: &Filter, rule: RuleId) {
        let logic = &filter.draft.logic;
        let rule = &mut self.set.rules[rule.0 as usize];
        let own = std::mem::take(&mut rule.condition);
        rule.condition = Condition::all(vec![own, logic.condition.clone()]);
        let title = &filter.draft.about.title;
        rule.selections.extend(logic.selections.iter().map(|(name, selection)| (format!("{title}: {name}"), selection.clone())));
        if logic.predicates.iter().any(|predicate| predicate.field == FieldId::KEYWORDS) {
            self.set.fields.add_keyword_source(rule.source.clone());
        }
    }
}

/// Whether `general` says nothing that `particular` does not say.
fn covers(general: &LogSource, particular: &LogSource) -> bool {
    let same = |a: &Option<String>, b: &Option<String>| a.is_none() || a == b;
    same(&general.product, &particular.product)
        && same(&general.category, &particular.category)
        && general.service.iter().all(|service| particular.service.contains(service))
}
