//! Rows of triggered alerts as they are read.

use super::{Outcome, Priority, Status};
use crate::Nanos;
use rusqlite::Row;
use rusqlite::types::Type;

/// What a list shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggeredRow {
    pub id: String,
    pub alert_id: String,
    pub alert: String,
    pub pack: String,
    pub category: String,
    pub title: String,
    pub summary: String,
    pub status: Status,
    /// Who set it, and when.
    pub status_by: String,
    pub status_at: Nanos,
    /// Set by hand, or as told.
    pub priority: Priority,
    /// What detection says.
    pub priority_told: Priority,
    pub priority_by: Option<String>,
    pub outcome: Outcome,
    pub step: u8,
    pub host: String,
    pub user: String,
    pub ladder_id: String,
    /// What lists are sorted by: the time of the first event as it was known at first. It never moves.
    pub at: Nanos,
    pub time: Option<Nanos>,
    pub last: Option<Nanos>,
    pub count: u64,
    /// The count when somebody last set its status: what is above came since.
    pub seen_count: u64,
    pub assignee: Option<String>,
    pub acknowledged_by: Option<String>,
    pub acknowledged_at: Option<Nanos>,
    /// Of the journal: it grows with the alert.
    pub position: u64,
    pub created: Nanos,
    pub updated: Nanos,
    /// One number for each change of any triggered alert, upwards: a feed goes on behind the last it saw.
    pub change: i64,
    /// Grows with every edit and every change of status; an edit may expect it. Mere growth leaves it as it is, so that a
    /// busy alert can be edited.
    pub revision: i64,
}

/// All that is kept of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriggeredFull {
    pub row: TriggeredRow,
    pub document: String,
    pub story: Option<String>,
    pub appended: Option<String>,
    pub tags: Vec<String>,
    /// The first thousand.
    pub comments: Vec<Comment>,
}

/// An event that belongs to a triggered alert, with a bounded copy (JSON).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EventCopy {
    pub id: String,
    pub time: Option<Nanos>,
    pub copy: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    pub id: i64,
    pub at: Nanos,
    pub author: String,
    pub text: String,
}

/// In the order of [`triggered`].
pub(crate) const COLUMNS: &str = "id, alert_id, alert, pack, category, title, summary, status, status_by, status_at, priority, priority_told, priority_by,
  outcome, step, host, user, ladder_id, at, time, last, count, seen_count, assignee, acknowledged_by, acknowledged_at, position, created, updated, change,
  revision";

pub(crate) fn triggered(row: &Row<'_>) -> rusqlite::Result<TriggeredRow> {
    Ok(TriggeredRow {
        id: row.get(0)?,
        alert_id: row.get(1)?,
        alert: row.get(2)?,
        pack: row.get(3)?,
        category: row.get(4)?,
        title: row.get(5)?,
        summary: row.get(6)?,
        status: status(row, 7)?,
        status_by: row.get(8)?,
        status_at: row.get(9)?,
        priority: priority(row, 10)?,
        priority_told: priority(row, 11)?,
        priority_by: row.get(12)?,
        outcome: outcome(row, 13)?,
        step: row.get(14)?,
        host: row.get(15)?,
        user: row.get(16)?,
        ladder_id: row.get(17)?,
        at: row.get(18)?,
        time: row.get(19)?,
        last: row.get(20)?,
        count: row.get::<_, i64>(21)? as u64,
        seen_count: row.get::<_, i64>(22)? as u64,
        assignee: row.get(23)?,
        acknowledged_by: row.get(24)?,
        acknowledged_at: row.get(25)?,
        position: row.get::<_, i64>(26)? as u64,
        created: row.get(27)?,
        updated: row.get(28)?,
        change: row.get(29)?,
        revision: row.get(30)?,
    })
}

pub(crate) fn status(row: &Row<'_>, at: usize) -> rusqlite::Result<Status> {
    read(row, at, Status::from_number)
}

pub(crate) fn priority(row: &Row<'_>, at: usize) -> rusqlite::Result<Priority> {
    read(row, at, Priority::from_number)
}

pub(crate) fn outcome(row: &Row<'_>, at: usize) -> rusqlite::Result<Outcome> {
    read(row, at, Outcome::from_number)
}

fn read<T>(row: &Row<'_>, at: usize, from: impl FnOnce(i64) -> crate::Result<T>) -> rusqlite::Result<T> {
    from(row.get(at)?).map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, Type::Integer, Box::new(error)))
}
