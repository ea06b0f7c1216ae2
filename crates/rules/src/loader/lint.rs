//! Named warnings for rules that are right but mean nothing here, or the same as another.

use super::{Loader, Member};
use crate::ir::Rule;
use std::collections::HashMap;
use watchbell_model::{LogSource, Severity};

impl Loader {
    pub(super) fn lint(&mut self) {
        self.lint_sources();
        self.lint_ids();
    }

    /// Rules of a log source that no format has.
    fn lint_sources(&mut self) {
        if self.sources.is_empty() {
            return;
        }
        let mut known: HashMap<LogSource, bool> = HashMap::new();
        for i in 0..self.set.rules.len() {
            let Rule { source, on_demand: false, .. } = &self.set.rules[i] else { continue };
            let fits = *known.entry(source.clone()).or_insert_with(|| self.sources.iter().any(|view| source.admits(view)));
            if !fits {
                let message = format!("no log that can be read here is of {}", words(source));
                let spot = std::mem::take(&mut self.spots[i]);
                self.tell(&spot, Severity::Warning, "sigma/no-such-source", message, "the rule never matches; correct a typing error, or leave the rule out");
            }
        }
    }

    /// The same id in two documents: correlations and filters mean the first.
    fn lint_ids(&mut self) {
        let mut twice: Vec<(usize, String)> = Vec::new();
        for (name, known) in &self.known {
            let rules = known.iter().skip(1).filter_map(|known| if let Member::Rule(rule) = known.member { Some(rule.0 as usize) } else { None });
            twice.extend(rules.filter(|rule| self.set.rules[*rule].about.id.as_ref() == Some(name)).map(|rule| (rule, name.clone())));
        }
        twice.sort();
        for (rule, id) in twice {
            let spot = std::mem::take(&mut self.spots[rule]);
            self.tell(&spot, Severity::Warning, "sigma/duplicate-id", format!("another rule has the id {id} too"), "give each rule an id of its own");
        }
    }
}

fn words(source: &LogSource) -> String {
    let part = |name: &str, value: Option<&String>| value.map(|value| format!("{name} {value}"));
    let parts = [part("product", source.product.as_ref()), part("category", source.category.as_ref()), part("service", source.service.first())];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
