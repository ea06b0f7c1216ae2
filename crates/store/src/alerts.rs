//! Alerts as they are set in this installation: which are active, and what was edited on top of their pack.

use crate::audit::{Act, Actor};
use crate::rows::expect;
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertRow {
    pub id: String,
    pub pack: String,
    pub name: String,
    pub category: String,
    /// Whether the installed version of its pack has it.
    pub present: bool,
    pub active: bool,
    pub changed_by: String,
    pub changed_at: Nanos,
    pub revision: i64,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertFilter {
    pub pack: Option<String>,
    pub category: Option<String>,
    pub active: Option<bool>,
    /// Part of the name, whatever the case.
    pub name: Option<String>,
    /// Also those that their pack has no longer.
    pub absent: bool,
}

/// What was edited on top of a base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    pub alert: String,
    /// JSON.
    pub patch: String,
    /// Digest of the pack version that it was made on.
    pub base: String,
    pub changed_by: String,
    pub changed_at: Nanos,
    pub revision: i64,
}

const COLUMNS: &str = "id, pack, name, category, present, active, changed_by, changed_at, revision";
const OVERLAY: &str = "alert, patch, base, changed_by, changed_at, revision";

impl Store {
    /// By id.
    pub fn alerts(&self, filter: &AlertFilter, page: &Page) -> Result<Listed<AlertRow>> {
        let text = format!(
            "SELECT {COLUMNS} FROM alerts WHERE id > ?1 AND (?2 IS NULL OR pack = ?2) AND (?3 IS NULL OR category = ?3) AND (?4 IS NULL OR active = ?4)
               AND (?5 IS NULL OR instr(lower(name), lower(?5)) > 0) AND (present = 1 OR ?6) ORDER BY id LIMIT ?7"
        );
        let with = (page.id_or_start(), &filter.pack, &filter.category, filter.active, &filter.name, filter.absent, page.asked());
        let items = self.read(|sql| rows::all(sql, &text, with, alert_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::text(&row.id)))
    }

    pub fn alert(&self, id: &str) -> Result<AlertRow> {
        self.read(|sql| find(sql, id)?.ok_or_else(|| Error::missing("alert", id)))
    }

    pub fn active_alerts(&self) -> Result<u64> {
        self.read(|sql| Ok(sql.query_row("SELECT count(*) FROM alerts WHERE active = 1", (), |row| row.get::<_, i64>(0))? as u64))
    }

    /// Activates or deactivates, all or none of them; those whose state changed. One that is absent can't be activated.
    pub fn activate(&self, ids: &[String], active: bool, actor: &Actor, now: Nanos) -> Result<Vec<String>> {
        limits::BULK.count(ids.len())?;
        self.write(|sql| {
            let mut changed = Vec::new();
            for id in ids {
                let was = find(sql, id)?.filter(|alert| alert.present || !active).ok_or_else(|| Error::missing("alert", id))?;
                if was.active != active {
                    set_active(sql, id, active, actor, now)?;
                    changed.push(id.clone());
                }
            }
            Ok(changed)
        })
    }

    pub fn overlay(&self, alert: &str) -> Result<Option<Overlay>> {
        self.read(|sql| find_overlay(sql, alert))
    }

    /// By alert.
    pub fn overlays(&self, page: &Page) -> Result<Listed<Overlay>> {
        let text = format!("SELECT {OVERLAY} FROM overlays WHERE alert > ?1 ORDER BY alert LIMIT ?2");
        let items = self.read(|sql| rows::all(sql, &text, (page.id_or_start(), page.asked()), overlay_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::text(&row.alert)))
    }

    /// Writes an overlay whole. `expected` is the revision that was edited, 0 where there was none.
    pub fn put_overlay(&self, alert: &str, patch: &str, base: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<i64> {
        limits::json(patch)?;
        limits::id(alert)?;
        self.write(|sql| {
            let was = find_overlay(sql, alert)?;
            let revision = was.as_ref().map_or(0, |was| was.revision);
            expect("overlay", alert, expected, revision)?;
            rows::run(
                sql,
                "INSERT INTO overlays (alert, patch, base, changed_by, changed_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (alert) DO UPDATE SET patch = excluded.patch, base = excluded.base, changed_by = excluded.changed_by,
                   changed_at = excluded.changed_at, revision = excluded.revision",
                (alert, patch, base, &actor.name, now, revision + 1),
            )?;
            Act::new("alert.edit", "alert", alert).from(json!(was.map(|was| was.patch))).to(json!(patch)).write(sql, actor, now)?;
            Ok(revision + 1)
        })
    }

    /// Back to what the pack says.
    pub fn remove_overlay(&self, alert: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = find_overlay(sql, alert)?.ok_or_else(|| Error::missing("overlay", alert))?;
            expect("overlay", alert, expected, was.revision)?;
            rows::run(sql, "DELETE FROM overlays WHERE alert = ?1", [alert])?;
            Act::new("alert.reset", "alert", alert).from(json!(was.patch)).write(sql, actor, now)
        })
    }
}

fn set_active(sql: &Connection, id: &str, active: bool, actor: &Actor, now: Nanos) -> Result<()> {
    let text = "UPDATE alerts SET active = ?2, changed_by = ?3, changed_at = ?4, revision = revision + 1 WHERE id = ?1";
    rows::run(sql, text, (id, active, &actor.name, now))?;
    let action = if active { "alert.activate" } else { "alert.deactivate" };
    Act::new(action, "alert", id).from(json!({"active": !active})).to(json!({"active": active})).write(sql, actor, now)
}

fn find(sql: &Connection, id: &str) -> Result<Option<AlertRow>> {
    rows::one(sql, &format!("SELECT {COLUMNS} FROM alerts WHERE id = ?1"), [id], alert_row)
}

fn find_overlay(sql: &Connection, alert: &str) -> Result<Option<Overlay>> {
    rows::one(sql, &format!("SELECT {OVERLAY} FROM overlays WHERE alert = ?1"), [alert], overlay_row)
}

fn alert_row(row: &Row<'_>) -> rusqlite::Result<AlertRow> {
    Ok(AlertRow {
        id: row.get(0)?,
        pack: row.get(1)?,
        name: row.get(2)?,
        category: row.get(3)?,
        present: row.get(4)?,
        active: row.get(5)?,
        changed_by: row.get(6)?,
        changed_at: row.get(7)?,
        revision: row.get(8)?,
    })
}

fn overlay_row(row: &Row<'_>) -> rusqlite::Result<Overlay> {
    Ok(Overlay { alert: row.get(0)?, patch: row.get(1)?, base: row.get(2)?, changed_by: row.get(3)?, changed_at: row.get(4)?, revision: row.get(5)? })
}
