//! Small helpers around statements: many rows, one row or none, a revision that must be as expected.

use crate::{Error, Result};
use rusqlite::{Connection, OptionalExtension, Params, Row};

pub(crate) fn all<T>(sql: &Connection, text: &str, with: impl Params, row: impl FnMut(&Row<'_>) -> rusqlite::Result<T>) -> Result<Vec<T>> {
    let mut statement = sql.prepare_cached(text)?;
    let rows = statement.query_map(with, row)?.collect::<rusqlite::Result<Vec<T>>>()?;
    Ok(rows)
}

pub(crate) fn one<T>(sql: &Connection, text: &str, with: impl Params, row: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>) -> Result<Option<T>> {
    Ok(sql.prepare_cached(text)?.query_row(with, row).optional()?)
}

pub(crate) fn run(sql: &Connection, text: &str, with: impl Params) -> Result<usize> {
    Ok(sql.prepare_cached(text)?.execute(with)?)
}

/// An edit that expects a revision is refused where somebody else was faster.
pub(crate) fn expect(kind: &'static str, id: &str, expected: Option<i64>, found: i64) -> Result<()> {
    match expected {
        Some(expected) if expected != found => Err(Error::Conflict { kind, id: id.to_owned(), expected, found }),
        _ => Ok(()),
    }
}

/// A journal position as SQLite keeps it.
pub(crate) fn position(position: u64) -> Result<i64> {
    i64::try_from(position).map_err(|_| Error::Invalid { what: "position", why: "past the end of any journal".to_owned() })
}

/// A name that somebody else has is refused. `text` asks for it by two values.
pub(crate) fn free(sql: &Connection, kind: &'static str, text: &str, name: &str, other: &str) -> Result<()> {
    match one(sql, text, [name, other], |_| Ok(()))? {
        Some(()) => Err(Error::Exists { kind, id: name.to_owned() }),
        None => Ok(()),
    }
}
