//! Rules asked of events: which of them hold, and for which view.

use crate::direct::Direct;
use std::sync::Arc;
use watchbell_model::Part;
use watchbell_rules::{PredicateId, RuleId, Ruleset};

/// A rule that held, and the part and view of the event that it held for (the first of them).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    pub rule: RuleId,
    pub part: u32,
    pub view: u32,
}

/// Rules ready to be asked; shared by all threads.
#[derive(Clone)]
pub struct Engine(Arc<Shared>);

struct Shared {
    rules: Arc<Ruleset>,
    direct: Direct,
}

/// One thread's hand on the engine.
pub struct Matcher {
    engine: Arc<Shared>,
}

impl Engine {
    pub fn new(rules: Arc<Ruleset>) -> Self {
        Self(Arc::new(Shared { direct: Direct::new(&rules), rules }))
    }

    pub fn matcher(&self) -> Matcher {
        Matcher { engine: Arc::clone(&self.0) }
    }

    pub fn rules(&self) -> &Arc<Ruleset> {
        &self.0.rules
    }
}

impl Matcher {
    /// Appends the rules that hold for an event, each once, by rising rule id; `hits` is emptied first.
    pub fn matches(&mut self, parts: &[Part<'_, '_>], hits: &mut Vec<Hit>) {
        hits.clear();
        for number in 0..self.engine.rules.rules.len() {
            hits.extend(self.first_hit(RuleId(number as u32), parts));
        }
    }

    fn first_hit(&mut self, rule: RuleId, parts: &[Part<'_, '_>]) -> Option<Hit> {
        let definition = &self.engine.rules.rules[rule.0 as usize];
        if definition.on_demand {
            return None;
        }
        let views = parts.iter().enumerate().flat_map(|(n, part)| part.class.views.iter().enumerate().map(move |(v, view)| (n, part, v, view)));
        let mut admitted = views.filter(|(_, _, _, view)| definition.source.admits(&view.source));
        let (part, _, view, _) = admitted.find(|(_, part, view, _)| self.engine.holds(rule, part, *view))?;
        Some(Hit { rule, part: part as u32, view: view as u32 })
    }

    /// Whether a rule holds for one view, whatever its log source is.
    pub fn holds(&mut self, rule: RuleId, part: &Part<'_, '_>, view: usize) -> bool {
        self.engine.holds(rule, part, view)
    }

    /// Whether a predicate holds, and the first value that it was asked of.
    pub fn predicate(&mut self, id: PredicateId, part: &Part<'_, '_>, view: usize) -> (bool, Option<String>) {
        let field = self.engine.rules.predicates[id.0 as usize].field;
        (self.engine.direct.predicate(&self.engine.rules, id, part, view), part.text(view, field))
    }
}

impl Shared {
    fn holds(&self, rule: RuleId, part: &Part<'_, '_>, view: usize) -> bool {
        self.direct.condition(&self.rules, &self.rules.rules[rule.0 as usize].condition, part, view)
    }
}
