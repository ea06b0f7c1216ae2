//! Which kinds of events each source really brings, with the fields that are filled: what readiness is told from.

use crate::{Cursor, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};

/// Absolute values at a place in the journal; older ones are ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    pub source: String,
    /// Empty where hosts are not told apart.
    pub host: String,
    pub product: String,
    pub service: String,
    pub event_code: String,
    pub first: Nanos,
    pub last: Nanos,
    pub count: u64,
    /// JSON: how often each field of interest was there, and not empty.
    pub fields: String,
    pub position: u64,
}

impl Store {
    /// By source and host, product, service, event code.
    pub fn seen(&self, page: &Page) -> Result<Listed<Seen>> {
        // The sort key is five texts; a cursor carries them in one, with a separator that no name has.
        let after: Vec<&str> = page.id_or_start().split('\u{1f}').chain(std::iter::repeat("")).take(5).collect();
        let text = "SELECT source, host, product, service, event_code, first, last, count, fields, position FROM seen
           WHERE (source, host, product, service, event_code) > (?1, ?2, ?3, ?4, ?5) ORDER BY source, host, product, service, event_code LIMIT ?6";
        let with = (after[0], after[1], after[2], after[3], after[4], page.asked());
        let items = self.read(|sql| rows::all(sql, text, with, seen_row))?;
        Ok(Listed::cut(items, page, |seen| Cursor::text(&[&*seen.source, &seen.host, &seen.product, &seen.service, &seen.event_code].join("\u{1f}"))))
    }

    /// A source that was taken away is forgotten.
    pub fn forget_seen(&self, source: &str) -> Result<usize> {
        self.write(|sql| rows::run(sql, "DELETE FROM seen WHERE source = ?1", [source]))
    }
}

pub(crate) fn put(sql: &Connection, seen: &Seen) -> Result<()> {
    let text = "INSERT INTO seen (source, host, product, service, event_code, first, last, count, fields, position)
       VALUES (:source, :host, :product, :service, :code, :first, :last, :count, :fields, :position)
       ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last, count = excluded.count, fields = excluded.fields, position = excluded.position
       WHERE excluded.position > seen.position";
    rows::run(
        sql,
        text,
        named_params! {
            ":source": limits::cut(&seen.source, limits::COLUMN), ":host": limits::cut(&seen.host, limits::COLUMN),
            ":product": limits::cut(&seen.product, limits::COLUMN), ":service": limits::cut(&seen.service, limits::COLUMN),
            ":code": limits::cut(&seen.event_code, limits::COLUMN), ":first": seen.first, ":last": seen.last,
            ":count": i64::try_from(seen.count).unwrap_or(i64::MAX), ":fields": limits::document(&seen.fields, limits::CONFIG.most),
            ":position": rows::position(seen.position)?,
        },
    )?;
    Ok(())
}

fn seen_row(row: &Row<'_>) -> rusqlite::Result<Seen> {
    Ok(Seen {
        source: row.get(0)?,
        host: row.get(1)?,
        product: row.get(2)?,
        service: row.get(3)?,
        event_code: row.get(4)?,
        first: row.get(5)?,
        last: row.get(6)?,
        count: row.get::<_, i64>(7)? as u64,
        fields: row.get(8)?,
        position: row.get::<_, i64>(9)? as u64,
    })
}
