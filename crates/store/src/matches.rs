//! Matches, kept so that what lives across events can be made of them again.

use crate::{Batch, Nanos, Result, Store, rows};
use rusqlite::Connection;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// Of the event.
    pub time: Option<Nanos>,
    /// JSON.
    pub document: String,
}

impl Store {
    /// Those of events of a stretch of time, and of events that tell none, as they came; `each` is called with the document.
    pub fn matches(&self, from: Nanos, to: Nanos, mut each: impl FnMut(&str)) -> Result<()> {
        self.read(|sql| {
            let mut statement = sql.prepare_cached("SELECT document FROM matches WHERE (time >= ?1 AND time < ?2) OR time IS NULL ORDER BY id")?;
            let mut found = statement.query([from, to])?;
            while let Some(row) = found.next()? {
                each(row.get_ref(0)?.as_str().unwrap_or_default());
            }
            Ok(())
        })
    }

    /// Lets go of matches of events before then; how many.
    pub fn forget_matches(&self, before: Nanos) -> Result<usize> {
        self.write(|sql| rows::run(sql, "DELETE FROM matches WHERE time < ?1", [before]))
    }
}

/// Only with a checkpoint that is news: a batch that is given again adds none.
pub(crate) fn put(sql: &Connection, batch: &Batch) -> Result<()> {
    for found in &batch.matches {
        rows::run(sql, "INSERT INTO matches (time, document) VALUES (?1, ?2)", (found.time, &found.document))?;
    }
    Ok(())
}
