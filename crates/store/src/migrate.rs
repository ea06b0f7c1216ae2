//! The schema, as a list of migrations that only grows, and the table of those that were applied.

use crate::{Error, Nanos, Result};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};

/// A change of the tables. Its text is never edited once it was published: applied ones are known by their checksum.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    pub name: &'static str,
    pub sql: &'static str,
}

/// In order; the first is number 1.
const MIGRATIONS: &[Migration] = &[
    Migration { name: "installation", sql: include_str!("../migrations/0001_installation.sql") },
    Migration { name: "packs", sql: include_str!("../migrations/0002_packs.sql") },
    Migration { name: "triggered", sql: include_str!("../migrations/0003_triggered.sql") },
    Migration { name: "delivery", sql: include_str!("../migrations/0004_delivery.sql") },
    Migration { name: "people", sql: include_str!("../migrations/0005_people.sql") },
    Migration { name: "seen", sql: include_str!("../migrations/0006_seen.sql") },
    Migration { name: "matches", sql: include_str!("../migrations/0007_matches.sql") },
    Migration { name: "outbox_heads", sql: include_str!("../migrations/0008_outbox_heads.sql") },
    Migration { name: "told", sql: include_str!("../migrations/0009_told.sql") },
    Migration { name: "quarantine_streams", sql: include_str!("../migrations/0010_quarantine_streams.sql") },
];

/// The version of control data that this program writes.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied INTEGER NOT NULL
) STRICT";

pub fn migrations() -> &'static [Migration] {
    MIGRATIONS
}

/// Brings a database to this program's version. Each migration is one transaction: a crash leaves whole ones behind.
pub(crate) fn migrate(sql: &mut Connection, now: Nanos) -> Result<()> {
    if version(sql)? > VERSION {
        return check(sql).map(|_| ());
    }
    sql.execute_batch(TABLE)?;
    for (number, migration) in (1..).zip(MIGRATIONS).skip(check(sql)? as usize) {
        apply(sql, number, migration, now)?;
    }
    Ok(())
}

/// The version of a database, once it is known that this program may read it.
pub(crate) fn check(sql: &Connection) -> Result<u32> {
    let found = version(sql)?;
    if found > VERSION {
        return Err(Error::TooNew { found, known: VERSION });
    }
    let applied = sql
        .prepare("SELECT number, checksum FROM migrations ORDER BY number LIMIT 10000")?
        .query_map((), |row| Ok((row.get::<_, u32>(0)?, row.get::<_, String>(1)?)))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    for ((number, sum), migration) in applied.iter().zip(MIGRATIONS) {
        if *sum != checksum(migration) {
            return Err(Error::Altered { number: *number });
        }
    }
    Ok(found)
}

/// The highest migration that was applied; 0 for an empty file.
fn version(sql: &Connection) -> Result<u32> {
    let table = sql.query_row("SELECT 1 FROM sqlite_schema WHERE name = 'migrations'", (), |_| Ok(())).optional()?;
    if table.is_none() {
        return Ok(0);
    }
    Ok(sql.query_row("SELECT coalesce(max(number), 0) FROM migrations", (), |row| row.get(0))?)
}

fn apply(sql: &mut Connection, number: u32, migration: &Migration, now: Nanos) -> Result<()> {
    let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(migration.sql)?;
    let row = (number, migration.name, checksum(migration), now);
    transaction.execute("INSERT INTO migrations (number, name, checksum, applied) VALUES (?1, ?2, ?3, ?4)", row)?;
    transaction.commit()?;
    Ok(())
}

fn checksum(migration: &Migration) -> String {
    blake3::hash(migration.sql.as_bytes()).to_hex().to_string()
}
