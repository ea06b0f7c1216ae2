//! Every act of somebody, as a row of the same transaction.

use crate::{Cursor, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};

/// Who does something, and by what way (`session`, `token:NAME`, `socket`, `system`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub name: String,
    pub via: String,
}

/// One act. `before` and `after` are JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    pub id: i64,
    pub at: Nanos,
    pub actor: String,
    pub via: String,
    pub action: String,
    pub kind: String,
    pub target: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub actor: Option<String>,
    pub action: Option<String>,
    pub kind: Option<String>,
    pub target: Option<String>,
    pub from: Option<Nanos>,
    pub to: Option<Nanos>,
}

/// What was done to what.
pub(crate) struct Act<'a> {
    pub action: &'a str,
    pub kind: &'a str,
    pub target: &'a str,
    pub before: Option<serde_json::Value>,
    pub after: Option<serde_json::Value>,
}

impl Actor {
    pub fn new(name: impl Into<String>, via: impl Into<String>) -> Self {
        Self { name: name.into(), via: via.into() }
    }

    /// The server itself.
    pub fn system() -> Self {
        Self::new("system", "system")
    }
}

impl<'a> Act<'a> {
    pub(crate) fn new(action: &'a str, kind: &'a str, target: &'a str) -> Self {
        Self { action, kind, target, before: None, after: None }
    }

    pub(crate) fn from(mut self, before: serde_json::Value) -> Self {
        self.before = Some(before);
        self
    }

    pub(crate) fn to(mut self, after: serde_json::Value) -> Self {
        self.after = Some(after);
        self
    }

    pub(crate) fn write(self, sql: &Connection, actor: &Actor, now: Nanos) -> Result<()> {
        let text = |value: Option<serde_json::Value>| value.map(|value| limits::document(&value.to_string(), limits::CONFIG.most).into_owned());
        let with = (now, limits::cut(&actor.name, limits::COLUMN), limits::cut(&actor.via, limits::COLUMN), self.action, self.kind, self.target);
        rows::run(
            sql,
            "INSERT INTO audit (at, actor, via, action, kind, target, before, after) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            (with.0, with.1, with.2, with.3, with.4, with.5, text(self.before), text(self.after)),
        )?;
        Ok(())
    }
}

impl Store {
    /// An act that changes nothing here (a login, a search, a reload).
    pub fn record(&self, actor: &Actor, action: &str, kind: &str, target: &str, after: Option<&str>, now: Nanos) -> Result<()> {
        let after = after.map(|text| serde_json::Value::String(limits::cut(text, limits::ANSWER).to_owned()));
        self.write(|sql| {
            Act { action: limits::cut(action, limits::COLUMN), kind, target: limits::cut(target, limits::COLUMN), before: None, after }.write(sql, actor, now)
        })
    }

    /// Newest first.
    pub fn audit(&self, filter: &AuditFilter, page: &Page) -> Result<Listed<AuditRow>> {
        let with = (
            page.key_or(i64::MAX),
            &filter.actor,
            &filter.action,
            &filter.kind,
            &filter.target,
            filter.from.unwrap_or(i64::MIN),
            filter.to.unwrap_or(i64::MAX),
            page.asked(),
        );
        let items = self.read(|sql| {
            rows::all(
                sql,
                "SELECT id, at, actor, via, action, kind, target, before, after FROM audit
                 WHERE id < ?1 AND (?2 IS NULL OR actor = ?2) AND (?3 IS NULL OR action = ?3) AND (?4 IS NULL OR kind = ?4)
                   AND (?5 IS NULL OR target = ?5) AND at >= ?6 AND at < ?7
                 ORDER BY id DESC LIMIT ?8",
                with,
                audit_row,
            )
        })?;
        Ok(Listed::cut(items, page, |row| Cursor::number(row.id)))
    }
}

fn audit_row(row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        id: row.get(0)?,
        at: row.get(1)?,
        actor: row.get(2)?,
        via: row.get(3)?,
        action: row.get(4)?,
        kind: row.get(5)?,
        target: row.get(6)?,
        before: row.get(7)?,
        after: row.get(8)?,
    })
}
