//! What is said of `story.yaml` and `ladder.yaml`.

use super::{Lint, is_word, nearest};
use crate::pack::ladder::LadderFile;
use crate::pack::story::{FactSpec, StoryRecipe};
use crate::pack::template;
use crate::pack::trigger::Trigger;
use std::collections::HashMap;
use watchbell_model::{Diagnostic, Step};

/// What a sentence may name besides the fact's values.
const ALWAYS: [&str; 5] = ["host", "job.name", "job.command", "job.principal", "job.schedule"];

impl Lint<'_> {
    pub(super) fn story(&mut self, story: &StoryRecipe) {
        let mut seen = HashMap::new();
        for (n, fact) in story.facts.iter().enumerate() {
            let path = format!("facts/{n}");
            if !is_word(&fact.id) {
                let message = format!("`{}`: a fact's id has lower-case letters, digits and underscores only", fact.id);
                self.problems.push(story.source.error("pack/fact-id", &format!("{path}/id"), message));
            }
            if seen.insert(&fact.id, n).is_some() {
                self.problems.push(story.source.error("pack/fact-twice", &format!("{path}/id"), format!("another fact has the id `{}`", fact.id)));
            }
            if fact.rules.is_empty() {
                self.problems.push(story.source.error("pack/no-rule", &format!("{path}/rules"), "the fact has no rule"));
            }
            if fact.says.is_empty() {
                self.problems.push(story.source.error("pack/no-sentence", &format!("{path}/says"), "the fact has no sentence"));
            }
            fact.says.iter().enumerate().for_each(|(m, says)| self.sentence(story, fact, &format!("{path}/says/{m}"), says));
        }
    }

    fn sentence(&mut self, story: &StoryRecipe, fact: &FactSpec, path: &str, says: &str) {
        let Ok(mentions) = template::mentions(says) else {
            return self.problems.push(story.source.error("pack/template", path, "a `{{` is not closed by `}}`"));
        };
        let known = || fact.values.names().chain(ALWAYS);
        for mention in mentions.iter().filter(|m| !known().any(|name| name == m.name)) {
            let message = format!("`{{{{ {} }}}}` names no value of this fact", mention.name);
            let hint = match nearest(mention.name, known()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("values are listed under `values`; always there are `{}`", ALWAYS.join("`, `")),
            };
            self.problems.push(story.source.error("pack/template", path, message).hint(hint));
        }
    }

    pub(super) fn ladder(&mut self, ladder: &LadderFile) {
        let pack = self.pack;
        let alerts: Vec<&str> = pack.alerts.iter().map(|alert| alert.name.as_str()).collect();
        let facts: Vec<&str> = pack.story.iter().flat_map(|story| &story.facts).map(|fact| fact.id.as_str()).collect();
        let on_alerts = ladder.steps.iter().map(|(step, evidence)| (*step, &evidence.alerts));
        let on_facts = ladder.steps.iter().map(|(step, evidence)| (*step, &evidence.facts));
        let placed = self.evidence(ladder, "alert", &alerts, on_alerts);
        self.evidence(ladder, "fact", &facts, on_facts);
        for alert in pack.alerts.iter().filter(|alert| !matches!(alert.trigger, Trigger::Ladder(_)) && !placed.contains_key(alert.name.as_str())) {
            let problem = ladder.source.warning("pack/no-step", "steps", format!("the alert `{}` stands in no step", alert.name));
            self.problems.push(problem.hint("name it under `alerts` of the step that it is evidence of"));
        }
    }

    /// Names that there are not, and names that stand in two steps.
    fn evidence<'f>(
        &mut self,
        ladder: &LadderFile,
        what: &str,
        known: &[&str],
        steps: impl Iterator<Item = (Step, &'f Vec<String>)>,
    ) -> HashMap<&'f str, Step> {
        let mut placed = HashMap::new();
        for (step, names) in steps {
            for (n, name) in names.iter().enumerate() {
                let path = format!("steps/{}/{what}s/{n}", step.as_str());
                if !known.contains(&name.as_str()) {
                    let hint = nearest(name, known.iter().copied()).map(|name| format!("did you mean `{name}`?"));
                    let problem = ladder.source.error("pack/no-evidence", &path, format!("there is no {what} `{name}` in this pack"));
                    self.problems.push(Diagnostic { hint, ..problem });
                }
                if let Some(other) = placed.insert(name.as_str(), step) {
                    let message = format!("`{name}` stands under `{}` already", other.as_str());
                    self.problems.push(ladder.source.error("pack/two-steps", &path, message).hint("evidence belongs to one step"));
                }
            }
        }
        placed
    }
}
