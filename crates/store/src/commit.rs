//! One step of detection: triggered alerts, their messages and the place in the journal, all or nothing.

use crate::triggered::{self, Upserted};
use crate::{Checkpoint, Message, Nanos, Result, Store, Upsert, checkpoints, outbox};
use rusqlite::Connection;
use std::collections::HashMap;

/// What detection found up to a place in the journal. Giving the same again, whole or in part, changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub triggered: Vec<Upsert>,
    pub messages: Vec<Message>,
    pub checkpoints: Vec<Checkpoint>,
}

/// What came of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Committed {
    pub new: usize,
    pub grown: usize,
    /// Older than what was kept, or the same.
    pub ignored: usize,
    /// New messages.
    pub messages: usize,
}

impl Store {
    pub fn commit(&self, batch: &Batch, now: Nanos) -> Result<Committed> {
        self.write(|sql| {
            let mut done = Committed::default();
            // Asked before the upserts, which move what is kept to this batch's positions.
            let fresh = fresh(sql, &batch.messages)?;
            upserts(sql, batch, now, &mut done)?;
            for message in fresh {
                done.messages += usize::from(outbox::put(sql, message, now)?);
            }
            for checkpoint in &batch.checkpoints {
                checkpoints::put(sql, checkpoint, now)?;
            }
            Ok(done)
        })
    }
}

fn fresh<'a>(sql: &Connection, messages: &'a [Message]) -> Result<Vec<&'a Message>> {
    let mut fresh = Vec::with_capacity(messages.len());
    for message in messages {
        if !outbox::is_old(sql, message)? {
            fresh.push(message);
        }
    }
    Ok(fresh)
}

/// Of several values of one triggered alert only the last counts: what it was in between nobody saw.
fn upserts(sql: &Connection, batch: &Batch, now: Nanos, done: &mut Committed) -> Result<()> {
    let mut last: HashMap<&str, usize> = HashMap::with_capacity(batch.triggered.len());
    for (at, upsert) in batch.triggered.iter().enumerate() {
        let newest = last.entry(&upsert.id).or_insert(at);
        if batch.triggered[*newest].position <= upsert.position {
            *newest = at;
        }
    }
    for (at, upsert) in batch.triggered.iter().enumerate() {
        if last.get(upsert.id.as_str()) != Some(&at) {
            continue;
        }
        match triggered::put(sql, upsert, now)? {
            Upserted::New => done.new += 1,
            Upserted::Grown => done.grown += 1,
            Upserted::Ignored => done.ignored += 1,
        }
    }
    Ok(())
}
