//! Messages that are to be sent, written with the triggered alert that they tell of, and the ledger of what was sent.

mod ledger;
mod queue;
mod told;

pub use ledger::{Attempt, AttemptFilter, AttemptRow};
pub use queue::{Claim, OutboxFilter, OutboxRow, Settled, State};
pub use told::Told;

use crate::triggered;
use crate::{Nanos, Result, limits, rows};
use rusqlite::{Connection, named_params};

/// A message to one method. It is only written if the triggered alert really took the position that it belongs to, and
/// only once for each key, so that a replay tells nobody twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// What makes it the same message: the same on every replay (`ID:new:METHOD`).
    pub key: String,
    /// Empty for a message that is about none (a test).
    pub triggered_id: String,
    /// The position of the triggered alert's upsert that it was made for.
    pub position: u64,
    /// `new`, `update`, `reminder`, `recovery`, `test`.
    pub kind: String,
    pub method: String,
    pub policy: String,
    /// JSON for whoever renders it; may be empty.
    pub payload: String,
    pub due: Nanos,
}

/// Whether it was new.
pub(crate) fn put(sql: &Connection, message: &Message, now: Nanos) -> Result<bool> {
    limits::id(&message.key)?;
    limits::CONFIG.text(&message.payload)?;
    let written = rows::run(
        sql,
        "INSERT INTO outbox (key, triggered_id, lane, kind, method, policy, payload, state, due, lease, tries, created, head)
         VALUES (:key, :triggered, :lane, :kind, :method, :policy, :payload, 0, :due, 0, 0, :now,
           NOT EXISTS (SELECT 1 FROM outbox WHERE state = 0 AND lane = :lane)) ON CONFLICT (key) DO NOTHING",
        named_params! {
            ":key": message.key, ":triggered": message.triggered_id, ":lane": lane(message), ":kind": message.kind, ":method": message.method,
            ":policy": message.policy, ":payload": message.payload, ":due": message.due, ":now": now,
        },
    )?;
    Ok(written > 0)
}

/// What has to keep its order: the messages about one triggered alert by one method.
fn lane(message: &Message) -> String {
    let of = if message.triggered_id.is_empty() { &message.key } else { &message.triggered_id };
    format!("{}\n{of}", message.method)
}

/// Whether a message belongs to what was kept before this batch: then it was written with it, and perhaps sent and cleared.
/// That something is new is told with its first batch only, whatever becomes of it.
pub(crate) fn is_old(sql: &Connection, message: &Message) -> Result<bool> {
    if message.triggered_id.is_empty() {
        return Ok(false);
    }
    Ok(triggered::position(sql, &message.triggered_id)?.is_some_and(|kept| message.kind == "new" || message.position <= kept))
}
