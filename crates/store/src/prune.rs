//! What is too old goes, a bounded number of rows at a time, so that a long sweep does not hold up detection.

use crate::{Nanos, Result, Store, rows};
use rusqlite::Connection;

/// Times before which rows may go; none: they stay.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Keep {
    /// Triggered alerts that were closed, judged false, or suppressed before, with all that hangs on them.
    pub handled: Option<Nanos>,
    /// Any triggered alert that has not changed since.
    pub triggered: Option<Nanos>,
    /// Messages that are sent or dropped.
    pub messages: Option<Nanos>,
    pub attempts: Option<Nanos>,
    pub audit: Option<Nanos>,
    /// The newest records that could not be read.
    pub quarantined: Option<u64>,
}

/// Rows removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    pub triggered: usize,
    pub messages: usize,
    pub attempts: usize,
    pub audit: usize,
    pub quarantined: usize,
    pub sessions: usize,
    pub requests: usize,
}

impl Pruned {
    /// Nothing was left to do.
    pub fn is_done(&self) -> bool {
        *self == Self::default()
    }
}

/// Of each table in one call.
const MOST: i64 = 500;

impl Store {
    /// One step; call it again until [`Pruned::is_done`]. What has expired (sessions, request keys) always goes.
    pub fn prune(&self, keep: &Keep, now: Nanos) -> Result<Pruned> {
        self.write(|sql| {
            Ok(Pruned {
                triggered: triggered(sql, keep)?,
                messages: before(sql, "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE state IN (1, 3) AND settled < ?1 LIMIT ?2)", keep.messages)?,
                attempts: attempts(sql, keep)?,
                audit: before(sql, "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE at < ?1 ORDER BY id LIMIT ?2)", keep.audit)?,
                quarantined: quarantined(sql, keep.quarantined)?,
                sessions: before(sql, "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE expires <= ?1 LIMIT ?2)", Some(now))?,
                requests: before(
                    sql,
                    "DELETE FROM idempotency WHERE (actor, key) IN (SELECT actor, key FROM idempotency WHERE expires <= ?1 LIMIT ?2)",
                    Some(now),
                )?,
            })
        })
    }
}

fn triggered(sql: &Connection, keep: &Keep) -> Result<usize> {
    let handled = "DELETE FROM triggered WHERE n IN (SELECT n FROM triggered WHERE status IN (2, 300, 800) AND updated < ?1 LIMIT ?2)";
    let any = "DELETE FROM triggered WHERE n IN (SELECT n FROM triggered WHERE updated < ?1 LIMIT ?2)";
    Ok(before(sql, handled, keep.handled)? + before(sql, any, keep.triggered)?)
}

fn attempts(sql: &Connection, keep: &Keep) -> Result<usize> {
    let ledger = "DELETE FROM attempts WHERE id IN (SELECT id FROM attempts WHERE at < ?1 ORDER BY id LIMIT ?2)";
    let told = "DELETE FROM told WHERE (triggered_id, method) IN (SELECT triggered_id, method FROM told WHERE at < ?1 LIMIT ?2)";
    Ok(before(sql, ledger, keep.attempts)? + before(sql, told, keep.attempts)?)
}

fn before(sql: &Connection, text: &str, time: Option<Nanos>) -> Result<usize> {
    time.map_or(Ok(0), |time| rows::run(sql, text, (time, MOST)))
}

fn quarantined(sql: &Connection, most: Option<u64>) -> Result<usize> {
    let Some(most) = most else { return Ok(0) };
    let text = "DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine ORDER BY id DESC LIMIT ?2 OFFSET ?1)";
    rows::run(sql, text, (i64::try_from(most).unwrap_or(i64::MAX), MOST))
}
