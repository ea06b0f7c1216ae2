//! Roles: five that are always there, and others made of them, which may reach some packs and categories only.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

/// What a role may do at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Base {
    #[default]
    Viewer,
    Analyst,
    Engineer,
    Admin,
    IngestOnly,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    View,
    Manage,
}

/// A pack or a category that a limited role reaches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    Pack { id: String, level: Level },
    Category { name: String, level: Level },
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Role {
    pub id: String,
    pub name: String,
    pub base: Base,
    /// Whether it reaches its grants alone; else everything.
    pub limited: bool,
    /// One of the five, which can't be changed.
    pub builtin: bool,
    /// Packs, then categories, by name.
    pub grants: Vec<Grant>,
    pub revision: i64,
}

impl Base {
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Engineer, Self::Admin, Self::IngestOnly];

    /// Also the id of the role that is this and no more.
    pub fn word(self) -> &'static str {
        ["viewer", "analyst", "engineer", "admin", "ingest-only"][self as usize]
    }

    pub(crate) fn from_row(row: &Row<'_>, at: usize) -> rusqlite::Result<Self> {
        let number: i64 = row.get(at)?;
        Self::ALL.into_iter().find(|base| *base as i64 == number).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, number))
    }
}

impl Store {
    /// By id.
    pub fn roles(&self, page: &Page) -> Result<Listed<Role>> {
        let items = self.read(|sql| {
            let ids = rows::all(sql, "SELECT id FROM roles WHERE id > ?1 ORDER BY id LIMIT ?2", (page.id_or_start(), page.asked()), |row| row.get(0))?;
            ids.iter().map(|id: &String| get(sql, id)).collect::<Result<Vec<_>>>()
        })?;
        Ok(Listed::cut(items, page, |role| Cursor::text(&role.id)))
    }

    pub fn role(&self, id: &str) -> Result<Role> {
        self.read(|sql| get(sql, id))
    }

    /// A new role, or one as it is from now on. `expected` is the revision that was edited, 0 for a new one.
    pub fn put_role(&self, role: &Role, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<i64> {
        limits::id(&role.id)?;
        limits::name(&role.name)?;
        limits::BULK.count(role.grants.len())?;
        self.write(|sql| {
            let was = find(sql, &role.id)?;
            rows::expect("role", &role.id, expected, was.as_ref().map_or(0, |was| was.revision))?;
            if was.as_ref().is_some_and(|was| was.builtin) {
                return Err(Error::Refused("the five roles that are always there can't be changed; make another"));
            }
            rows::free(sql, "role", "SELECT 1 FROM roles WHERE name = ?1 AND id <> ?2", &role.name, &role.id)?;
            let revision = was.as_ref().map_or(1, |was| was.revision + 1);
            let text = "INSERT INTO roles (id, name, base, limited, builtin, revision) VALUES (?1, ?2, ?3, ?4, 0, ?5)
               ON CONFLICT (id) DO UPDATE SET name = excluded.name, base = excluded.base, limited = excluded.limited, revision = excluded.revision";
            super::users::keeping_an_admin(sql, || rows::run(sql, text, (&role.id, &role.name, role.base as u8, role.limited, revision)))?;
            write_grants(sql, role)?;
            let told = |role: &Role| json!({"name": role.name, "base": role.base.word(), "limited": role.limited, "grants": format!("{:?}", role.grants)});
            Act::new("role.put", "role", &role.id).from(was.as_ref().map_or(json!(null), told)).to(told(role)).write(sql, actor, now)?;
            Ok(revision)
        })
    }

    /// Refused while somebody has it.
    pub fn remove_role(&self, id: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = get(sql, id)?;
            rows::expect("role", id, expected, was.revision)?;
            if was.builtin {
                return Err(Error::Refused("the five roles that are always there can't be removed"));
            }
            let holders = "SELECT name FROM users WHERE role = ?1 UNION ALL SELECT name FROM tokens WHERE role = ?1 LIMIT 1";
            if let Some(by) = rows::one(sql, holders, [id], |row| row.get::<_, String>(0))? {
                return Err(Error::InUse { kind: "role", id: id.to_owned(), by });
            }
            rows::run(sql, "DELETE FROM roles WHERE id = ?1", [id])?;
            Act::new("role.remove", "role", id).from(json!({"name": was.name})).write(sql, actor, now)
        })
    }
}

pub(crate) fn get(sql: &Connection, id: &str) -> Result<Role> {
    find(sql, id)?.ok_or_else(|| Error::missing("role", id))
}

fn find(sql: &Connection, id: &str) -> Result<Option<Role>> {
    let role = rows::one(sql, "SELECT id, name, base, limited, builtin, revision FROM roles WHERE id = ?1", [id], |row| {
        let base = Base::from_row(row, 2)?;
        Ok(Role { id: row.get(0)?, name: row.get(1)?, base, limited: row.get(3)?, builtin: row.get(4)?, revision: row.get(5)?, grants: Vec::new() })
    })?;
    let Some(mut role) = role else { return Ok(None) };
    let grants = "SELECT kind, target, level FROM role_grants WHERE role = ?1 ORDER BY kind, target LIMIT 1000";
    role.grants = rows::all(sql, grants, [id], grant)?;
    Ok(Some(role))
}

fn write_grants(sql: &Connection, role: &Role) -> Result<()> {
    rows::run(sql, "DELETE FROM role_grants WHERE role = ?1", [&role.id])?;
    for grant in &role.grants {
        let (kind, target, level) = match grant {
            Grant::Pack { id, level } => (0, id, level),
            Grant::Category { name, level } => (1, name, level),
        };
        limits::name(target)?;
        let text = "INSERT INTO role_grants (role, kind, target, level) VALUES (?1, ?2, ?3, ?4)
           ON CONFLICT (role, kind, target) DO UPDATE SET level = max(level, excluded.level)";
        rows::run(sql, text, (&role.id, kind, target, *level as u8))?;
    }
    Ok(())
}

fn grant(row: &Row<'_>) -> rusqlite::Result<Grant> {
    let level = if row.get::<_, i64>(2)? == 0 { Level::View } else { Level::Manage };
    Ok(if row.get::<_, i64>(0)? == 0 { Grant::Pack { id: row.get(1)?, level } } else { Grant::Category { name: row.get(1)?, level } })
}
