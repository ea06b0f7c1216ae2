//! One step of detection: triggered alerts, their messages and the place in the journal, all or nothing.

use crate::seen::{jobs, quarantine, readiness};
use crate::triggered::{self, Upserted};
use crate::{Checkpoint, JobRow, Match, Message, Nanos, Quarantined, Result, Seen, Store, Upsert, checkpoints, matches, outbox};
use rusqlite::Connection;
use std::collections::HashMap;

/// What detection found up to a place in the journal. Giving the same again, whole or in part, changes nothing.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    pub triggered: Vec<Upsert>,
    pub messages: Vec<Message>,
    /// Kept with the checkpoint, and only if it is news.
    pub matches: Vec<Match>,
    pub checkpoints: Vec<Checkpoint>,
    pub jobs: Vec<JobRow>,
    pub seen: Vec<Seen>,
    pub quarantined: Vec<Quarantined>,
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
            let mut news = false;
            for checkpoint in &batch.checkpoints {
                news |= checkpoints::put(sql, checkpoint, now)?;
            }
            if news {
                matches::put(sql, batch)?;
            }
            batch.jobs.iter().try_for_each(|job| jobs::put(sql, job))?;
            batch.seen.iter().try_for_each(|seen| readiness::put(sql, seen))?;
            batch.quarantined.iter().try_for_each(|record| quarantine::put(sql, record).map(drop))?;
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
