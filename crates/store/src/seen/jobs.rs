//! The ledger of scheduled jobs, kept live: one row a job, absolute values at a place in the journal.

use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobRow {
    pub id: String,
    pub host: String,
    pub kind: String,
    pub name: String,
    /// `there`, `gone`, `disabled`…
    pub state: String,
    pub first: Option<Nanos>,
    pub last: Option<Nanos>,
    /// When it runs next, as far as that is known.
    pub next: Option<Nanos>,
    pub position: u64,
    /// JSON.
    pub document: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    pub host: Option<String>,
    pub kind: Option<String>,
    pub state: Option<String>,
    /// Part of the name, whatever the case of its ASCII letters.
    pub name: Option<String>,
}

const COLUMNS: &str = "id, host, kind, name, state, first, last, next, position, document";

impl Store {
    /// By id.
    pub fn jobs(&self, filter: &JobFilter, page: &Page) -> Result<Listed<JobRow>> {
        let text = format!(
            "SELECT {COLUMNS} FROM jobs WHERE id > ?1 AND (?2 IS NULL OR host = ?2) AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR state = ?4)
               AND (?5 IS NULL OR instr(lower(name), lower(?5)) > 0) ORDER BY id LIMIT ?6"
        );
        let with = (page.id_or_start(), &filter.host, &filter.kind, &filter.state, &filter.name, page.asked());
        let items = self.read(|sql| rows::all(sql, &text, with, job_row))?;
        Ok(Listed::cut(items, page, |job| Cursor::text(&job.id)))
    }

    /// What runs from a time on, soonest first.
    pub fn next_jobs(&self, from: Nanos, page: &Page) -> Result<Listed<JobRow>> {
        let text = format!("SELECT {COLUMNS} FROM jobs WHERE next >= ?1 AND (next, id) > (?2, ?3) ORDER BY next, id LIMIT ?4");
        let with = (from, page.key_or(i64::MIN), page.id_or_start(), page.asked());
        let items = self.read(|sql| rows::all(sql, &text, with, job_row))?;
        Ok(Listed::cut(items, page, |job| Cursor { key: job.next.unwrap_or_default(), id: job.id.clone() }))
    }

    pub fn job(&self, id: &str) -> Result<JobRow> {
        let text = format!("SELECT {COLUMNS} FROM jobs WHERE id = ?1");
        self.read(|sql| rows::one(sql, &text, [id], job_row)?.ok_or_else(|| Error::missing("job", id)))
    }
}

pub(crate) fn put(sql: &Connection, job: &JobRow) -> Result<()> {
    let text = "INSERT INTO jobs (id, host, kind, name, state, first, last, next, position, document)
       VALUES (:id, :host, :kind, :name, :state, :first, :last, :next, :position, :document)
       ON CONFLICT (id) DO UPDATE SET host = excluded.host, kind = excluded.kind, name = excluded.name, state = excluded.state, first = excluded.first,
         last = excluded.last, next = excluded.next, position = excluded.position, document = excluded.document
       WHERE excluded.position > jobs.position";
    rows::run(
        sql,
        text,
        named_params! {
            ":id": limits::id(&job.id)?, ":host": limits::cut(&job.host, limits::COLUMN), ":kind": limits::cut(&job.kind, limits::COLUMN),
            ":name": limits::cut(&job.name, limits::COLUMN), ":state": limits::cut(&job.state, limits::COLUMN), ":first": job.first, ":last": job.last,
            ":next": job.next, ":position": rows::position(job.position)?, ":document": limits::document(&job.document, limits::CONFIG.most),
        },
    )?;
    Ok(())
}

fn job_row(row: &Row<'_>) -> rusqlite::Result<JobRow> {
    Ok(JobRow {
        id: row.get(0)?,
        host: row.get(1)?,
        kind: row.get(2)?,
        name: row.get(3)?,
        state: row.get(4)?,
        first: row.get(5)?,
        last: row.get(6)?,
        next: row.get(7)?,
        position: row.get::<_, i64>(8)? as u64,
        document: row.get(9)?,
    })
}
