//! The queue: who sends takes a lease, and says what came of it; what fails for good is kept and can be sent again.

use super::ledger::{self, Attempt};
use super::{Message, put};
use crate::audit::{Act, Actor};
use crate::{Cursor, Error, Listed, Nanos, Page, Result, Store, limits, rows};
use rusqlite::{Connection, Row};
use serde_json::json;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// To be sent when it is due; also while somebody holds a lease on it.
    Waiting,
    Sent,
    /// Given up; [`Store::resend`] puts it back.
    Dead,
    /// Nobody wants it any more (its method or alert is gone, or somebody said so).
    Dropped,
}

/// A message that is this sender's until `until`. After that it may be somebody else's, and this claim settles nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    pub id: i64,
    pub key: String,
    pub triggered_id: String,
    pub kind: String,
    pub method: String,
    pub policy: String,
    pub payload: String,
    /// Tries before this one.
    pub tries: u32,
    pub created: Nanos,
    pub lease: i64,
    pub until: Nanos,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: i64,
    pub key: String,
    pub triggered_id: String,
    pub kind: String,
    pub method: String,
    pub policy: String,
    pub state: State,
    pub due: Nanos,
    pub tries: u32,
    pub created: Nanos,
    pub settled: Option<Nanos>,
    pub last_error: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxFilter {
    pub state: Option<State>,
    pub method: Option<String>,
    pub triggered_id: Option<String>,
}

/// What becomes of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    Sent,
    /// Not now: again when it is due. How long to wait is the sender's to say.
    Again {
        due: Nanos,
    },
    Dead,
}

impl State {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Sent, Self::Dead, Self::Dropped];

    pub fn word(self) -> &'static str {
        ["waiting", "sent", "dead", "dropped"][self as usize]
    }
}

impl Store {
    /// A message outside detection: a test, a reminder, a code. Whether it was new.
    pub fn send(&self, message: &Message, now: Nanos) -> Result<bool> {
        self.write(|sql| put(sql, message, now))
    }

    /// The due messages, oldest first, each for `lease` nanoseconds. Of one triggered alert and one method only the first
    /// that is not settled: the second is told after the first, or not before it is given up.
    pub fn claim(&self, now: Nanos, lease: Nanos, most: u32) -> Result<Vec<Claim>> {
        self.claim_but(&[], now, lease, most)
    }

    /// The same, without what would go by these methods: they are busy, or do not work.
    pub fn claim_but(&self, methods: &[String], now: Nanos, lease: Nanos, most: u32) -> Result<Vec<Claim>> {
        let until = now.saturating_add(lease);
        self.write(|sql| {
            let due = "SELECT id, key, triggered_id, kind, method, policy, payload, tries, created, lease + 1 FROM outbox
               WHERE state = 0 AND head = 1 AND due <= ?1 AND method NOT IN (SELECT value FROM json_each(?3)) ORDER BY due, id LIMIT ?2";
            let claims = rows::all(sql, due, (now, Page::first(most).rows(), json!(methods).to_string()), |row| claim(row, until))?;
            for claim in &claims {
                rows::run(sql, "UPDATE outbox SET due = ?2, lease = ?3 WHERE id = ?1", (claim.id, until, claim.lease))?;
            }
            Ok(claims)
        })
    }

    /// When the next message can be claimed, for whoever sleeps until then. What waits behind another does not count.
    pub fn next_due(&self) -> Result<Option<Nanos>> {
        let text = "SELECT due FROM outbox WHERE state = 0 AND head = 1 ORDER BY due LIMIT 1";
        self.read(|sql| rows::one(sql, text, (), |row| row.get(0)))
    }

    /// What came of a claim, with its line in the ledger. False where the lease had run out and somebody else took it: the
    /// ledger has the attempt all the same, since somebody may have been told.
    pub fn settle(&self, claim: &Claim, settled: Settled, attempt: &Attempt, now: Nanos) -> Result<bool> {
        self.write(|sql| settle(sql, claim, settled, attempt, now))
    }

    /// The same for several, in one transaction: one wait for the disk.
    pub fn settle_all(&self, these: &[(Claim, Settled, Attempt)], now: Nanos) -> Result<Vec<bool>> {
        self.write(|sql| these.iter().map(|(claim, settled, attempt)| settle(sql, claim, *settled, attempt, now)).collect())
    }

    /// Gives a claim back untried (the sender stops): due at once, and no try is counted.
    pub fn release(&self, claim: &Claim, due: Nanos) -> Result<bool> {
        let text = "UPDATE outbox SET due = ?3, lease = lease + 1 WHERE id = ?1 AND lease = ?2 AND state = 0";
        self.write(|sql| Ok(rows::run(sql, text, (claim.id, claim.lease, due))? > 0))
    }

    /// A dead or dropped message waits again, with all its tries before it.
    pub fn resend(&self, id: i64, actor: &Actor, now: Nanos) -> Result<()> {
        self.move_message(id, &[State::Dead, State::Dropped], State::Waiting, "message.resend", actor, now)
    }

    /// A waiting or dead message that nobody wants any more.
    pub fn drop_message(&self, id: i64, actor: &Actor, now: Nanos) -> Result<()> {
        self.move_message(id, &[State::Waiting, State::Dead], State::Dropped, "message.drop", actor, now)
    }

    /// Newest first.
    pub fn outbox(&self, filter: &OutboxFilter, page: &Page) -> Result<Listed<OutboxRow>> {
        let text = "SELECT id, key, triggered_id, kind, method, policy, state, due, tries, created, settled, last_error FROM outbox
           WHERE id < ?1 AND (?2 IS NULL OR state = ?2) AND (?3 IS NULL OR method = ?3) AND (?4 IS NULL OR triggered_id = ?4) ORDER BY id DESC LIMIT ?5";
        let with = (page.key_or(i64::MAX), filter.state.map(|state| state as u8), &filter.method, &filter.triggered_id, page.asked());
        let items = self.read(|sql| rows::all(sql, text, with, outbox_row))?;
        Ok(Listed::cut(items, page, |row| Cursor::number(row.id)))
    }

    /// How many wait, and how many are dead.
    pub fn outbox_counts(&self) -> Result<(u64, u64)> {
        let count = |sql: &Connection, state: State| {
            let text = "SELECT count(*) FROM (SELECT 1 FROM outbox WHERE state = ?1 LIMIT 1000000)";
            Ok::<_, Error>(sql.prepare_cached(text)?.query_row([state as u8], |row| row.get::<_, i64>(0))? as u64)
        };
        self.read(|sql| Ok((count(sql, State::Waiting)?, count(sql, State::Dead)?)))
    }

    fn move_message(&self, id: i64, from: &[State], to: State, action: &str, actor: &Actor, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let found = rows::one(sql, "SELECT state FROM outbox WHERE id = ?1", [id], |row| state(row, 0))?;
            let was = found.ok_or_else(|| Error::missing("message", &id.to_string()))?;
            if !from.contains(&was) {
                return Err(Error::Refused("the message is not in a state for that"));
            }
            let settled = (to != State::Waiting).then_some(now);
            let text = "UPDATE outbox SET state = ?2, due = ?3, settled = ?4, lease = lease + 1, head = 0 WHERE id = ?1";
            rows::run(sql, text, (id, to as u8, now, settled))?;
            next_head(sql, id)?;
            Act::new(action, "message", &id.to_string()).from(was.word().into()).to(to.word().into()).write(sql, actor, now)
        })
    }
}

pub(super) fn settle(sql: &Connection, claim: &Claim, settled: Settled, attempt: &Attempt, now: Nanos) -> Result<bool> {
    ledger::write(sql, claim, settled, attempt, now)?;
    let (state, due, at) = match settled {
        Settled::Sent => (State::Sent, now, Some(now)),
        Settled::Again { due } => (State::Waiting, due, None),
        Settled::Dead => (State::Dead, now, Some(now)),
    };
    let error = (settled != Settled::Sent).then(|| limits::cut(&attempt.answer, limits::ANSWER));
    let with = (claim.id, claim.lease, state as u8, due, at, error);
    let text = "UPDATE outbox SET state = ?3, due = ?4, settled = ?5, last_error = ?6, tries = tries + 1, lease = lease + 1, head = head AND ?3 = 0
       WHERE id = ?1 AND lease = ?2 AND state = 0";
    let settled = rows::run(sql, text, with)? > 0;
    if settled && state != State::Waiting {
        next_head(sql, claim.id)?;
    }
    Ok(settled)
}

/// After a message of its lane came to wait or waits no longer: the first that waits is the head, and no other.
pub(super) fn next_head(sql: &Connection, id: i64) -> Result<()> {
    let headless = "SELECT lane FROM outbox WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM outbox AS f WHERE f.state = 0 AND f.head = 1 AND f.lane = outbox.lane)";
    if let Some(lane) = rows::one(sql, headless, [id], |row| row.get::<_, String>(0))? {
        rows::run(sql, "UPDATE outbox SET head = 1 WHERE id = (SELECT min(id) FROM outbox WHERE state = 0 AND lane = ?1)", [lane])?;
    }
    Ok(())
}

fn claim(row: &Row<'_>, until: Nanos) -> rusqlite::Result<Claim> {
    Ok(Claim {
        id: row.get(0)?,
        key: row.get(1)?,
        triggered_id: row.get(2)?,
        kind: row.get(3)?,
        method: row.get(4)?,
        policy: row.get(5)?,
        payload: row.get(6)?,
        tries: row.get(7)?,
        created: row.get(8)?,
        lease: row.get(9)?,
        until,
    })
}

fn outbox_row(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        id: row.get(0)?,
        key: row.get(1)?,
        triggered_id: row.get(2)?,
        kind: row.get(3)?,
        method: row.get(4)?,
        policy: row.get(5)?,
        state: state(row, 6)?,
        due: row.get(7)?,
        tries: row.get(8)?,
        created: row.get(9)?,
        settled: row.get(10)?,
        last_error: row.get(11)?,
    })
}

fn state(row: &Row<'_>, at: usize) -> rusqlite::Result<State> {
    let number: i64 = row.get(at)?;
    State::ALL.into_iter().find(|state| *state as i64 == number).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, number))
}
