//! Users. Passwords are hashed elsewhere and come as text; the last admin can't lock himself out.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewUser {
    pub id: String,
    /// What one logs in with; unique, whatever the case.
    pub name: String,
    pub display: String,
    pub email: String,
    /// None: no login by password (yet).
    pub password_hash: Option<String>,
    /// A role's id.
    pub role: String,
}

/// What is given is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserEdit {
    pub display: Option<String>,
    pub email: Option<String>,
    pub role: Option<String>,
    pub disabled: Option<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    pub id: String,
    pub name: String,
    pub display: String,
    pub email: String,
    pub has_password: bool,
    pub role: String,
    pub disabled: bool,
    /// Wrong passwords in a row.
    pub failures: u32,
    pub locked_until: Option<Nanos>,
    pub last_login: Option<Nanos>,
    pub created: Nanos,
    pub updated: Nanos,
    pub revision: i64,
}

pub(super) const COLUMNS: &str =
    "id, name, display, email, password_hash IS NOT NULL, role, disabled, failures, locked_until, last_login, created, updated, revision";
/// Of a comment's or an argon2 string's size.
const HASH: limits::Limit = limits::Limit { what: "password hash", most: 1_000 };

impl Store {
    pub fn add_user(&self, user: &NewUser, actor: &Actor, now: Nanos) -> Result<UserRow> {
        self.write(|sql| add(sql, user, actor, now))
    }

    /// By id.
    pub fn users(&self, page: &Page) -> Result<Listed<UserRow>> {
        let text = format!("SELECT {COLUMNS} FROM users WHERE id > ?1 ORDER BY id LIMIT ?2");
        let items = self.read(|sql| rows::all(sql, &text, (page.id_or_start(), page.asked()), user_row))?;
        Ok(Listed::cut(items, page, |user| Cursor::text(&user.id)))
    }

    pub fn user(&self, id: &str) -> Result<UserRow> {
        self.read(|sql| get(sql, id))
    }

    /// For a login: the user of that name and the password's hash, if there is one.
    pub fn user_by_name(&self, name: &str) -> Result<Option<(UserRow, Option<String>)>> {
        let text = format!("SELECT {COLUMNS}, password_hash FROM users WHERE name = ?1");
        self.read(|sql| rows::one(sql, &text, [name], |row| Ok((user_row(row)?, row.get(13)?))))
    }

    /// A user who is disabled, or whose role changes, is logged out everywhere.
    pub fn edit_user(&self, id: &str, edit: &UserEdit, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<UserRow> {
        self.write(|sql| {
            let was = get(sql, id)?;
            rows::expect("user", id, expected, was.revision)?;
            if let Some(role) = &edit.role {
                super::roles::get(sql, role)?;
            }
            let with = (id, &edit.display, &edit.email, &edit.role, edit.disabled, now);
            limits::NAME.text(edit.display.as_deref().unwrap_or_default())?;
            limits::NAME.text(edit.email.as_deref().unwrap_or_default())?;
            let text = "UPDATE users SET display = coalesce(?2, display), email = coalesce(?3, email), role = coalesce(?4, role),
               disabled = coalesce(?5, disabled), updated = ?6, revision = revision + 1 WHERE id = ?1";
            keeping_an_admin(sql, || rows::run(sql, text, with))?;
            let is = get(sql, id)?;
            if is.disabled || is.role != was.role {
                rows::run(sql, "DELETE FROM sessions WHERE user = ?1", [id])?;
            }
            let told = |user: &UserRow| json!({"display": user.display, "email": user.email, "role": user.role, "disabled": user.disabled});
            Act::new("user.edit", "user", id).from(told(&was)).to(told(&is)).write(sql, actor, now)?;
            Ok(is)
        })
    }

    /// Ends all sessions of the user, but `keep`.
    pub fn set_password(&self, id: &str, hash: Option<&str>, keep: Option<&str>, actor: &Actor, now: Nanos) -> Result<()> {
        HASH.text(hash.unwrap_or_default())?;
        self.write(|sql| {
            get(sql, id)?;
            let text = "UPDATE users SET password_hash = ?2, failures = 0, locked_until = NULL, updated = ?3, revision = revision + 1 WHERE id = ?1";
            rows::run(sql, text, (id, hash, now))?;
            rows::run(sql, "DELETE FROM sessions WHERE user = ?1 AND hash <> ?2", (id, keep.unwrap_or_default()))?;
            Act::new("user.password", "user", id).write(sql, actor, now)
        })
    }

    /// The right password, or a wrong one; how long to lock after that is the caller's to say.
    pub fn login_tried(&self, id: &str, right: bool, locked_until: Option<Nanos>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            if right {
                rows::run(sql, "UPDATE users SET failures = 0, locked_until = NULL, last_login = ?2 WHERE id = ?1", (id, now))?;
            } else {
                rows::run(sql, "UPDATE users SET failures = failures + 1, locked_until = ?2 WHERE id = ?1", (id, locked_until))?;
            }
            Act::new(if right { "login" } else { "login.failed" }, "user", id).write(sql, actor, now)
        })
    }

    /// With sessions and tokens. What the user did stays, by name.
    pub fn remove_user(&self, id: &str, expected: Option<i64>, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let was = get(sql, id)?;
            rows::expect("user", id, expected, was.revision)?;
            keeping_an_admin(sql, || rows::run(sql, "DELETE FROM users WHERE id = ?1", [id]))?;
            Act::new("user.remove", "user", id).from(json!({"name": was.name, "role": was.role})).write(sql, actor, now)
        })
    }
}

pub(super) fn add(sql: &Connection, user: &NewUser, actor: &Actor, now: Nanos) -> Result<UserRow> {
    limits::id(&user.id)?;
    limits::name(&user.name)?;
    limits::NAME.text(&user.display)?;
    limits::NAME.text(&user.email)?;
    HASH.text(user.password_hash.as_deref().unwrap_or_default())?;
    super::roles::get(sql, &user.role)?;
    rows::free(sql, "user", "SELECT 1 FROM users WHERE name = ?1 OR id = ?2", &user.name, &user.id)?;
    rows::run(
        sql,
        "INSERT INTO users (id, name, display, email, password_hash, role, disabled, failures, created, updated, revision)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, ?7, ?7, 1)",
        (&user.id, &user.name, &user.display, &user.email, &user.password_hash, &user.role, now),
    )?;
    Act::new("user.add", "user", &user.id).to(json!({"name": user.name, "role": user.role})).write(sql, actor, now)?;
    get(sql, &user.id)
}

/// Does something, and undoes it if nobody is left who may manage users.
pub(super) fn keeping_an_admin<T>(sql: &Connection, act: impl FnOnce() -> Result<T>) -> Result<T> {
    let before = admins(sql)?;
    let done = act()?;
    if before > 0 && admins(sql)? == 0 {
        return Err(Error::Refused("that would leave nobody who may manage users"));
    }
    Ok(done)
}

fn admins(sql: &Connection) -> Result<i64> {
    let text = "SELECT count(*) FROM users u JOIN roles r ON r.id = u.role WHERE r.base = 3 AND r.limited = 0 AND u.disabled = 0";
    Ok(sql.prepare_cached(text)?.query_row((), |row| row.get(0))?)
}

pub(super) fn get(sql: &Connection, id: &str) -> Result<UserRow> {
    rows::one(sql, &format!("SELECT {COLUMNS} FROM users WHERE id = ?1"), [id], user_row)?.ok_or_else(|| Error::missing("user", id))
}

pub(super) fn user_row(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: row.get(0)?,
        name: row.get(1)?,
        display: row.get(2)?,
        email: row.get(3)?,
        has_password: row.get(4)?,
        role: row.get(5)?,
        disabled: row.get(6)?,
        failures: row.get(7)?,
        locked_until: row.get(8)?,
        last_login: row.get(9)?,
        created: row.get(10)?,
        updated: row.get(11)?,
        revision: row.get(12)?,
    })
}
