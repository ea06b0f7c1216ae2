//! What a finished pack has beyond being readable: tests, texts, names and ids that hold together.

use super::alert::Alert;
use super::check::nearest;
use super::describe::{ALERT, PACK};
use super::shape::{Key, Need, Record, Shape};
use super::template::{self, JOB_KEYS};
use super::tree::Pack;
use super::trigger::Trigger;
use super::{Lists, attack, places::Source, sample::Sample};
use crate::loader::Loader;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use watchbell_model::{Diagnostic, LogSource};

/// Everything that is wrong with a pack that could be read. `sources` are the log sources that there can be; without them
/// no rule is told to have one that does not exist.
pub fn lint(pack: &Pack, sources: &[LogSource]) -> Vec<Diagnostic> {
    let mut lint = Lint { pack, problems: Vec::new() };
    lint.sigma(sources);
    lint.about();
    lint.unique();
    pack.alerts.iter().for_each(|alert| lint.alert(alert));
    pack.samples.iter().for_each(|sample| lint.sample(sample));
    lint.problems
}

struct Lint<'a> {
    pack: &'a Pack,
    problems: Vec<Diagnostic>,
}

impl<'a> Lint<'a> {
    /// Rules, filters, and the fields that they ask for.
    fn sigma(&mut self, sources: &[LogSource]) {
        let mut loader = Loader::new().sources(sources.to_vec());
        for alert in &self.pack.alerts {
            Arc::new(alert.clone()).compile(&mut loader, &Lists::new());
        }
        let (ruleset, problems) = loader.finish();
        self.problems.extend(problems);
        for (_, name) in ruleset.fields.derived().filter(|(_, name)| !template::JOB_FIELDS.contains(name)) {
            self.derived(name);
        }
    }

    fn derived(&mut self, name: &str) {
        let hint = nearest(name, template::JOB_FIELDS.into_iter()).map(|f| format!("did you mean `{f}`?"));
        for alert in self.pack.alerts.iter().filter(|alert| alert.source.text.contains(name)) {
            let problem = Diagnostic::error("pack/derived-field", &alert.source.file, format!("`{name}` is no field of a job"));
            self.problems.push(Diagnostic { hint: hint.clone(), ..problem.find(&alert.source.text, name) });
        }
    }

    fn about(&mut self) {
        let about = &self.pack.about;
        if !is_slug(&about.id) {
            self.problems.push(about.source.error("pack/id", "id", "a pack's id has lower-case letters, digits and hyphens only"));
        }
        self.finished(PACK.record, about, &about.source);
        self.attack(&about.attack, &about.source);
        match about.changes.first() {
            Some(change) if change.version != about.version => {
                let message = format!("the newest change is of version {}, the pack is {}", change.version, about.version);
                self.problems.push(about.source.warning("pack/changes", "changes/0/version", message));
            }
            _ => {}
        }
        if self.pack.alerts.is_empty() {
            self.problems.push(about.source.error("pack/no-alert", "", "the pack has no alert").hint("alerts are files in the folder `alerts`"));
        }
    }

    /// Names, upper and lower case being the same, and ids.
    fn unique(&mut self) {
        let (mut names, mut ids) = (HashMap::new(), HashMap::new());
        for alert in &self.pack.alerts {
            if let Some(other) = names.insert(alert.name.to_lowercase(), &alert.name) {
                let problem = alert.source.error("pack/name-twice", "name", format!("another alert has the name `{other}`"));
                self.problems.push(problem.hint("upper and lower case are the same in names"));
            }
            if let Some(other) = ids.insert(&alert.id, &alert.name) {
                let problem = alert.source.error("pack/id-twice", "id", format!("the alert `{other}` has this id"));
                self.problems.push(problem.hint("make a new one with `uuidgen -r`"));
            }
        }
    }

    fn alert(&mut self, alert: &Alert) {
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
        self.tests(alert);
        if alert.rules.is_empty() {
            self.problems.push(alert.source.error("pack/no-rule", "rules", "the alert has no rule"));
        }
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

    /// Keys that a finished document has.
    fn finished(&mut self, record: &'static Record, document: &impl serde::Serialize, source: &Source) {
        let value = serde_json::to_value(document).unwrap_or_default();
        self.blanks(record, &value, "", source);
    }

    fn blanks(&mut self, record: &'static Record, value: &Value, at: &str, source: &Source) {
        for key in record.keys {
            let (inner, path) = (&value[key.name], join(at, key.name));
            match key {
                Key { need: Need::Should, .. } if is_blank(inner) => {
                    let problem = source.warning("pack/unfinished", &path, format!("`{}` is missing", key.name));
                    self.problems.push(problem.hint(key.about));
                }
                Key { shape: Shape::List(Shape::Record(record)), .. } => {
                    let items = inner.as_array().map_or(&[][..], Vec::as_slice);
                    items.iter().enumerate().for_each(|(n, item)| self.blanks(record, item, &join(&path, &n.to_string()), source));
                }
                _ => {}
            }
        }
    }

    fn attack(&mut self, ids: &[String], source: &Source) {
        for (n, id) in ids.iter().enumerate() {
            if let Some(flaw) = attack::flaw(id) {
                let known = attack::TECHNIQUES.iter().map(|t| t.0).chain(attack::TACTICS.iter().map(|t| t.0));
                let hint = nearest(id, known).map(|id| format!("did you mean `{id}`?"));
                self.problems.push(Diagnostic { hint, ..source.error("pack/attack", &format!("attack/{n}"), flaw) });
            }
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
        let known = || alert.entities.names().chain(job.iter().map(String::as_str));
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
        let trigger = alert.trigger.by().iter().map(|name| ("trigger".to_owned(), name));
        for (path, name) in fold.chain(trigger).filter(|(_, name)| alert.entities.get(name).is_none()) {
            let hint = nearest(name, alert.entities.names()).map(|name| format!("did you mean `{name}`?"));
            self.problems.push(Diagnostic { hint, ..alert.source.error("pack/key-entity", &path, format!("`{name}` is no entity of this alert")) });
        }
    }

    fn exceptions(&mut self, alert: &Alert) {
        for (n, exception) in alert.exceptions.iter().enumerate() {
            let path = format!("exceptions/{n}/id");
            if !is_slug(&exception.id) {
                self.problems.push(alert.source.error("pack/exception-id", &path, "an exception's id has lower-case letters, digits and hyphens only"));
            }
            if alert.exceptions[..n].iter().any(|before| before.id == exception.id) {
                self.problems.push(alert.source.error("pack/exception-id", &path, format!("another exception has the id `{}`", exception.id)));
            }
            if exception.reason.trim().is_empty() {
                self.problems.push(alert.source.error("pack/exception-reason", &format!("exceptions/{n}"), "an exception needs a reason"));
            }
        }
    }

    fn tunables(&mut self, alert: &Alert) {
        let outcome = [&alert.outcome.failed, &alert.outcome.tried].into_iter().flatten();
        let texts: Vec<&str> = alert.rules.iter().chain(alert.exceptions.iter().map(|e| &e.filter)).chain(outcome).map(|s| s.text.as_str()).collect();
        for name in alert.tunables.names().filter(|name| !texts.iter().any(|text| text.contains(&format!("%{name}%")))) {
            let problem = alert.source.warning("pack/unused-tunable", &format!("tunables/{name}"), format!("no rule and no filter names `%{name}%`"));
            self.problems.push(problem.hint(format!("use it as `Field|expand: '%{name}%'`")));
        }
    }

    fn trigger(&mut self, alert: &Alert) {
        let trigger = &alert.trigger;
        if !matches!(trigger, Trigger::Each {}) {
            let message = format!("the trigger `{}` is not yet run by scan", trigger.word());
            self.problems.push(alert.source.warning("pack/trigger-not-run", "trigger", message).hint("scan runs `each`, and Sigma correlations"));
        }
        if let Trigger::Deviation(difference) | Trigger::Gradient(difference) = trigger
            && difference.absolute.is_some() == difference.percent.is_some()
        {
            self.problems.push(alert.source.error("pack/trigger", "trigger", "a difference is either `absolute` or `percent`"));
        }
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

    fn sample(&mut self, sample: &Sample) {
        for (n, expected) in sample.expect.iter().enumerate() {
            let path = format!("expect/{n}/alert");
            let Some(alert) = self.named(sample, &path, &expected.alert) else { continue };
            for (name, _) in expected.entities.iter().filter(|(name, _)| alert.entities.get(name).is_none()) {
                let problem =
                    sample.source.error("pack/sample-entity", &format!("expect/{n}/entities/{name}"), format!("`{}` has no entity `{name}`", alert.name));
                self.problems.push(problem);
            }
        }
        for (n, name) in sample.silent.iter().enumerate() {
            self.named(sample, &format!("silent/{n}"), name);
        }
        for (n, name) in sample.show_excepted.iter().enumerate() {
            let path = format!("show_excepted/{n}");
            let (alert, id) = name.split_once('/').unwrap_or((name, ""));
            let Some(alert) = self.named(sample, &path, alert) else { continue };
            if !alert.exceptions.iter().any(|exception| exception.id == id) {
                let problem = sample.source.error("pack/sample-exception", &path, format!("`{}` has no exception `{id}`", alert.name));
                self.problems.push(problem.hint("written as `Alert/exception-id`"));
            }
        }
        if sample.expect.is_empty() && sample.silent.is_empty() && !sample.only && sample.show_excepted.is_empty() {
            self.problems.push(sample.source.error("pack/sample-empty", "", "the sample expects nothing and keeps nothing silent"));
        }
    }

    fn named(&mut self, sample: &Sample, path: &str, name: &str) -> Option<&'a Alert> {
        let found = self.pack.alerts.iter().find(|alert| alert.name == name);
        if found.is_none() {
            let hint = nearest(name, self.pack.alerts.iter().map(|a| a.name.as_str())).map(|name| format!("did you mean `{name}`?"));
            self.problems.push(Diagnostic { hint, ..sample.source.error("pack/sample-alert", path, format!("`{name}` is no alert of this pack")) });
        }
        found
    }
}

fn is_blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(entries) => entries.is_empty(),
        _ => false,
    }
}

fn join(at: &str, step: &str) -> String {
    if at.is_empty() { step.to_owned() } else { format!("{at}/{step}") }
}

/// `package-managers`
fn is_slug(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// `target_host`
fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase()) && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
