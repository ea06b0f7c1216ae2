//! The ledger: who was told what, when, by which method, and with what answer. It outlives the messages.

use super::queue::{Claim, Settled};
use crate::{Cursor, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};

/// One try to tell somebody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attempt {
    /// The method's name as it was then.
    pub method_name: String,
    /// Whom: an address, a host. Never a secret.
    pub recipient: String,
    pub began: Nanos,
    pub took: Nanos,
    /// What the far end said, or what went wrong; cut.
    pub answer: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRow {
    pub id: i64,
    pub message: i64,
    pub triggered_id: String,
    pub kind: String,
    pub method: String,
    pub method_name: String,
    pub recipient: String,
    /// From 1.
    pub number: u32,
    pub at: Nanos,
    pub took: Nanos,
    /// `sent`, `again` or `dead`.
    pub result: &'static str,
    pub answer: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttemptFilter {
    pub triggered_id: Option<String>,
    pub method: Option<String>,
    pub message: Option<i64>,
}

const RESULTS: [&str; 3] = ["sent", "again", "dead"];

pub(super) fn write(sql: &Connection, claim: &Claim, settled: Settled, attempt: &Attempt, now: Nanos) -> Result<()> {
    let result = match settled {
        Settled::Sent => 0,
        Settled::Again { .. } => 1,
        Settled::Dead => 2,
    };
    rows::run(
        sql,
        "INSERT INTO attempts (outbox, triggered_id, kind, method, method_name, recipient, try, at, took, result, answer)
         VALUES (:outbox, :triggered, :kind, :method, :name, :recipient, :try, :at, :took, :result, :answer)",
        named_params! {
            ":outbox": claim.id, ":triggered": claim.triggered_id, ":kind": claim.kind, ":method": claim.method,
            ":name": limits::cut(&attempt.method_name, limits::COLUMN), ":recipient": limits::cut(&attempt.recipient, limits::COLUMN),
            ":try": claim.tries + 1, ":at": if attempt.began == 0 { now } else { attempt.began }, ":took": attempt.took, ":result": result,
            ":answer": limits::cut(&attempt.answer, limits::ANSWER),
        },
    )?;
    Ok(())
}

impl Store {
    /// Newest first.
    pub fn attempts(&self, filter: &AttemptFilter, page: &Page) -> Result<Listed<AttemptRow>> {
        let text = "SELECT id, outbox, triggered_id, kind, method, method_name, recipient, try, at, took, result, answer FROM attempts
           WHERE id < ?1 AND (?2 IS NULL OR triggered_id = ?2) AND (?3 IS NULL OR method = ?3) AND (?4 IS NULL OR outbox = ?4) ORDER BY id DESC LIMIT ?5";
        let with = (page.key_or(i64::MAX), &filter.triggered_id, &filter.method, filter.message, page.asked());
        let items = self.read(|sql| rows::all(sql, text, with, attempt_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::number(row.id)))
    }
}

fn attempt_row(row: &Row<'_>) -> rusqlite::Result<AttemptRow> {
    let result: usize = row.get::<_, u8>(10)?.into();
    Ok(AttemptRow {
        id: row.get(0)?,
        message: row.get(1)?,
        triggered_id: row.get(2)?,
        kind: row.get(3)?,
        method: row.get(4)?,
        method_name: row.get(5)?,
        recipient: row.get(6)?,
        number: row.get(7)?,
        at: row.get(8)?,
        took: row.get(9)?,
        result: RESULTS.get(result).copied().unwrap_or("dead"),
        answer: row.get(11)?,
    })
}
