//! Delivery methods: pending until the code that was sent through them is typed back.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row, named_params};
use serde_json::json;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MethodState {
    #[default]
    Pending,
    Verified,
    Disabled,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Method {
    pub id: String,
    /// A kind of channel (`email`, `http_json`).
    pub kind: String,
    pub name: String,
    /// JSON, secrets in it included: the file is its owner's alone.
    pub config: String,
    pub time_zone: String,
    pub locale: String,
    pub state: MethodState,
    pub created: Nanos,
    pub updated: Nanos,
    pub revision: i64,
}

const COLUMNS: &str = "id, kind, name, config, time_zone, locale, state, created, updated, revision";

impl MethodState {
    pub const ALL: [Self; 3] = [Self::Pending, Self::Verified, Self::Disabled];

    pub fn word(self) -> &'static str {
        ["pending", "verified", "disabled"][self as usize]
    }
}

impl Store {
    /// By id.
    pub fn methods(&self, page: &Page) -> Result<Listed<Method>> {
        let text = format!("SELECT {COLUMNS} FROM methods WHERE id > ?1 ORDER BY id LIMIT ?2");
        let items = self.read(|sql| rows::all(sql, &text, (page.id_or_start(), page.asked()), method_row))?;
        Ok(Listed::cut(items, page, |method| Cursor::text(&method.id)))
    }

    pub fn method(&self, id: &str) -> Result<Method> {
        self.read(|sql| get(sql, id))
    }

    /// A new method, or one as it is from now on. `expected` is the revision that was edited, 0 for a new one. The state is
    /// taken as given: what another config means for a verification is the caller's to say.
    pub fn put_method(&self, method: &Method, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<i64> {
        limits::id(&method.id)?;
        limits::name(&method.name)?;
        limits::name(&method.kind)?;
        limits::NAME.text(&method.time_zone)?;
        limits::NAME.text(&method.locale)?;
        limits::json(&method.config)?;
        self.write(|sql| {
            let was = find(sql, &method.id)?;
            rows::expect("delivery method", &method.id, expected, was.as_ref().map_or(0, |was| was.revision))?;
            rows::free(sql, "delivery method", "SELECT 1 FROM methods WHERE name = ?1 AND id <> ?2", &method.name, &method.id)?;
            let revision = was.as_ref().map_or(1, |was| was.revision + 1);
            write(sql, method, revision, now)?;
            // Secrets are in the config, so the audit row names what changed without telling it.
            let told = |method: &Method| json!({"name": method.name, "kind": method.kind, "state": method.state.word(), "config": digest(&method.config)});
            Act::new("method.put", "method", &method.id).from(was.as_ref().map_or(json!(null), told)).to(told(method)).write(sql, actor, now)?;
            Ok(revision)
        })
    }

    /// Keeps the hash of the code that was sent.
    pub fn set_method_code(&self, id: &str, hash: &str) -> Result<()> {
        limits::id(hash)?;
        self.write(|sql| {
            get(sql, id)?;
            rows::run(sql, "UPDATE methods SET code_hash = ?2 WHERE id = ?1", [id, hash])?;
            Ok(())
        })
    }

    /// Whether the code was the one that was sent; then the method is verified, and the code used up.
    pub fn verify_method(&self, id: &str, hash: &str, actor: &Actor, now: Nanos) -> Result<bool> {
        self.write(|sql| {
            get(sql, id)?;
            let text = "UPDATE methods SET state = 1, code_hash = NULL, updated = ?3, revision = revision + 1 WHERE id = ?1 AND code_hash = ?2";
            let right = rows::run(sql, text, (id, hash, now))? > 0;
            Act::new(if right { "method.verify" } else { "method.wrong_code" }, "method", id).write(sql, actor, now)?;
            Ok(right)
        })
    }

    /// Refused while a policy uses it. Messages that wait for it are dropped.
    pub fn remove_method(&self, id: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = get(sql, id)?;
            rows::expect("delivery method", id, expected, was.revision)?;
            let policy = "SELECT p.name FROM policy_methods m JOIN policies p ON p.id = m.policy WHERE m.method = ?1 ORDER BY p.name LIMIT 1";
            if let Some(by) = rows::one(sql, policy, [id], |row| row.get::<_, String>(0))? {
                return Err(Error::InUse { kind: "delivery method", id: id.to_owned(), by });
            }
            rows::run(sql, "UPDATE outbox SET state = 3, settled = ?2, lease = lease + 1, head = 0 WHERE method = ?1 AND state = 0", (id, now))?;
            rows::run(sql, "DELETE FROM methods WHERE id = ?1", [id])?;
            Act::new("method.remove", "method", id).from(json!({"name": was.name, "kind": was.kind})).write(sql, actor, now)
        })
    }
}

fn write(sql: &Connection, method: &Method, revision: i64, now: Nanos) -> Result<()> {
    rows::run(
        sql,
        "INSERT INTO methods (id, kind, name, config, time_zone, locale, state, created, updated, revision)
         VALUES (:id, :kind, :name, :config, :zone, :locale, :state, :now, :now, :revision)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, config = excluded.config, time_zone = excluded.time_zone,
           locale = excluded.locale, state = excluded.state, updated = excluded.updated, revision = excluded.revision",
        named_params! {
            ":id": method.id, ":kind": method.kind, ":name": method.name, ":config": method.config, ":zone": method.time_zone,
            ":locale": method.locale, ":state": method.state as u8, ":now": now, ":revision": revision,
        },
    )?;
    Ok(())
}

fn digest(config: &str) -> String {
    blake3::hash(config.as_bytes()).to_hex()[..16].to_owned()
}

fn get(sql: &Connection, id: &str) -> Result<Method> {
    find(sql, id)?.ok_or_else(|| Error::missing("delivery method", id))
}

fn find(sql: &Connection, id: &str) -> Result<Option<Method>> {
    rows::one(sql, &format!("SELECT {COLUMNS} FROM methods WHERE id = ?1"), [id], method_row)
}

fn method_row(row: &Row<'_>) -> rusqlite::Result<Method> {
    let state: i64 = row.get(6)?;
    Ok(Method {
        id: row.get(0)?,
        kind: row.get(1)?,
        name: row.get(2)?,
        config: row.get(3)?,
        time_zone: row.get(4)?,
        locale: row.get(5)?,
        state: MethodState::ALL.into_iter().find(|known| *known as i64 == state).ok_or(rusqlite::Error::IntegralValueOutOfRange(6, state))?,
        created: row.get(7)?,
        updated: row.get(8)?,
        revision: row.get(9)?,
    })
}
