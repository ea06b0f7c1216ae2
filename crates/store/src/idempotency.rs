//! Keys by which a client may send the same request twice and have it done once.

use crate::{Nanos, Result, Store, limits, rows};
use rusqlite::Connection;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// It is this request's now.
    New,
    /// The first request with it has not been answered yet.
    Running,
    /// It was used for another request.
    Other,
    /// The answer that was given.
    Answered { status: u16, body: String },
}

const BODY: limits::Limit = limits::Limit { what: "answer", most: 1024 * 1024 };

impl Store {
    /// Takes a key for a request, which is known by its digest. A request that never was answered (a crash) holds the key
    /// until `expires`.
    pub fn begin_request(&self, actor: &str, key: &str, digest: &str, now: Nanos, expires: Nanos) -> Result<Known> {
        limits::id(key)?;
        self.write(|sql| {
            rows::run(sql, "DELETE FROM idempotency WHERE actor = ?1 AND key = ?2 AND expires <= ?3", (actor, key, now))?;
            let text = "INSERT INTO idempotency (actor, key, digest, created, expires) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
            if rows::run(sql, text, (actor, key, digest, now, expires))? > 0 {
                return Ok(Known::New);
            }
            known(sql, actor, key, digest)
        })
    }

    /// Keeps the answer until `expires`.
    pub fn end_request(&self, actor: &str, key: &str, status: u16, body: &str, expires: Nanos) -> Result<()> {
        BODY.text(body)?;
        let text = "UPDATE idempotency SET status = ?3, body = ?4, expires = ?5 WHERE actor = ?1 AND key = ?2";
        self.write(|sql| rows::run(sql, text, (actor, key, status, body, expires)).map(drop))
    }

    /// The request came to nothing: the key is free again.
    pub fn forget_request(&self, actor: &str, key: &str) -> Result<()> {
        self.write(|sql| rows::run(sql, "DELETE FROM idempotency WHERE actor = ?1 AND key = ?2 AND status IS NULL", [actor, key]).map(drop))
    }
}

fn known(sql: &Connection, actor: &str, key: &str, digest: &str) -> Result<Known> {
    let text = "SELECT digest, status, body FROM idempotency WHERE actor = ?1 AND key = ?2";
    let found: Option<(String, Option<u16>, Option<String>)> = rows::one(sql, text, [actor, key], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(match found {
        Some((used, ..)) if used != digest => Known::Other,
        Some((_, Some(status), body)) => Known::Answered { status, body: body.unwrap_or_default() },
        _ => Known::Running,
    })
}
