//! What could not be read: why, from where, the bytes (bounded), and whether it was tried again.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quarantined {
    /// What makes it the same on a replay (position and number); given twice, it is there once.
    pub key: String,
    pub at: Nanos,
    pub source: String,
    /// A stable word (`unknown_format`).
    pub reason: String,
    pub format: String,
    pub peer: String,
    /// Of what came, also where `bytes` are cut.
    pub length: u64,
    /// Where the whole of it lies, if somewhere (a place in the journal, a file and offset).
    pub place: String,
    pub bytes: Vec<u8>,
}

/// A list leaves `bytes` out; [`Store::quarantined`] brings them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuarantineRow {
    pub id: i64,
    pub record: Quarantined,
    pub replayed: Option<Nanos>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuarantineFilter {
    pub source: Option<String>,
    pub reason: Option<String>,
    pub replayed: Option<bool>,
}

impl Store {
    /// Outside detection (a request that is no JSON). How many were new.
    pub fn quarantine(&self, records: &[Quarantined]) -> Result<usize> {
        self.write(|sql| records.iter().map(|record| put(sql, record)).sum())
    }

    /// Newest first.
    pub fn quarantine_list(&self, filter: &QuarantineFilter, page: &Page) -> Result<Listed<QuarantineRow>> {
        let text = "SELECT id, key, at, source, reason, format, peer, length, place, x'', replayed FROM quarantine
           WHERE id < ?1 AND (?2 IS NULL OR source = ?2) AND (?3 IS NULL OR reason = ?3) AND (?4 IS NULL OR (replayed IS NOT NULL) = ?4)
           ORDER BY id DESC LIMIT ?5";
        let with = (page.key_or(i64::MAX), &filter.source, &filter.reason, filter.replayed, page.asked());
        let items = self.read(|sql| rows::all(sql, text, with, quarantine_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::number(row.id)))
    }

    pub fn quarantined(&self, id: i64) -> Result<QuarantineRow> {
        let text = "SELECT id, key, at, source, reason, format, peer, length, place, bytes, replayed FROM quarantine WHERE id = ?1";
        self.read(|sql| rows::one(sql, text, [id], quarantine_row)?.ok_or_else(|| Error::missing("quarantined record", &id.to_string())))
    }

    /// How many are kept, by source and reason, at most a thousand kinds.
    pub fn quarantine_counts(&self) -> Result<Vec<(String, String, u64)>> {
        let text = "SELECT source, reason, count(*) FROM quarantine GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000";
        self.read(|sql| rows::all(sql, text, (), |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)? as u64))))
    }

    /// Somebody sent them in again.
    pub fn quarantine_replayed(&self, ids: &[i64], actor: &Actor, now: Nanos) -> Result<()> {
        limits::BULK.count(ids.len())?;
        self.write(|sql| {
            for id in ids {
                rows::run(sql, "UPDATE quarantine SET replayed = ?2 WHERE id = ?1", (id, now))?;
                Act::new("quarantine.replay", "quarantine", &id.to_string()).write(sql, actor, now)?;
            }
            Ok(())
        })
    }
}

pub(crate) fn put(sql: &Connection, record: &Quarantined) -> Result<usize> {
    let bytes = &record.bytes[..record.bytes.len().min(limits::QUARANTINED)];
    let text = "INSERT INTO quarantine (key, at, source, reason, format, peer, length, place, bytes)
       VALUES (:key, :at, :source, :reason, :format, :peer, :length, :place, :bytes) ON CONFLICT (key) DO NOTHING";
    rows::run(
        sql,
        text,
        named_params! {
            ":key": limits::id(&record.key)?, ":at": record.at, ":source": limits::cut(&record.source, limits::COLUMN),
            ":reason": limits::cut(&record.reason, limits::COLUMN), ":format": limits::cut(&record.format, limits::COLUMN),
            ":peer": limits::cut(&record.peer, limits::COLUMN), ":length": i64::try_from(record.length).unwrap_or(i64::MAX),
            ":place": limits::cut(&record.place, limits::COLUMN), ":bytes": bytes,
        },
    )
}

fn quarantine_row(row: &Row<'_>) -> rusqlite::Result<QuarantineRow> {
    let record = Quarantined {
        key: row.get(1)?,
        at: row.get(2)?,
        source: row.get(3)?,
        reason: row.get(4)?,
        format: row.get(5)?,
        peer: row.get(6)?,
        length: row.get::<_, i64>(7)? as u64,
        place: row.get(8)?,
        bytes: row.get(9)?,
    };
    Ok(QuarantineRow { id: row.get(0)?, record, replayed: row.get(10)? })
}
