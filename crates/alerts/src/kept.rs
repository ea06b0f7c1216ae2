//! A triggered alert as it is kept: everything of it, to be shown and joined again as if it had just come.

use crate::{Background, Definition, EventRef, RuleRef, Triggered};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{EventId, LogSource, Outcome, Priority, Timestamp};

#[derive(Serialize, Deserialize)]
struct Kept {
    id: EventId,
    definition: Definition,
    rules: Vec<RuleRef>,
    #[serde(with = "number")]
    priority: Priority,
    outcome: Outcome,
    time: Option<Timestamp>,
    last: Option<Timestamp>,
    count: u64,
    entities: Vec<(String, String)>,
    job: Option<Job>,
    events: Vec<KeptEvent>,
    #[serde(default)]
    continues: bool,
}

#[derive(Serialize, Deserialize)]
struct KeptEvent {
    id: EventId,
    file: String,
    lines: Option<(u64, u64)>,
    record: Option<u64>,
    time: Option<Timestamp>,
    source: LogSource,
}

impl Triggered {
    /// All but its background.
    pub fn keep(&self) -> String {
        let event = |event: &EventRef| KeptEvent {
            id: event.id,
            file: event.file.to_string(),
            lines: event.lines,
            record: event.record,
            time: event.time,
            source: LogSource::clone(&event.source),
        };
        let kept = Kept {
            id: self.id,
            definition: Definition::clone(&self.definition),
            rules: self.rules.clone(),
            priority: self.priority,
            outcome: self.outcome,
            time: self.time,
            last: self.last,
            count: self.count,
            entities: self.entities.clone(),
            job: self.job.as_deref().cloned(),
            events: self.events.iter().map(event).collect(),
            continues: self.continues,
        };
        serde_json::to_string(&kept).unwrap_or_default()
    }

    /// From what `keep` gave, and a background kept as JSON; none where it cannot be read.
    pub fn kept(text: &str, background: Option<&str>) -> Option<Self> {
        let kept: Kept = serde_json::from_str(text).ok()?;
        let event = |event: KeptEvent| EventRef {
            id: event.id,
            file: Arc::from(event.file),
            lines: event.lines,
            record: event.record,
            time: event.time,
            source: Arc::new(event.source),
        };
        Some(Self {
            id: kept.id,
            definition: Arc::new(kept.definition),
            rules: kept.rules,
            priority: kept.priority,
            outcome: kept.outcome,
            time: kept.time,
            last: kept.last,
            count: kept.count,
            entities: kept.entities,
            job: kept.job.map(Arc::new),
            events: kept.events.into_iter().map(event).collect(),
            continues: kept.continues,
            excepted: None,
            background: background.and_then(|text| serde_json::from_str::<Background>(text).ok()).map(Box::new),
        })
    }
}

/// Priorities as numbers, both ways.
pub mod number {
    use serde::de::{Deserialize, Deserializer, Error};
    use serde::ser::Serializer;
    use watchbell_model::Priority;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
    pub fn serialize<S: Serializer>(priority: &Priority, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(priority.number())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Priority, D::Error> {
        let number = u8::deserialize(from)?;
        Priority::ALL.into_iter().find(|priority| priority.number() == number).ok_or_else(|| Error::custom("0, 3, 5, 7 or 10"))
    }
}
