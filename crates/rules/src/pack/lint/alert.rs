//! What is said of one alert.

use super::{Lint, is_slug, is_word, nearest};
use crate::pack::alert::{Alert, Sigma};
use crate::pack::attack;
use crate::pack::describe::ALERT;
use crate::pack::template::{self, JOB_KEYS};
use crate::pack::trigger::Trigger;
use std::collections::HashSet;
use watchbell_model::Diagnostic;

impl Lint<'_> {
    pub(super) fn alert(&mut self, alert: &Alert) {
        self.name(alert);
        self.finished(ALERT.record, alert, &alert.source);
        self.attack(&alert.attack, &alert.source);
        self.first_technique(alert);
        self.references(alert);
        self.templates(alert);
        self.entities(alert);
        self.exceptions(alert);
        self.tunables(alert);
        self.trigger(alert);
        self.rules(alert);
        self.tests(alert);
    }

    fn name(&mut self, alert: &Alert) {
        let source = &alert.source;
        if !alert.name.bytes().all(|b| b.is_ascii_alphanumeric()) || alert.name.is_empty() {
            self.problems.push(source.error("pack/name", "name", "an alert's name has letters and digits only"));
        }
        let file = source.file.rsplit('/').next().unwrap_or_default();
        if file.strip_suffix(".yaml") != Some(&alert.name) {
            let problem = source.error("pack/file-name", "name", format!("the alert is named `{}`, its file `{file}`", alert.name));
            self.problems.push(problem.hint(format!("rename the file to `{}.yaml`", alert.name)));
        }
        if !alert.category.is_empty() && !alert.category.contains(" / ") {
            self.problems.push(source.warning("pack/category", "category", "a category has two parts: `Windows / Persistence`"));
        }
    }

    fn first_technique(&mut self, alert: &Alert) {
        let Some(first) = alert.attack.first() else { return };
        if !attack::is_technique(first) {
            self.problems.push(alert.source.warning("pack/attack-order", "attack/0", "techniques come first, the sub-technique before all"));
        } else if attack::has_parts(first) {
            let message = format!("`{first}` has sub-techniques: name the one that the alert is about");
            self.problems.push(alert.source.warning("pack/attack-parent", "attack/0", message));
        }
    }

    fn references(&mut self, alert: &Alert) {
        let wrong = alert.references.iter().enumerate().filter(|(_, r)| !r.starts_with("https://") && !r.starts_with("http://"));
        self.problems.extend(wrong.map(|(n, r)| alert.source.warning("pack/reference", &format!("references/{n}"), format!("`{r}` is no web address"))));
    }

    fn templates(&mut self, alert: &Alert) {
        self.template(alert, "summary", &alert.summary);
        self.template(alert, "description", &alert.description);
        alert.triage.iter().enumerate().for_each(|(n, text)| self.template(alert, &format!("triage/{n}"), text));
        alert.respond.iter().enumerate().for_each(|(n, text)| self.template(alert, &format!("respond/{n}"), text));
    }

    fn template(&mut self, alert: &Alert, path: &str, text: &str) {
        let Ok(mentions) = template::mentions(text) else {
            return self.problems.push(alert.source.error("pack/template", path, "a `{{` is not closed by `}}`"));
        };
        let job: Vec<String> = JOB_KEYS.iter().map(|key| format!("job.{key}")).collect();
        let known = || alert.entities.names().chain(job.iter().map(String::as_str)).chain(alert.trigger.tells().iter().copied());
        for mention in mentions.iter().filter(|m| !known().any(|name| name == m.name)) {
            let message = format!("`{{{{ {} }}}}` names no entity of this alert", mention.name);
            let hint = match nearest(mention.name, known()) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "entities are listed under `entities`; of the job there is `job.command` and the like".to_owned(),
            };
            self.problems.push(alert.source.error("pack/template", path, message).hint(hint));
        }
    }

    fn entities(&mut self, alert: &Alert) {
        for name in alert.entities.names() {
            if !is_word(name) {
                let message = format!("`{name}`: an entity's name has lower-case letters, digits and underscores only");
                self.problems.push(alert.source.error("pack/entity-name", &format!("entities/{name}"), message));
            }
        }
        let fold = alert.fold.iter().flat_map(|fold| fold.by.iter().enumerate().map(|(n, name)| (format!("fold/by/{n}"), name)));
        let word = alert.trigger.word();
        let trigger = alert.trigger.by().iter().enumerate().map(|(n, name)| (format!("trigger/{word}/by/{n}"), name));
        for (path, name) in fold.chain(trigger).filter(|(_, name)| alert.entities.get(name).is_none()) {
            let hint = nearest(name, alert.entities.names()).map(|name| format!("did you mean `{name}`?"));
            self.problems.push(Diagnostic { hint, ..alert.source.error("pack/key-entity", &path, format!("`{name}` is no entity of this alert")) });
        }
    }

    fn exceptions(&mut self, alert: &Alert) {
        let mut seen = HashSet::new();
        for (n, exception) in alert.exceptions.iter().enumerate() {
            let path = format!("exceptions/{n}/id");
            if !is_slug(&exception.id) {
                self.problems.push(alert.source.error("pack/exception-id", &path, "an exception's id has lower-case letters, digits and hyphens only"));
            }
            if !seen.insert(&exception.id) {
                self.problems.push(alert.source.error("pack/exception-id", &path, format!("another exception has the id `{}`", exception.id)));
            }
            if exception.reason.trim().is_empty() {
                self.problems.push(alert.source.error("pack/exception-reason", &format!("exceptions/{n}"), "an exception needs a reason"));
            }
        }
    }

    fn tunables(&mut self, alert: &Alert) {
        let texts: Vec<&str> = sigma(alert).map(|sigma| sigma.text.as_str()).collect();
        for name in alert.tunables.names().filter(|name| !texts.iter().any(|text| text.contains(&format!("%{name}%")))) {
            let problem = alert.source.warning("pack/unused-tunable", &format!("tunables/{name}"), format!("no rule and no filter names `%{name}%`"));
            self.problems.push(problem.hint(format!("use it as `Field|expand: '%{name}%'`")));
        }
    }

    /// An alert asks rules, or the pack's ladder.
    fn rules(&mut self, alert: &Alert) {
        let on_ladder = matches!(alert.trigger, Trigger::Ladder(_));
        if on_ladder == alert.rules.is_empty() && !(on_ladder && self.pack.ladder.is_none()) {
            return;
        }
        self.problems.push(match (on_ladder, alert.rules.is_empty()) {
            (true, true) => alert.source.error("pack/no-ladder", "trigger", "the pack has no `ladder.yaml`"),
            (true, false) => alert.source.error("pack/ladder-rules", "rules", "an alert of the ladder has no rules").hint("write `rules: []`"),
            (false, _) => alert.source.error("pack/no-rule", "rules", "the alert has no rule"),
        });
    }

    /// At least one sample that fires, and one that must stay silent.
    fn tests(&mut self, alert: &Alert) {
        let fires = self.pack.samples.iter().any(|s| s.expect.iter().any(|e| e.alert == alert.name));
        let silent = self.pack.samples.iter().any(|s| s.silent.contains(&alert.name));
        if !fires {
            let problem = alert.source.warning("pack/no-positive", "name", format!("no sample says that `{}` fires", alert.name));
            self.problems.push(problem.hint("a case in `samples` with this alert under `expect`"));
        }
        if !silent {
            let problem = alert.source.warning("pack/no-negative", "name", format!("no sample says that `{}` stays silent", alert.name));
            self.problems.push(problem.hint("a case in `samples` that looks like it and is not, with this alert under `silent`"));
        }
    }
}

/// Every piece of Sigma in an alert.
fn sigma(alert: &Alert) -> impl Iterator<Item = &Sigma> {
    let outcome = [&alert.outcome.failed, &alert.outcome.tried].into_iter().flatten();
    alert.rules.iter().chain(alert.exceptions.iter().map(|exception| &exception.filter)).chain(outcome)
}
