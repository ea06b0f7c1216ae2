//! Which triggered alerts are wanted, as a condition of SQL.

use super::{Outcome, Priority, Status};
use crate::{Nanos, Result, limits};
use rusqlite::types::Value;

/// Everything that is given must hold; of a list, one is enough.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TriggeredFilter {
    pub statuses: Vec<Status>,
    pub priorities: Vec<Priority>,
    pub outcomes: Vec<Outcome>,
    pub alert_ids: Vec<String>,
    /// Names.
    pub alerts: Vec<String>,
    pub packs: Vec<String>,
    /// Packs and categories that the asker may see; none: all.
    pub visible: Option<Visible>,
    pub hosts: Vec<String>,
    pub users: Vec<String>,
    pub assignees: Vec<String>,
    pub unassigned: bool,
    pub acknowledged: Option<bool>,
    pub tags: Vec<String>,
    pub ladder_id: Option<String>,
    /// How ids begin: hexadecimal digits.
    pub id_begins: Option<String>,
    pub event: Option<String>,
    /// Anywhere in title, summary, alert, host, user and the alert's other texts, whatever the case.
    pub text: Option<String>,
    pub from: Option<Nanos>,
    /// Not itself.
    pub to: Option<Nanos>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visible {
    pub packs: Vec<String>,
    pub categories: Vec<String>,
}

impl TriggeredFilter {
    /// Whether no index finds what is wanted: row after row is looked at.
    pub(crate) fn is_scan(&self) -> bool {
        let found = [&self.alert_ids, &self.hosts, &self.users, &self.assignees].iter().any(|list| list.len() == 1)
            || self.statuses.len() == 1
            || !self.tags.is_empty()
            || self.event.is_some()
            || self.ladder_id.is_some()
            || self.id_begins.is_some();
        let looks = !self.packs.is_empty() || !self.alerts.is_empty() || !self.priorities.is_empty() || !self.outcomes.is_empty();
        self.text.is_some() || (!found && (looks || self.visible.is_some() || self.unassigned || self.acknowledged.is_some()))
    }
}

/// A condition and its values.
pub(crate) struct Condition {
    pub sql: String,
    pub values: Vec<Value>,
}

impl Condition {
    pub(crate) fn of(filter: &TriggeredFilter) -> Result<Self> {
        let mut all = Self { sql: "1".to_owned(), values: Vec::new() };
        all.any("status", filter.statuses.iter().map(|status| i64::from(status.number()).into()))?;
        all.any("+priority", filter.priorities.iter().map(|priority| i64::from(priority.number()).into()))?;
        all.any("+outcome", filter.outcomes.iter().map(|outcome| (*outcome as i64).into()))?;
        all.texts("alert_id", &filter.alert_ids)?;
        all.texts("+alert", &filter.alerts)?;
        all.texts("+pack", &filter.packs)?;
        all.texts("host", &filter.hosts)?;
        all.texts("user", &filter.users)?;
        all.texts("assignee", &filter.assignees)?;
        all.flags(filter);
        all.visible(filter.visible.as_ref())?;
        all.beside(filter)?;
        all.times(filter);
        Ok(all)
    }

    pub(crate) fn and(&mut self, sql: &str, values: impl IntoIterator<Item = Value>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
        self.values.extend(values);
    }

    fn any(&mut self, column: &str, values: impl ExactSizeIterator<Item = Value>) -> Result<()> {
        limits::BULK.count(values.len())?;
        match values.len() {
            0 => {}
            1 => self.and(&format!("{column} = ?"), values),
            // An index over one value gives the order too; over several it does not, and time leads.
            many => self.and(&format!("+{} IN ({})", column.trim_start_matches('+'), marks(many)), values),
        }
        Ok(())
    }

    fn texts(&mut self, column: &str, texts: &[String]) -> Result<()> {
        self.any(column, texts.iter().map(|text| text.clone().into()))
    }

    fn flags(&mut self, filter: &TriggeredFilter) {
        if filter.unassigned {
            self.and("assignee IS NULL", []);
        }
        match filter.acknowledged {
            Some(true) => self.and("acknowledged_at IS NOT NULL", []),
            Some(false) => self.and("acknowledged_at IS NULL", []),
            None => {}
        }
    }

    fn visible(&mut self, visible: Option<&Visible>) -> Result<()> {
        let Some(Visible { packs, categories }) = visible else { return Ok(()) };
        limits::BULK.count(packs.len() + categories.len())?;
        let both = packs.iter().chain(categories).map(|text| text.clone().into());
        self.and(&format!("(pack IN ({}) OR category IN ({}))", marks(packs.len()), marks(categories.len())), both);
        Ok(())
    }

    /// Conditions on tables beside.
    fn beside(&mut self, filter: &TriggeredFilter) -> Result<()> {
        limits::BULK.count(filter.tags.len())?;
        for tag in &filter.tags {
            self.and("n IN (SELECT n FROM tags WHERE tag = ?)", [tag.clone().into()]);
        }
        if let Some(event) = &filter.event {
            self.and("n IN (SELECT n FROM triggered_events WHERE event = ?)", [event.clone().into()]);
        }
        if let Some(ladder) = &filter.ladder_id {
            self.and("ladder_id = ? AND ladder_id <> ''", [ladder.clone().into()]);
        }
        if let Some(begins) = &filter.id_begins {
            let begins = limits::id(begins)?.to_lowercase();
            self.and("id >= ? AND id < ?", [begins.clone().into(), format!("{begins}g").into()]);
        }
        if let Some(text) = &filter.text {
            self.and("instr(text, ?) > 0", [limits::COMMENT.text(text)?.to_lowercase().into()]);
        }
        Ok(())
    }

    fn times(&mut self, filter: &TriggeredFilter) {
        if let Some(from) = filter.from {
            self.and("at >= ?", [from.into()]);
        }
        if let Some(to) = filter.to {
            self.and("at < ?", [to.into()]);
        }
    }
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}
