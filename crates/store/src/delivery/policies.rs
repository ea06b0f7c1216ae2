//! Sending policies. One is the default, always; an alert follows those it was given, or the default, or none.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    pub id: String,
    pub name: String,
    /// JSON: days and hours, anti-flooding, which kinds of message.
    pub config: String,
    pub is_default: bool,
    /// Ids of delivery methods, sorted.
    pub methods: Vec<String>,
    pub created: Nanos,
    pub updated: Nanos,
    pub revision: i64,
}

/// What an alert follows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Follows {
    #[default]
    Default,
    Nobody,
    These(Vec<String>),
}

const COLUMNS: &str = "id, name, config, is_default, created, updated, revision";

impl Store {
    /// By id.
    pub fn policies(&self, page: &Page) -> Result<Listed<Policy>> {
        let items = self.read(|sql| {
            let ids = rows::all(sql, "SELECT id FROM policies WHERE id > ?1 ORDER BY id LIMIT ?2", (page.id_or_start(), page.asked()), |row| row.get(0))?;
            ids.iter().map(|id: &String| get(sql, id)).collect::<Result<Vec<_>>>()
        })?;
        Ok(Listed::cut(items, page, |policy| Cursor::text(&policy.id)))
    }

    pub fn policy(&self, id: &str) -> Result<Policy> {
        self.read(|sql| get(sql, id))
    }

    /// The policies that an alert follows now: its own, or the default; none where it is told to nobody.
    pub fn policies_of(&self, alert: &str) -> Result<Vec<Policy>> {
        self.read(|sql| {
            let ids = match follows(sql, alert)? {
                Follows::Nobody => Vec::new(),
                Follows::These(ids) => ids,
                Follows::Default => rows::all(sql, "SELECT id FROM policies WHERE is_default = 1 LIMIT 1", (), |row| row.get(0))?,
            };
            ids.iter().map(|id| get(sql, id)).collect()
        })
    }

    pub fn follows(&self, alert: &str) -> Result<Follows> {
        self.read(|sql| follows(sql, alert))
    }

    /// For one alert or many.
    pub fn follow(&self, alerts: &[String], what: &Follows, actor: &Actor, now: Nanos) -> Result<()> {
        limits::BULK.count(alerts.len())?;
        self.write(|sql| {
            for alert in alerts {
                let was = follows(sql, limits::id(alert)?)?;
                if was != *what {
                    write_follows(sql, alert, what)?;
                    Act::new("alert.policies", "alert", alert).from(told_follows(&was)).to(told_follows(what)).write(sql, actor, now)?;
                }
            }
            Ok(())
        })
    }

    /// A new policy, or one as it is from now on. `expected` is the revision that was edited, 0 for a new one. The first is
    /// the default; a new default takes the place of the old one.
    pub fn put_policy(&self, policy: &Policy, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<i64> {
        limits::id(&policy.id)?;
        limits::name(&policy.name)?;
        limits::json(&policy.config)?;
        limits::BULK.count(policy.methods.len())?;
        self.write(|sql| {
            let was = find(sql, &policy.id)?;
            rows::expect("policy", &policy.id, expected, was.as_ref().map_or(0, |was| was.revision))?;
            rows::free(sql, "policy", "SELECT 1 FROM policies WHERE name = ?1 AND id <> ?2", &policy.name, &policy.id)?;
            let others: bool = sql.prepare_cached("SELECT EXISTS (SELECT 1 FROM policies WHERE id <> ?1)")?.query_row([&policy.id], |row| row.get(0))?;
            if others && !policy.is_default && was.as_ref().is_some_and(|was| was.is_default) {
                return Err(Error::Refused("one policy is always the default: make another the default instead"));
            }
            let revision = was.as_ref().map_or(1, |was| was.revision + 1);
            write(sql, policy, policy.is_default || !others, revision, now)?;
            Act::new("policy.put", "policy", &policy.id).from(was.as_ref().map_or(json!(null), told)).to(told(policy)).write(sql, actor, now)?;
            Ok(revision)
        })
    }

    /// Alerts that followed it alone follow the default again. The default itself can't be removed.
    pub fn remove_policy(&self, id: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = get(sql, id)?;
            rows::expect("policy", id, expected, was.revision)?;
            if was.is_default {
                return Err(Error::Refused("one policy is always the default: make another the default first"));
            }
            rows::run(sql, "DELETE FROM policies WHERE id = ?1", [id])?;
            Act::new("policy.remove", "policy", id).from(told(&was)).write(sql, actor, now)
        })
    }
}

fn write(sql: &Connection, policy: &Policy, is_default: bool, revision: i64, now: Nanos) -> Result<()> {
    if is_default {
        let text = "UPDATE policies SET is_default = 0, revision = revision + 1 WHERE is_default = 1 AND id <> ?1";
        rows::run(sql, text, [&policy.id])?;
    }
    rows::run(
        sql,
        "INSERT INTO policies (id, name, config, is_default, created, updated, revision) VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?6)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, config = excluded.config, is_default = excluded.is_default, updated = excluded.updated,
           revision = excluded.revision",
        (&policy.id, &policy.name, &policy.config, is_default, now, revision),
    )?;
    rows::run(sql, "DELETE FROM policy_methods WHERE policy = ?1", [&policy.id])?;
    for method in &policy.methods {
        let known = rows::one(sql, "SELECT 1 FROM methods WHERE id = ?1", [method], |_| Ok(()))?;
        known.ok_or_else(|| Error::missing("delivery method", method))?;
        rows::run(sql, "INSERT OR IGNORE INTO policy_methods (policy, method) VALUES (?1, ?2)", [&policy.id, method])?;
    }
    Ok(())
}

fn follows(sql: &Connection, alert: &str) -> Result<Follows> {
    let given: Vec<Option<String>> =
        rows::all(sql, "SELECT policy FROM alert_policies WHERE alert = ?1 ORDER BY policy LIMIT 1000", [alert], |row| row.get(0))?;
    let these: Vec<String> = given.iter().flatten().cloned().collect();
    Ok(match (given.is_empty(), these.is_empty()) {
        (true, _) => Follows::Default,
        (false, true) => Follows::Nobody,
        (false, false) => Follows::These(these),
    })
}

fn write_follows(sql: &Connection, alert: &str, what: &Follows) -> Result<()> {
    rows::run(sql, "DELETE FROM alert_policies WHERE alert = ?1", [alert])?;
    let given = match what {
        Follows::Default => Vec::new(),
        Follows::Nobody => vec![None],
        Follows::These(ids) => ids.iter().map(Some).collect(),
    };
    limits::BULK.count(given.len())?;
    for policy in given {
        if let Some(id) = policy {
            get(sql, id)?;
        }
        rows::run(sql, "INSERT OR IGNORE INTO alert_policies (alert, policy) VALUES (?1, ?2)", (alert, policy))?;
    }
    Ok(())
}

fn told(policy: &Policy) -> serde_json::Value {
    json!({"name": policy.name, "config": policy.config, "default": policy.is_default, "methods": policy.methods})
}

fn told_follows(follows: &Follows) -> serde_json::Value {
    match follows {
        Follows::Default => json!("default"),
        Follows::Nobody => json!("nobody"),
        Follows::These(ids) => json!(ids),
    }
}

fn get(sql: &Connection, id: &str) -> Result<Policy> {
    find(sql, id)?.ok_or_else(|| Error::missing("policy", id))
}

fn find(sql: &Connection, id: &str) -> Result<Option<Policy>> {
    let policy = rows::one(sql, &format!("SELECT {COLUMNS} FROM policies WHERE id = ?1"), [id], policy_row)?;
    let Some(mut policy) = policy else { return Ok(None) };
    policy.methods = rows::all(sql, "SELECT method FROM policy_methods WHERE policy = ?1 ORDER BY method LIMIT 1000", [id], |row| row.get(0))?;
    Ok(Some(policy))
}

fn policy_row(row: &Row<'_>) -> rusqlite::Result<Policy> {
    Ok(Policy {
        id: row.get(0)?,
        name: row.get(1)?,
        config: row.get(2)?,
        is_default: row.get(3)?,
        created: row.get(4)?,
        updated: row.get(5)?,
        revision: row.get(6)?,
        methods: Vec::new(),
    })
}
