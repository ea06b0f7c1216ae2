//! How far a reader of the journal is, with the state that belongs to that place.

use crate::{Nanos, Result, Store, limits, rows};
use rusqlite::Connection;

/// `state` is the reader's own, whole; an older position never replaces a newer one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub name: String,
    pub position: u64,
    pub state: Vec<u8>,
}

impl Store {
    pub fn checkpoint(&self, name: &str) -> Result<Option<Checkpoint>> {
        let row = |row: &rusqlite::Row<'_>| Ok(Checkpoint { name: row.get(0)?, position: row.get::<_, i64>(1)? as u64, state: row.get(2)? });
        self.read(|sql| rows::one(sql, "SELECT name, position, state FROM checkpoints WHERE name = ?1", [name], row))
    }
}

/// Whether it was newer than what is kept.
pub(crate) fn put(sql: &Connection, checkpoint: &Checkpoint, now: Nanos) -> Result<bool> {
    limits::CHECKPOINT.count(checkpoint.state.len())?;
    let with = (limits::id(&checkpoint.name)?, rows::position(checkpoint.position)?, &checkpoint.state, now);
    let changed = rows::run(
        sql,
        "INSERT INTO checkpoints (name, position, state, at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (name) DO UPDATE SET position = excluded.position, state = excluded.state, at = excluded.at
         WHERE excluded.position > checkpoints.position",
        with,
    )?;
    Ok(changed > 0)
}
