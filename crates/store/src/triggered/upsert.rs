//! Absolute values from detection, each at its place in the journal: what is older or the same changes nothing.

use super::grow::{self, Weight};
use super::{EventCopy, Outcome, Priority, Status, row};
use crate::audit::{Act, Actor};
use crate::{Nanos, Result, limits, rows};
use rusqlite::{Connection, named_params};
use serde_json::json;

/// A triggered alert as detection knows it now. Outcome, step and priority only rise, since a story may have raised them.
/// Texts that are too long are cut, so that no alert is refused for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Upsert {
    pub id: String,
    /// Of the journal entry that made it what it is. All that belongs to one position comes in one batch.
    pub position: u64,
    pub alert_id: String,
    pub alert: String,
    pub pack: String,
    pub category: String,
    pub title: String,
    pub summary: String,
    /// Of a new one; what becomes of the status later is people's and this store's.
    pub status: Status,
    pub priority: Priority,
    pub outcome: Outcome,
    /// How far up the ladder, 0 where there is none.
    pub step: u8,
    pub host: String,
    pub user: String,
    pub ladder_id: String,
    pub time: Option<Nanos>,
    pub last: Option<Nanos>,
    pub count: u64,
    /// What a text search looks at, beside title, summary, alert, host and user.
    pub text: String,
    /// JSON, as a scan prints it.
    pub document: String,
    /// JSON; frozen with the first that is given, later ones are not taken.
    pub story: Option<String>,
    /// JSON; what came after the story was frozen, whole.
    pub appended: Option<String>,
    /// Events to keep beside it; those that are there already stay as they are.
    pub events: Vec<EventCopy>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Upserted {
    New,
    Grown,
    /// Older than what is kept, or the same.
    Ignored,
}

struct Kept {
    n: i64,
    position: i64,
    status: i64,
    weight: Weight,
}

pub(crate) fn put(sql: &Connection, upsert: &Upsert, now: Nanos) -> Result<Upserted> {
    limits::id(&upsert.id)?;
    match kept(sql, &upsert.id)? {
        None => insert(sql, upsert, now).map(|()| Upserted::New),
        Some(kept) if rows::position(upsert.position)? <= kept.position => Ok(Upserted::Ignored),
        Some(kept) => update(sql, upsert, &kept, now).map(|()| Upserted::Grown),
    }
}

/// The journal position of a triggered alert that is kept.
pub(crate) fn position(sql: &Connection, id: &str) -> Result<Option<u64>> {
    rows::one(sql, "SELECT position FROM triggered WHERE id = ?1", [id], |row| Ok(row.get::<_, i64>(0)? as u64))
}

fn kept(sql: &Connection, id: &str) -> Result<Option<Kept>> {
    rows::one(sql, "SELECT n, position, status, outcome, step, priority_told, count FROM triggered WHERE id = ?1", [id], |r| {
        let weight = Weight { outcome: row::outcome(r, 3)?, step: r.get(4)?, priority: row::priority(r, 5)?, count: r.get::<_, i64>(6)? as u64 };
        Ok(Kept { n: r.get(0)?, position: r.get(1)?, status: r.get(2)?, weight })
    })
}

fn insert(sql: &Connection, upsert: &Upsert, now: Nanos) -> Result<()> {
    let insert = "INSERT INTO triggered (
        id, alert_id, alert, pack, category, title, summary, status, status_by, status_at, priority, priority_told, outcome, step, host, user,
        ladder_id, at, time, last, count, seen_count, position, created, updated, change, revision, text)
      VALUES (:id, :alert_id, :alert, :pack, :category, :title, :summary, :status, 'system', :now, :priority, :priority, :outcome, :step, :host, :user,
        :ladder_id, coalesce(:time, :now), :time, :last, :count, 0, :position, :now, :now,
        (SELECT coalesce(max(change), 0) + 1 FROM triggered), 1, :text)";
    rows::run(
        sql,
        insert,
        named_params! {
            ":id": upsert.id, ":alert_id": column(&upsert.alert_id), ":alert": column(&upsert.alert), ":pack": column(&upsert.pack),
            ":category": column(&upsert.category), ":title": column(&upsert.title), ":summary": limits::cut(&upsert.summary, limits::TEXT),
            ":status": upsert.status.number(), ":now": now, ":priority": upsert.priority.number(), ":outcome": upsert.outcome as u8, ":step": upsert.step,
            ":host": column(&upsert.host), ":user": column(&upsert.user), ":ladder_id": column(&upsert.ladder_id), ":time": upsert.time,
            ":last": upsert.last, ":count": count(upsert), ":position": rows::position(upsert.position)?, ":text": searched(upsert),
        },
    )?;
    let n = sql.last_insert_rowid();
    let story = upsert.story.as_deref().map(|text| limits::document(text, limits::DOCUMENT));
    let appended = upsert.appended.as_deref().map(|text| limits::document(text, limits::DOCUMENT));
    let with = (n, limits::document(&upsert.document, limits::DOCUMENT), story, appended);
    rows::run(sql, "INSERT INTO triggered_documents (n, document, story, appended) VALUES (?1, ?2, ?3, ?4)", with)?;
    keep_events(sql, n, &upsert.events)
}

fn update(sql: &Connection, upsert: &Upsert, kept: &Kept, now: Nanos) -> Result<()> {
    let was = Status::from_number(kept.status)?;
    let after = Weight { outcome: upsert.outcome, step: upsert.step.into(), priority: upsert.priority, count: upsert.count };
    let status = grow::status(was, &kept.weight, &after);
    let moved = status != was;
    rows::run(
        sql,
        "UPDATE triggered SET title = :title, summary = :summary, priority_told = max(priority_told, :priority), outcome = max(outcome, :outcome),
           step = max(step, :step), host = :host, user = :user,
           ladder_id = CASE WHEN :ladder_id = '' THEN ladder_id ELSE :ladder_id END, time = :time, last = :last, count = :count, position = :position, updated = :now, text = :text,
           priority = CASE WHEN priority_by IS NULL THEN max(priority_told, :priority) ELSE priority END,
           change = (SELECT max(change) + 1 FROM triggered)
         WHERE n = :n",
        named_params! {
            ":n": kept.n, ":title": column(&upsert.title), ":summary": limits::cut(&upsert.summary, limits::TEXT), ":priority": upsert.priority.number(),
            ":outcome": upsert.outcome as u8, ":step": upsert.step, ":host": column(&upsert.host), ":user": column(&upsert.user),
            ":ladder_id": column(&upsert.ladder_id), ":time": upsert.time, ":last": upsert.last, ":count": count(upsert),
            ":position": rows::position(upsert.position)?, ":now": now, ":text": searched(upsert),
        },
    )?;
    if moved {
        let with = (kept.n, status.number(), now);
        rows::run(sql, "UPDATE triggered SET status = ?2, status_by = 'system', status_at = ?3, revision = revision + 1 WHERE n = ?1", with)?;
        let act = Act::new("triggered.grown", "triggered", &upsert.id);
        act.from(json!({"status": was.number(), "count": kept.weight.count})).to(json!({"status": status.number(), "count": upsert.count})).write(
            sql,
            &Actor::system(),
            now,
        )?;
    }
    let story = upsert.story.as_deref().map(|text| limits::document(text, limits::DOCUMENT));
    let appended = upsert.appended.as_deref().map(|text| limits::document(text, limits::DOCUMENT));
    rows::run(
        sql,
        "UPDATE triggered_documents SET document = ?2, story = coalesce(story, ?3), appended = coalesce(?4, appended) WHERE n = ?1",
        (kept.n, limits::document(&upsert.document, limits::DOCUMENT), story, appended),
    )?;
    keep_events(sql, kept.n, &upsert.events)
}

fn keep_events(sql: &Connection, n: i64, events: &[EventCopy]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let there: i64 = sql.prepare_cached("SELECT count(*) FROM triggered_events WHERE n = ?1")?.query_row([n], |row| row.get(0))?;
    let room = limits::EVENTS_EACH.saturating_sub(there as usize);
    for event in events.iter().take(room) {
        let with = (n, limits::cut(&event.id, limits::COLUMN), event.time, limits::document(&event.copy, limits::EVENT_COPY));
        rows::run(sql, "INSERT OR IGNORE INTO triggered_events (n, event, time, copy) VALUES (?1, ?2, ?3, ?4)", with)?;
    }
    Ok(())
}

fn column(text: &str) -> &str {
    limits::cut(text, limits::COLUMN)
}

fn count(upsert: &Upsert) -> i64 {
    i64::try_from(upsert.count).unwrap_or(i64::MAX)
}

/// All that a text search looks at, in small letters.
fn searched(upsert: &Upsert) -> String {
    let parts = [&upsert.alert, &upsert.title, &upsert.summary, &upsert.host, &upsert.user, &upsert.text];
    let whole: Vec<&str> = parts.iter().map(|part| limits::cut(part, limits::TEXT)).filter(|part| !part.is_empty()).collect();
    limits::cut(&whole.join("\n").to_lowercase(), 2 * limits::TEXT).to_owned()
}
