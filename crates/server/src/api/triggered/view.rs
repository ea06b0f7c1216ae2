//! Triggered alerts as the API shows them, and what can be asked of the list.

use crate::api::problem::Problem;
use crate::auth::Who;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use watchbell_alerts::Triggered;
use watchbell_model::Timestamp;
use watchbell_store::{Priority, Status, TriggeredFilter, TriggeredFull, TriggeredRow};

/// Several values stand with commas between them; any of them will do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct TriggeredQuery {
    /// `unread`, `watched`, `closed`…
    pub status: Option<String>,
    /// The least: 0, 3, 5, 7 or 10.
    pub priority: Option<u8>,
    /// Names of alerts.
    pub alert: Option<String>,
    pub pack: Option<String>,
    pub host: Option<String>,
    pub user: Option<String>,
    pub assignee: Option<String>,
    pub tag: Option<String>,
    /// The ladder that alerts climb together.
    pub ladder: Option<String>,
    /// How the id begins.
    pub id: Option<String>,
    /// Anywhere in what the alert says.
    pub text: Option<String>,
    /// Not before then, `2026-01-31T09:30:00Z`.
    pub from: Option<String>,
    /// Before then.
    pub to: Option<String>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct TriggeredView {
    pub id: String,
    pub alert: String,
    pub title: String,
    pub summary: String,
    pub pack: String,
    pub status: &'static str,
    pub priority: u8,
    pub outcome: &'static str,
    pub host: String,
    pub user: String,
    /// Of the ladder that it climbs, with others or alone.
    pub ladder: Option<String>,
    pub time: Option<String>,
    pub last: Option<String>,
    pub count: u64,
    pub assignee: Option<String>,
    pub acknowledged_by: Option<String>,
    pub acknowledged_at: Option<String>,
    pub created: String,
    pub updated: String,
    /// As `If-Match` takes it.
    pub revision: i64,
}

/// A triggered alert whole.
#[derive(Debug, Serialize, JsonSchema)]
pub struct WholeView {
    #[serde(flatten)]
    pub row: TriggeredView,
    /// As a scan prints it: entities, job, events; with `story`, `ladder` and `gaps` as they were when it was told.
    pub document: Value,
    /// What came after that.
    pub appended: Value,
    pub tags: Vec<String>,
    pub comments: Vec<CommentView>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct CommentView {
    pub at: String,
    pub author: String,
    pub text: String,
}

impl TriggeredQuery {
    /// What is asked for, of what the asker sees.
    pub fn filter(&self, who: &Who) -> Result<TriggeredFilter, Problem> {
        let list = |text: &Option<String>| text.as_deref().map(|text| text.split(',').map(|part| part.trim().to_owned()).collect()).unwrap_or_default();
        let statuses: Vec<String> = list(&self.status);
        Ok(TriggeredFilter {
            statuses: statuses.iter().map(|word| status(word)).collect::<Result<_, _>>()?,
            priorities: Priority::ALL.iter().filter(|(_, number, _)| self.priority.is_some_and(|least| *number >= least)).map(|(p, ..)| *p).collect(),
            alerts: list(&self.alert),
            packs: list(&self.pack),
            hosts: list(&self.host),
            users: list(&self.user),
            assignees: list(&self.assignee),
            tags: list(&self.tag),
            visible: who.reach.visible(),
            ladder_id: self.ladder.clone(),
            id_begins: self.id.clone(),
            text: self.text.clone(),
            from: time(self.from.as_deref())?,
            to: time(self.to.as_deref())?,
            ..TriggeredFilter::default()
        })
    }
}

impl TriggeredView {
    pub fn of(row: TriggeredRow) -> Self {
        Self {
            id: row.id,
            alert: row.alert,
            title: row.title,
            summary: row.summary,
            pack: row.pack,
            status: row.status.word(),
            priority: row.priority.number(),
            outcome: row.outcome.word(),
            host: row.host,
            user: row.user,
            ladder: Some(row.ladder_id).filter(|id| !id.is_empty()),
            time: row.time.map(shown),
            last: row.last.map(shown),
            count: row.count,
            assignee: row.assignee,
            acknowledged_by: row.acknowledged_by,
            acknowledged_at: row.acknowledged_at.map(shown),
            created: shown(row.created),
            updated: shown(row.updated),
            revision: row.revision,
        }
    }
}

impl WholeView {
    pub fn of(full: TriggeredFull) -> Self {
        let json = |text: Option<&str>| text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
        Self {
            document: alert_of(&full).and_then(|alert| serde_json::to_value(alert).ok()).unwrap_or_default(),
            appended: json(full.appended.as_deref()),
            tags: full.tags,
            comments: full.comments.into_iter().map(|comment| CommentView { at: shown(comment.at), author: comment.author, text: comment.text }).collect(),
            row: TriggeredView::of(full.row),
        }
    }
}

/// The alert itself, with its story where it is told.
pub fn alert_of(full: &TriggeredFull) -> Option<Triggered> {
    Triggered::kept(&full.document, full.story.as_deref())
}

/// A status by its word or its number.
pub fn status(word: &str) -> Result<Status, Problem> {
    let found = Status::ALL.iter().find(|(_, number, known)| *known == word || number.to_string() == word);
    let known = || Status::ALL.iter().map(|(_, _, word)| *word).collect::<Vec<_>>().join(", ");
    found.map(|(status, ..)| *status).ok_or_else(|| Problem::bad("triggered/status", format!("`{word}` is no status: one of {}", known())))
}

/// A time of a query.
pub fn time(text: Option<&str>) -> Result<Option<i64>, Problem> {
    let Some(text) = text else { return Ok(None) };
    let found = Timestamp::parse(text, &jiff::tz::TimeZone::UTC).map(|time| Some(time.nanos));
    found.ok_or_else(|| Problem::bad("time", format!("`{text}` is no time; write 2026-01-31T09:30:00Z")))
}

/// To the millisecond, in UTC.
pub fn shown(nanos: i64) -> String {
    Timestamp { nanos, digits: 3 }.to_string()
}
