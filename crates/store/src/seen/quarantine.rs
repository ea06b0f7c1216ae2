//! What could not be read: why, from where, the bytes (bounded), and whether it was tried again.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};
use serde_json::json;

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
    /// What a decoder's memory belongs to, and where the host stands.
    pub stream: String,
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
    /// Bytes that are kept of it.
    pub kept: u64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QuarantineFilter {
    pub source: Option<String>,
    pub reason: Option<String>,
    pub replayed: Option<bool>,
}

/// How much is kept; beyond it the oldest go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    pub rows: u64,
    pub bytes: u64,
}

/// Rows that are new, and old ones that went for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aside {
    pub new: u64,
    pub let_go: u64,
}

impl Store {
    /// One transaction: what is new is kept, and within its room.
    pub fn quarantine(&self, records: &[Quarantined], room: &Room) -> Result<Aside> {
        self.write(|sql| {
            let new = records.iter().map(|record| put(sql, record)).sum::<Result<usize>>()?;
            let let_go = if new == 0 { 0 } else { let_go(sql, room)? };
            Ok(Aside { new: new as u64, let_go: let_go as u64 })
        })
    }

    /// How much is kept.
    pub fn quarantine_size(&self) -> Result<Room> {
        self.read(size)
    }

    /// For good. How many there were.
    pub fn remove_quarantined(&self, ids: &[i64], actor: &Actor, now: Nanos) -> Result<usize> {
        limits::BULK.count(ids.len())?;
        self.write(|sql| {
            let mut removed = 0;
            for id in ids {
                let was = rows::one(sql, "DELETE FROM quarantine WHERE id = ?1 RETURNING source, reason", [id], |row| {
                    Ok(json!({"source": row.get::<_, String>(0)?, "reason": row.get::<_, String>(1)?}))
                })?;
                if let Some(was) = was {
                    Act::new("quarantine.remove", "quarantine", &id.to_string()).from(was).write(sql, actor, now)?;
                    removed += 1;
                }
            }
            Ok(removed)
        })
    }

    /// Newest first.
    pub fn quarantine_list(&self, filter: &QuarantineFilter, page: &Page) -> Result<Listed<QuarantineRow>> {
        let text = "SELECT id, key, at, source, reason, format, peer, length, place, x'', replayed, stream, kept FROM quarantine
           WHERE id < ?1 AND (?2 IS NULL OR source = ?2) AND (?3 IS NULL OR reason = ?3) AND (?4 IS NULL OR (replayed IS NOT NULL) = ?4)
           ORDER BY id DESC LIMIT ?5";
        let with = (page.key_or(i64::MAX), &filter.source, &filter.reason, filter.replayed, page.asked());
        let items = self.read(|sql| rows::all(sql, text, with, quarantine_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::number(row.id)))
    }

    pub fn quarantined(&self, id: i64) -> Result<QuarantineRow> {
        let text = "SELECT id, key, at, source, reason, format, peer, length, place, bytes, replayed, stream, kept FROM quarantine WHERE id = ?1";
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
    let text = "INSERT INTO quarantine (key, at, source, reason, format, peer, length, place, bytes, stream)
       VALUES (:key, :at, :source, :reason, :format, :peer, :length, :place, :bytes, :stream) ON CONFLICT (key) DO NOTHING";
    rows::run(
        sql,
        text,
        named_params! {
            ":key": limits::id(&record.key)?, ":at": record.at, ":source": limits::cut(&record.source, limits::COLUMN),
            ":reason": limits::cut(&record.reason, limits::COLUMN), ":format": limits::cut(&record.format, limits::COLUMN),
            ":peer": limits::cut(&record.peer, limits::COLUMN), ":length": i64::try_from(record.length).unwrap_or(i64::MAX),
            ":place": limits::cut(&record.place, limits::COLUMN), ":bytes": bytes,
            ":stream": limits::cut(&record.stream, limits::STREAM),
        },
    )
}

fn size(sql: &Connection) -> Result<Room> {
    let text = "SELECT count(*), coalesce(sum(kept), 0) FROM quarantine";
    let size = rows::one(sql, text, (), |row| Ok(Room { rows: row.get::<_, i64>(0)? as u64, bytes: row.get::<_, i64>(1)? as u64 }))?;
    Ok(size.unwrap_or(Room { rows: 0, bytes: 0 }))
}

fn let_go(sql: &Connection, room: &Room) -> Result<usize> {
    let is = size(sql)?;
    if is.rows <= room.rows && is.bytes <= room.bytes {
        return Ok(0);
    }
    let text = "DELETE FROM quarantine WHERE id <= (SELECT max(id) FROM
       (SELECT id, row_number() OVER newest AS number, sum(kept) OVER newest AS bytes FROM quarantine WINDOW newest AS (ORDER BY id DESC))
       WHERE number > ?1 OR bytes > ?2)";
    let most = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    rows::run(sql, text, (most(room.rows), most(room.bytes)))
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
        stream: row.get(11)?,
    };
    Ok(QuarantineRow { id: row.get(0)?, record, replayed: row.get(10)?, kept: row.get::<_, i64>(12)? as u64 })
}
