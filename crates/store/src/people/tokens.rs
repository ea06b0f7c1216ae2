//! Tokens of programs: a role, scopes, an end; known by their hash.

use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewToken {
    pub id: String,
    pub hash: String,
    pub name: String,
    /// The user who answers for it, if one does; it goes and is disabled with him.
    pub owner: Option<String>,
    /// A role's id.
    pub role: String,
    /// What it is for (`ingest:SOURCE`, `read`); empty: all that the role may.
    pub scopes: Vec<String>,
    pub expires: Option<Nanos>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenRow {
    pub id: String,
    pub name: String,
    pub owner: Option<String>,
    pub role: String,
    pub scopes: Vec<String>,
    pub created_by: String,
    pub created: Nanos,
    pub expires: Option<Nanos>,
    /// When it was last used, to the minute.
    pub used: Option<Nanos>,
    pub revoked: Option<Nanos>,
}

const COLUMNS: &str = "id, name, owner, role, scopes, created_by, created, expires, used, revoked";
const MINUTE: Nanos = 60_000_000_000;

impl Store {
    pub fn add_token(&self, token: &NewToken, actor: &Actor, now: Nanos) -> Result<TokenRow> {
        limits::id(&token.id)?;
        limits::id(&token.hash)?;
        limits::name(&token.name)?;
        limits::BULK.count(token.scopes.len())?;
        let scopes = scopes_text(&token.scopes)?;
        self.write(|sql| {
            super::roles::get(sql, &token.role)?;
            if let Some(owner) = &token.owner {
                super::users::get(sql, owner)?;
            }
            rows::free(sql, "token", "SELECT 1 FROM tokens WHERE id = ?1 OR hash = ?2", &token.id, &token.hash)?;
            rows::run(
                sql,
                "INSERT INTO tokens (id, hash, name, owner, role, scopes, created_by, created, expires) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
                (&token.id, &token.hash, &token.name, &token.owner, &token.role, scopes, &actor.name, now, token.expires),
            )?;
            let after = json!({"name": token.name, "role": token.role, "scopes": token.scopes, "expires": token.expires});
            Act::new("token.add", "token", &token.id).to(after).write(sql, actor, now)?;
            get(sql, &token.id)
        })
    }

    /// The token of a hash, if it is neither expired nor revoked and its owner is not disabled. Notes at most once a minute
    /// that it is used.
    pub fn token_by_hash(&self, hash: &str, now: Nanos) -> Result<Option<TokenRow>> {
        let text = format!(
            "SELECT {COLUMNS} FROM tokens WHERE hash = ?1 AND revoked IS NULL AND (expires IS NULL OR expires > ?2)
               AND NOT EXISTS (SELECT 1 FROM users WHERE users.id = tokens.owner AND users.disabled = 1)"
        );
        let found = self.read(|sql| rows::one(sql, &text, (hash, now), token_row))?;
        if found.as_ref().is_some_and(|token| token.used.is_none_or(|used| now.saturating_sub(used) >= MINUTE)) {
            // A full disk keeps nobody out.
            let _ = self.write(|sql| rows::run(sql, "UPDATE tokens SET used = ?2 WHERE hash = ?1", (hash, now)));
        }
        Ok(found)
    }

    /// By id.
    pub fn tokens(&self, owner: Option<&str>, page: &Page) -> Result<Listed<TokenRow>> {
        let text = format!("SELECT {COLUMNS} FROM tokens WHERE id > ?1 AND (?2 IS NULL OR owner = ?2) ORDER BY id LIMIT ?3");
        let items = self.read(|sql| rows::all(sql, &text, (page.id_or_start(), owner, page.asked()), token_row))?;
        Ok(Listed::cut(items, page, |token| Cursor::text(&token.id)))
    }

    pub fn token(&self, id: &str) -> Result<TokenRow> {
        self.read(|sql| get(sql, id))
    }

    /// For good. It stays listed.
    pub fn revoke_token(&self, id: &str, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            get(sql, id)?;
            if rows::run(sql, "UPDATE tokens SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL", (id, now))? > 0 {
                Act::new("token.revoke", "token", id).write(sql, actor, now)?;
            }
            Ok(())
        })
    }
}

/// Scopes have no blanks, so that one blank parts them.
fn scopes_text(scopes: &[String]) -> Result<String> {
    for scope in scopes {
        limits::name(scope)?;
        if scope.contains(char::is_whitespace) {
            return Err(Error::Invalid { what: "scope", why: "must not have blanks".to_owned() });
        }
    }
    Ok(scopes.join(" "))
}

fn get(sql: &Connection, id: &str) -> Result<TokenRow> {
    rows::one(sql, &format!("SELECT {COLUMNS} FROM tokens WHERE id = ?1"), [id], token_row)?.ok_or_else(|| Error::missing("token", id))
}

fn token_row(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    let scopes: String = row.get(4)?;
    Ok(TokenRow {
        id: row.get(0)?,
        name: row.get(1)?,
        owner: row.get(2)?,
        role: row.get(3)?,
        scopes: scopes.split_whitespace().map(str::to_owned).collect(),
        created_by: row.get(5)?,
        created: row.get(6)?,
        expires: row.get(7)?,
        used: row.get(8)?,
        revoked: row.get(9)?,
    })
}
