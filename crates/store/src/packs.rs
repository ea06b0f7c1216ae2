//! Installed packs, each with every version that was ever here: edits are kept on top of a base that stays.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

/// A pack to install, with the alerts in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPack {
    pub id: String,
    pub name: String,
    pub version: String,
    /// Of the files; two builds of one version are two bases.
    pub digest: String,
    /// The archive as it came.
    pub files: Vec<u8>,
    pub alerts: Vec<PackAlert>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PackAlert {
    pub id: String,
    pub name: String,
    pub category: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackRow {
    pub id: String,
    pub name: String,
    pub version: String,
    pub digest: String,
    pub installed_by: String,
    pub installed_at: Nanos,
    /// When it was uninstalled; its history stays.
    pub removed_at: Option<Nanos>,
    pub revision: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackVersion {
    pub digest: String,
    pub version: String,
    pub added_at: Nanos,
}

const COLUMNS: &str = "id, name, version, digest, installed_by, installed_at, removed_at, revision";

impl Store {
    /// Installs a pack, or another version of it. New alerts arrive deactivated, those that were here keep what was set,
    /// those that the version has no longer are kept as absent.
    pub fn install_pack(&self, pack: &NewPack, actor: &Actor, now: Nanos) -> Result<PackRow> {
        check(pack)?;
        self.write(|sql| {
            let was = find(sql, &pack.id)?;
            write_pack(sql, pack, actor, now)?;
            write_alerts(sql, pack, actor, now)?;
            let before = was.map_or(json!(null), |was| json!({"version": was.version, "digest": was.digest, "removed": was.removed_at.is_some()}));
            let after = json!({"version": pack.version, "digest": pack.digest, "alerts": pack.alerts.len()});
            Act::new("pack.install", "pack", &pack.id).from(before).to(after).write(sql, actor, now)?;
            find(sql, &pack.id)?.ok_or_else(|| Error::missing("pack", &pack.id))
        })
    }

    /// Its alerts go, and are deactivated; what they triggered, their edits and the versions stay.
    pub fn uninstall_pack(&self, id: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = find(sql, id)?.filter(|pack| pack.removed_at.is_none()).ok_or_else(|| Error::missing("pack", id))?;
            rows::expect("pack", id, expected, was.revision)?;
            rows::run(sql, "UPDATE packs SET removed_at = ?2, revision = revision + 1 WHERE id = ?1", (id, now))?;
            let gone = "UPDATE alerts SET present = 0, active = 0, changed_by = ?2, changed_at = ?3, revision = revision + 1 WHERE pack = ?1 AND present = 1";
            rows::run(sql, gone, (id, &actor.name, now))?;
            Act::new("pack.uninstall", "pack", id).from(json!({"version": was.version, "digest": was.digest})).write(sql, actor, now)
        })
    }

    /// Those that are installed, by id.
    pub fn packs(&self, page: &Page) -> Result<Listed<PackRow>> {
        let text = format!("SELECT {COLUMNS} FROM packs WHERE id > ?1 AND removed_at IS NULL ORDER BY id LIMIT ?2");
        let items = self.read(|sql| rows::all(sql, &text, (page.id_or_start(), page.asked()), pack_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::text(&row.id)))
    }

    /// Also one that was uninstalled.
    pub fn pack(&self, id: &str) -> Result<PackRow> {
        self.read(|sql| find(sql, id)?.ok_or_else(|| Error::missing("pack", id)))
    }

    /// Newest first, at most a thousand.
    pub fn pack_versions(&self, id: &str) -> Result<Vec<PackVersion>> {
        let text = "SELECT digest, version, added_at FROM pack_versions WHERE pack = ?1 ORDER BY added_at DESC, digest LIMIT 1000";
        self.read(|sql| rows::all(sql, text, [id], |row| Ok(PackVersion { digest: row.get(0)?, version: row.get(1)?, added_at: row.get(2)? })))
    }

    /// The archive of a version.
    pub fn pack_files(&self, id: &str, digest: &str) -> Result<Vec<u8>> {
        let text = "SELECT files FROM pack_versions WHERE pack = ?1 AND digest = ?2";
        self.read(|sql| rows::one(sql, text, [id, digest], |row| row.get(0))?.ok_or_else(|| Error::missing("version of a pack", digest)))
    }
}

fn check(pack: &NewPack) -> Result<()> {
    limits::id(&pack.id)?;
    limits::id(&pack.digest)?;
    limits::name(&pack.name)?;
    limits::name(&pack.version)?;
    limits::PACK.count(pack.files.len())?;
    for alert in &pack.alerts {
        limits::id(&alert.id)?;
        limits::name(&alert.name)?;
    }
    Ok(())
}

fn find(sql: &Connection, id: &str) -> Result<Option<PackRow>> {
    rows::one(sql, &format!("SELECT {COLUMNS} FROM packs WHERE id = ?1"), [id], pack_row)
}

fn write_pack(sql: &Connection, pack: &NewPack, actor: &Actor, now: Nanos) -> Result<()> {
    rows::run(
        sql,
        "INSERT INTO packs (id, name, version, digest, installed_by, installed_at, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version, digest = excluded.digest,
           installed_by = excluded.installed_by, installed_at = excluded.installed_at, removed_at = NULL, revision = revision + 1",
        (&pack.id, &pack.name, &pack.version, &pack.digest, &actor.name, now),
    )?;
    let version = "INSERT OR IGNORE INTO pack_versions (pack, digest, version, files, added_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    rows::run(sql, version, (&pack.id, &pack.digest, &pack.version, &pack.files, now))?;
    Ok(())
}

fn write_alerts(sql: &Connection, pack: &NewPack, actor: &Actor, now: Nanos) -> Result<()> {
    rows::run(sql, "UPDATE alerts SET present = 0 WHERE pack = ?1", [&pack.id])?;
    for alert in &pack.alerts {
        rows::run(
            sql,
            "INSERT INTO alerts (id, pack, name, category, present, active, changed_by, changed_at, revision) VALUES (?1, ?2, ?3, ?4, 1, 0, ?5, ?6, 1)
             ON CONFLICT (id) DO UPDATE SET pack = excluded.pack, name = excluded.name, category = excluded.category, present = 1",
            (&alert.id, &pack.id, &alert.name, limits::cut(&alert.category, limits::COLUMN), &actor.name, now),
        )?;
    }
    rows::run(sql, "UPDATE alerts SET active = 0, revision = revision + 1 WHERE pack = ?1 AND present = 0 AND active = 1", [&pack.id])?;
    Ok(())
}

fn pack_row(row: &Row<'_>) -> rusqlite::Result<PackRow> {
    Ok(PackRow {
        id: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        digest: row.get(3)?,
        installed_by: row.get(4)?,
        installed_at: row.get(5)?,
        removed_at: row.get(6)?,
        revision: row.get(7)?,
    })
}
