//! What a story tells of a triggered alert: frozen the first time, added to later; how far up the ladder it got.

use super::grow::{self, Weight};
use super::{Outcome, Priority, Status, row};
use crate::audit::{Act, Actor};
use crate::{Error, Nanos, Result, Store, limits, rows};
use serde_json::json;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StoryTold {
    /// JSON. The first one stays as it is, later ones stand beside it.
    pub story: String,
    /// Empty where it climbs none.
    pub ladder_id: String,
    /// The highest step done, 0 where there is none.
    pub step: u8,
    /// As the ladder raises it.
    pub priority: Priority,
    /// As other alerts of the same doing tell it.
    pub outcome: Outcome,
    /// What led to it, in a few sentences; empty leaves the one that is there.
    pub summary: String,
}

impl Store {
    /// Tells a story, or tells it again. Step, priority and outcome only rise.
    pub fn tell_story(&self, id: &str, told: &StoryTold, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let text = "SELECT n, status, outcome, step, priority_told, count FROM triggered WHERE id = ?1";
            let read = |r: &rusqlite::Row<'_>| {
                let weight = Weight { outcome: row::outcome(r, 2)?, step: r.get(3)?, priority: row::priority(r, 4)?, count: r.get::<_, i64>(5)? as u64 };
                Ok((r.get::<_, i64>(0)?, r.get::<_, i64>(1)?, weight))
            };
            let (n, was, before) = rows::one(sql, text, [id], read)?.ok_or_else(|| Error::missing("triggered alert", id))?;
            let after = Weight {
                outcome: before.outcome.max(told.outcome),
                step: before.step.max(told.step.into()),
                priority: before.priority.max(told.priority),
                count: before.count,
            };
            let was = Status::from_number(was)?;
            let frozen: bool = sql.prepare_cached("SELECT story IS NOT NULL FROM triggered_documents WHERE n = ?1")?.query_row([n], |row| row.get(0))?;
            // What the first telling finds is how it was when it triggered.
            let status = if frozen { grow::status(was, &before, &after) } else { was };
            let columns = "UPDATE triggered SET outcome = ?2, step = ?3, priority_told = ?4, priority = CASE WHEN priority_by IS NULL THEN ?4 ELSE priority END,
               ladder_id = ?5, summary = CASE WHEN ?6 = '' THEN summary ELSE ?6 END, updated = ?7, change = (SELECT max(change) + 1 FROM triggered) WHERE n = ?1";
            let summary = limits::cut(&told.summary, limits::TEXT);
            let with = (n, after.outcome as u8, after.step, after.priority.number(), limits::cut(&told.ladder_id, limits::COLUMN), summary, now);
            rows::run(sql, columns, with)?;
            if status != was {
                let with = (n, status.number(), now);
                rows::run(sql, "UPDATE triggered SET status = ?2, status_by = 'system', status_at = ?3, revision = revision + 1 WHERE n = ?1", with)?;
                let act = Act::new("triggered.grown", "triggered", id);
                act.from(json!({"status": was.number(), "step": before.step})).to(json!({"status": status.number(), "step": after.step})).write(
                    sql,
                    &Actor::system(),
                    now,
                )?;
            }
            let place = if frozen { "appended" } else { "story" };
            let with = (n, limits::document(&told.story, limits::DOCUMENT));
            rows::run(sql, &format!("UPDATE triggered_documents SET {place} = ?2 WHERE n = ?1"), with)?;
            Ok(())
        })
    }
}
