//! How much of what was triggered somebody has been told already, and messages that need not be sent because of it.

use super::ledger::Attempt;
use super::queue::{Claim, Settled, State, next_head, settle};
use crate::{Nanos, Priority, Result, Store, limits, rows, triggered};
use rusqlite::Connection;

/// What a message told of a triggered alert, at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Of the ladder; 0 where it climbs none.
    pub step: u8,
    pub priority: Priority,
    pub at: Nanos,
}

impl Store {
    /// The most that a method told of any of these, and when it last told of one; none if it told of none.
    pub fn told(&self, triggered: &[String], method: &str) -> Result<Option<Told>> {
        limits::BULK.count(triggered.len())?;
        let text = "SELECT step, priority, at FROM told WHERE triggered_id = ?1 AND method = ?2";
        self.read(|sql| {
            let mut most: Option<Told> = None;
            for id in triggered {
                let read = |row: &rusqlite::Row<'_>| Ok(Told { step: row.get(0)?, priority: triggered::priority_of(row, 1)?, at: row.get(2)? });
                if let Some(told) = rows::one(sql, text, [id, method], read)? {
                    let so_far = most.unwrap_or(told);
                    most = Some(Told { step: so_far.step.max(told.step), priority: so_far.priority.max(told.priority), at: so_far.at.max(told.at) });
                }
            }
            Ok(most)
        })
    }

    /// A message that was sent, with what it told of these, in one transaction. As with [`Store::settle`], false where the
    /// lease had run out.
    pub fn settle_told(&self, claim: &Claim, of: &[String], told: &Told, attempt: &Attempt, now: Nanos) -> Result<bool> {
        limits::BULK.count(of.len())?;
        self.write(|sql| {
            of.iter().try_for_each(|id| put(sql, id, &claim.method, told))?;
            settle(sql, claim, Settled::Sent, attempt, now)
        })
    }

    /// A message that nobody needs any more, and why. No try is counted, and nothing stands in the ledger.
    pub fn skip(&self, claim: &Claim, why: &str, now: Nanos) -> Result<bool> {
        let text = "UPDATE outbox SET state = ?3, settled = ?4, last_error = ?5, lease = lease + 1, head = 0 WHERE id = ?1 AND lease = ?2 AND state = 0";
        self.write(|sql| {
            let with = (claim.id, claim.lease, State::Dropped as u8, now, limits::cut(why, limits::ANSWER));
            let skipped = rows::run(sql, text, with)? > 0;
            if skipped {
                next_head(sql, claim.id)?;
            }
            Ok(skipped)
        })
    }
}

fn put(sql: &Connection, id: &str, method: &str, told: &Told) -> Result<()> {
    let text = "INSERT INTO told (triggered_id, method, step, priority, at) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (triggered_id, method) DO UPDATE SET step = max(step, excluded.step), priority = max(priority, excluded.priority), at = excluded.at";
    rows::run(sql, text, (id, method, told.step, told.priority.number(), told.at))?;
    Ok(())
}
