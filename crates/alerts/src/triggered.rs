//! One triggered alert, with the keys by which scripts read it.

use crate::{Background, Definition, Scope, summary};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{EventId, LogSource, Outcome, Priority, Timestamp};

/// One occurrence of an alert, or several folded into one.
#[derive(Clone, Debug)]
pub struct Triggered {
    pub id: EventId,
    pub definition: Arc<Definition>,
    /// In the pack's order; never empty.
    pub rules: Vec<RuleRef>,
    /// The definition's, or higher where the ladder says so.
    pub priority: Priority,
    pub outcome: Outcome,
    /// Of the first and the last event; none where no record told one.
    pub time: Option<Timestamp>,
    pub last: Option<Timestamp>,
    pub count: u64,
    /// Name and value, in the alert's order; those without a value are left out.
    pub entities: Vec<(String, String)>,
    pub job: Option<Arc<Job>>,
    /// By (time, id), the first thousand.
    pub events: Vec<EventRef>,
    /// Whether it goes on from the bucket before.
    pub continues: bool,
    /// The exception that held it back.
    pub excepted: Option<String>,
    /// None where stories are not told.
    pub background: Option<Box<Background>>,
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct RuleRef {
    pub id: Option<String>,
    pub title: String,
    pub level: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRef {
    pub id: EventId,
    pub file: Arc<str>,
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
    pub time: Option<Timestamp>,
    pub source: Arc<LogSource>,
}

impl Triggered {
    pub fn entity(&self, name: &str) -> Option<&str> {
        self.entities.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn scope(&self) -> Option<&Scope> {
        self.background.as_ref()?.scope.as_deref()
    }

    /// Whether it stands for its ladder; one that climbs none stands for itself.
    pub fn leads(&self) -> bool {
        self.scope().is_none_or(|scope| scope.lead == self.id)
    }

    /// The alert's one sentence with this occurrence's values.
    pub fn summary(&self) -> String {
        self.fill(&self.definition.summary)
    }

    /// The job with every key that a reader may count on: `null` (or no phrases) where the evidence does not tell.
    pub(crate) fn job_document(&self) -> Option<Value> {
        let mut document = serde_json::to_value(self.job.as_deref()?).unwrap_or_default();
        if let Some(map) = document.as_object_mut() {
            for key in JOB_KEYS {
                map.entry(key).or_insert(if key == "schedule" { Value::Array(Vec::new()) } else { Value::Null });
            }
            // Typed schedules are for machines of ours; the words and the next runs are for readers.
            map.remove("triggers");
            if let Some(background) = &self.background {
                background.tell_job(map);
            }
        }
        Some(document)
    }

    /// A text of the definition with this occurrence's values.
    pub fn fill(&self, template: &str) -> String {
        self.filled(template, |value| value)
    }

    /// A command of the definition. Values come from logs, and whoever wrote those may count on a shell: what could end a
    /// quotation or begin another command is shown as `?`.
    pub fn fill_command(&self, template: &str) -> String {
        self.filled(template, |value| value.chars().map(|c| if c.is_control() || UNSAFE.contains(c) { '?' } else { c }).collect())
    }

    fn filled(&self, template: &str, safe: impl Fn(String) -> String) -> String {
        let job = serde_json::to_value(self.job.as_deref()).unwrap_or_default();
        summary(template, |name| match name.strip_prefix("job.") {
            Some(key) => job.get(key).and_then(plain).map(&safe),
            None => self.entity(name).map(str::to_owned).map(&safe),
        })
    }
}

/// Keys of a job that are always there.
const JOB_KEYS: [&str; 9] = ["kind", "name", "command", "arguments", "decoded", "schedule", "principal", "run_level", "hidden"];

const UNSAFE: &str = "\"'`$;|&<>(){}";

/// A value as one would say it.
pub(crate) fn plain(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => Some(items.iter().filter_map(plain).collect::<Vec<_>>().join("; ")),
        other => Some(other.to_string()),
    }
}

impl Serialize for Triggered {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let about = &*self.definition;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("alert", &about.name)?;
        map.serialize_entry("alert_id", &about.id)?;
        map.serialize_entry("title", &about.title)?;
        map.serialize_entry("pack", &about.pack.as_ref().map(|p| &p.name))?;
        map.serialize_entry("pack_version", &about.pack.as_ref().map(|p| &p.version))?;
        map.serialize_entry("rule", &self.rules.first())?;
        map.serialize_entry("rules", &self.rules)?;
        map.serialize_entry("priority", &self.priority)?;
        map.serialize_entry("outcome", &self.outcome)?;
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry("last", &self.last)?;
        map.serialize_entry("count", &self.count)?;
        map.serialize_entry("attack", &about.attack)?;
        map.serialize_entry("summary", &self.summary())?;
        map.serialize_entry("entities", &Pairs(&self.entities))?;
        map.serialize_entry("job", &self.job_document())?;
        if self.continues {
            map.serialize_entry("continues", &true)?;
        }
        if let Some(excepted) = &self.excepted {
            map.serialize_entry("excepted", excepted)?;
        }
        map.serialize_entry("events", &self.events)?;
        if let Some(background) = &self.background {
            map.serialize_entry("story", &background.story)?;
            map.serialize_entry("ladder", &background.ladder_document())?;
            map.serialize_entry("gaps", &background.gaps)?;
        }
        map.end()
    }
}

struct Pairs<'a>(&'a [(String, String)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for EventRef {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("file", &*self.file)?;
        map.serialize_entry("line", &self.lines.map(|(first, last)| [first, last]))?;
        map.serialize_entry("record_id", &self.record)?;
        map.serialize_entry("time", &self.time)?;
        map.serialize_entry("source", &self.source.to_string())?;
        map.end()
    }
}
