//! Sessions of users, known by the hash of what their cookie says.

use super::users::{self, UserRow};
use crate::{Nanos, Result, Store, limits, rows};
use rusqlite::Row;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    pub hash: String,
    /// A user's id.
    pub user: String,
    pub created: Nanos,
    /// When it was last used, to the minute.
    pub seen: Nanos,
    pub expires: Nanos,
    pub peer: String,
    pub agent: String,
}

const MINUTE: Nanos = 60_000_000_000;
/// Of one user; the oldest goes.
const EACH: i64 = 50;

impl Store {
    pub fn begin_session(&self, session: &Session) -> Result<()> {
        limits::id(&session.hash)?;
        let (peer, agent) = (limits::cut(&session.peer, limits::COLUMN), limits::cut(&session.agent, limits::COLUMN));
        self.write(|sql| {
            users::get(sql, &session.user)?;
            let text = "INSERT INTO sessions (hash, user, created, seen, expires, peer, agent) VALUES (?1, ?2, ?3, ?3, ?4, ?5, ?6)";
            rows::run(sql, text, (&session.hash, &session.user, session.created, session.expires, peer, agent))?;
            let oldest = "DELETE FROM sessions WHERE hash IN (SELECT hash FROM sessions WHERE user = ?1 ORDER BY created DESC, hash LIMIT -1 OFFSET ?2)";
            rows::run(sql, oldest, (&session.user, EACH))?;
            Ok(())
        })
    }

    /// The session and its user, if it has not expired and the user may still log in. Notes at most once a minute that it is used.
    pub fn session(&self, hash: &str, now: Nanos) -> Result<Option<(Session, UserRow)>> {
        let found = self.read(|sql| {
            let text = "SELECT hash, user, created, seen, expires, peer, agent FROM sessions WHERE hash = ?1 AND expires > ?2";
            let Some(session) = rows::one(sql, text, (hash, now), session_row)? else { return Ok(None) };
            let user = users::get(sql, &session.user)?;
            Ok((!user.disabled).then_some((session, user)))
        })?;
        if found.as_ref().is_some_and(|(session, _)| now.saturating_sub(session.seen) >= MINUTE) {
            self.write(|sql| rows::run(sql, "UPDATE sessions SET seen = ?2 WHERE hash = ?1", (hash, now)))?;
        }
        Ok(found)
    }

    /// Of a user, newest first.
    pub fn sessions(&self, user: &str, now: Nanos) -> Result<Vec<Session>> {
        let text =
            "SELECT hash, user, created, seen, expires, peer, agent FROM sessions WHERE user = ?1 AND expires > ?2 ORDER BY created DESC, hash LIMIT 1000";
        self.read(|sql| rows::all(sql, text, (user, now), session_row))
    }

    /// Whether there was one.
    pub fn end_session(&self, hash: &str) -> Result<bool> {
        self.write(|sql| Ok(rows::run(sql, "DELETE FROM sessions WHERE hash = ?1", [hash])? > 0))
    }

    pub fn end_sessions(&self, user: &str) -> Result<usize> {
        self.write(|sql| rows::run(sql, "DELETE FROM sessions WHERE user = ?1", [user]))
    }
}

fn session_row(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session { hash: row.get(0)?, user: row.get(1)?, created: row.get(2)?, seen: row.get(3)?, expires: row.get(4)?, peer: row.get(5)?, agent: row.get(6)? })
}
