//! A match as it is kept: by names that outlive a change of rules, so that state can be made again after a restart or an update.

use crate::definitions::Definitions;
use crate::found::{Event, File, Occurrence, Role};
use crate::live::growing::Piece;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_jobs::Job;
use watchbell_model::{Basis, EventId, Identity, LogSource, Outcome, Timestamp};
use watchbell_rules::{RuleId, Ruleset};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Saved {
    pub event: [u8; 16],
    /// Nanoseconds since 1970, and the digits that the record wrote.
    pub time: Option<(i64, u8)>,
    pub host: Option<String>,
    pub file: String,
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
    /// The alert's id.
    pub alert: String,
    pub feeds: bool,
    /// Names of rules: their ids, else titles.
    pub rules: Vec<String>,
    /// Product, category, services.
    pub source: (Option<String>, Option<String>, Vec<String>),
    pub outcome: Outcome,
    pub entities: Vec<(String, String)>,
    pub values: Vec<(String, String)>,
    pub job: Option<Job>,
}

impl Saved {
    pub(super) fn new(definitions: &Definitions, piece: &Piece) -> Self {
        let Piece { id, event, occurrence } = piece;
        let alert = &definitions.alerts[occurrence.alert as usize];
        let source = &occurrence.source;
        Self {
            event: id.0,
            time: event.identity.time.map(|time| (time.nanos, time.digits)),
            host: event.identity.host.clone(),
            file: event.file.name.to_string(),
            lines: event.lines,
            record: event.record,
            alert: alert.definition.id.clone(),
            feeds: occurrence.role == Role::Feeds,
            rules: occurrence.rules.iter().map(|rule| rule_name(&definitions.ruleset, *rule).to_owned()).collect(),
            source: (source.product.clone(), source.category.clone(), source.service.clone()),
            outcome: occurrence.outcome,
            entities: occurrence.entities.iter().map(|(n, value)| (alert.entities[*n as usize].name.clone(), value.clone())).collect(),
            values: occurrence.values.iter().map(|(field, value)| (definitions.ruleset.fields.name(*field).to_owned(), value.clone())).collect(),
            job: occurrence.job.as_deref().cloned(),
        }
    }

    /// The match under these definitions; none if its alert or rules are no more in them.
    pub(super) fn bind(self, definitions: &Definitions) -> Option<Piece> {
        let (at, alert) = (0..).zip(&definitions.alerts).find(|(_, alert)| alert.definition.id == self.alert)?;
        let role = if self.feeds { Role::Feeds } else { Role::Fires };
        let known = (0..).map(RuleId).zip(&definitions.ruleset.rules);
        let rules: Vec<RuleId> = known.filter(|(id, _)| self.rules.iter().any(|name| name == rule_name(&definitions.ruleset, *id))).map(|(id, _)| id).collect();
        let entity = |(name, value): (String, String)| Some((alert.entities.iter().position(|entity| entity.name == name)? as u32, value));
        let time = self.time.map(|(nanos, digits)| Timestamp { nanos, digits });
        let id = EventId(self.event);
        let (product, category, service) = self.source;
        let occurrence = Occurrence {
            event: 0,
            alert: at,
            role,
            rules,
            source: Arc::new(LogSource { product, category, service }),
            outcome: self.outcome,
            excepted: None,
            entities: self.entities.into_iter().filter_map(entity).collect(),
            values: self.values.into_iter().filter_map(|(name, value)| Some((definitions.ruleset.fields.get(&name)?, value))).collect(),
            job: self.job.map(Arc::new),
        };
        let identity = Identity { basis: Basis::Own(id), time, guessed: false, host: self.host };
        let file = Arc::new(File::new(&self.file, [0; 32]));
        let event = Arc::new(Event { identity, file, lines: self.lines, record: self.record });
        (!occurrence.rules.is_empty()).then_some(Piece { id, event, occurrence })
    }
}

fn rule_name(ruleset: &Ruleset, rule: RuleId) -> &str {
    let about = &ruleset.rules[rule.0 as usize].about;
    about.id.as_deref().unwrap_or(&about.title)
}
