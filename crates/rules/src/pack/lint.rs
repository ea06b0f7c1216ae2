//! What a finished pack has beyond being readable: tests, texts, names and ids that hold together.

mod alert;
mod sample;
mod story;
mod trigger;

use super::check::nearest;
use super::describe::PACK;
use super::shape::{Key, Need, Record, Shape};
use super::tree::Pack;
use super::{Lists, attack, places::Source, template};
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
    pack.story.iter().for_each(|story| lint.story(story));
    pack.ladder.iter().for_each(|ladder| lint.ladder(ladder));
    let mut problems = lint.problems;
    problems.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
    problems
}

struct Lint<'a> {
    pack: &'a Pack,
    problems: Vec<Diagnostic>,
}

impl Lint<'_> {
    /// Rules, filters, and the fields that they ask for.
    fn sigma(&mut self, sources: &[LogSource]) {
        let mut loader = Loader::new().sources(sources.to_vec());
        for alert in &self.pack.alerts {
            let compiled = Arc::new(alert.clone()).compile(&mut loader, &Lists::new());
            if alert.trigger.counts() && !compiled.correlations.is_empty() {
                let message = format!("a correlation has windows of its own, and the trigger `{}` does not count what it finds", alert.trigger.word());
                self.problems
                    .push(alert.source.error("pack/trigger-correlation", "trigger", message).hint("an alert with a correlation has the trigger `each`"));
            }
        }
        if let Some(story) = &self.pack.story {
            story.compile(&mut loader, &Lists::new());
        }
        let (ruleset, problems) = loader.finish();
        self.problems.extend(problems);
        for (_, name) in ruleset.fields.derived().filter(|(_, name)| !template::JOB_FIELDS.contains(name)) {
            self.derived(name);
        }
    }

    fn derived(&mut self, name: &str) {
        let hint = nearest(name, template::JOB_FIELDS.into_iter()).map(|f| format!("did you mean `{f}`?"));
        let sources = self.pack.alerts.iter().map(|alert| &alert.source).chain(self.pack.story.iter().map(|story| &story.source));
        for source in sources.filter(|source| source.text.contains(name)) {
            let problem = Diagnostic::error("pack/derived-field", &source.file, format!("`{name}` is no field of a job"));
            self.problems.push(Diagnostic { hint: hint.clone(), ..problem.find(&source.text, name) });
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
                self.problems.push(source.error("pack/attack", &format!("attack/{n}"), flaw));
            }
        }
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
