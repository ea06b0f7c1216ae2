//! The first setup: a link that works once, while there is no user.

use super::users::{self, NewUser, UserRow};
use crate::audit::Actor;
use crate::{Error, Nanos, Result, Store, limits, rows};
use rusqlite::Connection;

impl Store {
    /// Whether nobody was ever set up, so that a setup link is to be shown.
    pub fn needs_setup(&self) -> Result<bool> {
        self.read(needs)
    }

    /// Offers a link by the hash of its secret; one offered before works no longer. False where users exist.
    pub fn offer_setup(&self, hash: &str, expires: Nanos) -> Result<bool> {
        limits::id(hash)?;
        self.write(|sql| {
            if !needs(sql)? {
                return Ok(false);
            }
            let text =
                "INSERT INTO setup (one, hash, expires) VALUES (1, ?1, ?2) ON CONFLICT (one) DO UPDATE SET hash = excluded.hash, expires = excluded.expires";
            rows::run(sql, text, (hash, expires))?;
            Ok(true)
        })
    }

    /// The first user, who is an admin, by the link's secret. It works once.
    pub fn use_setup(&self, hash: &str, user: &NewUser, now: Nanos) -> Result<UserRow> {
        self.write(|sql| {
            let text = "UPDATE setup SET used = ?2 WHERE hash = ?1 AND used IS NULL AND expires > ?2";
            if !needs(sql)? || rows::run(sql, text, (hash, now))? == 0 {
                return Err(Error::Refused("this setup link is used or too old"));
            }
            let admin = NewUser { role: "admin".to_owned(), ..user.clone() };
            users::add(sql, &admin, &Actor::new(&user.name, "setup"), now)
        })
    }
}

fn needs(sql: &Connection) -> Result<bool> {
    Ok(sql.prepare_cached("SELECT NOT EXISTS (SELECT 1 FROM users)")?.query_row((), |row| row.get(0))?)
}
