//! Edits of triggered alerts by people: one or many, in one transaction.

use super::change::{Change, Changed, Edit};
use super::find::find;
use super::{Status, TriggeredFull, TriggeredRow};
use crate::audit::{Act, Actor};
use crate::{Error, Nanos, Result, Store, limits, rows};
use rusqlite::Connection;
use serde_json::{Map, Value, json};

impl Store {
    /// The same edit to many, each answered for itself: a conflict on one does not hold back the others.
    pub fn edit_triggered(&self, these: &[Change], edit: &Edit, actor: &Actor, now: Nanos) -> Result<Vec<Changed>> {
        limits::BULK.count(these.len())?;
        check(edit)?;
        self.write(|sql| these.iter().map(|change| apply(sql, change, edit, actor, now)).collect())
    }

    /// Somebody opened it: what was unread or updated is watched from now on.
    pub fn open_triggered(&self, id: &str, actor: &Actor, now: Nanos) -> Result<TriggeredFull> {
        let full = self.triggered(id)?;
        if !matches!(full.row.status, Status::Unread | Status::Updated) {
            return Ok(full);
        }
        let edit = Edit { status: Some(Status::Watched), ..Edit::default() };
        // Somebody else may have handled it since; then it is theirs.
        self.edit_triggered(&[Change { id: id.to_owned(), revision: Some(full.row.revision) }], &edit, actor, now)?;
        self.triggered(id)
    }

    /// What came after the story was frozen; detection's, so neither revision nor status move.
    pub fn append_story(&self, id: &str, appended: &str, now: Nanos) -> Result<()> {
        self.write(|sql| {
            let (n, _) = find(sql, id)?.ok_or_else(|| Error::missing("triggered alert", id))?;
            let with = (n, limits::document(appended, limits::DOCUMENT));
            rows::run(sql, "UPDATE triggered_documents SET appended = ?2 WHERE n = ?1", with)?;
            touch(sql, n, now)
        })
    }

    /// The story, where the alert was stored before it was told. One that is there stays: a frozen story is not rewritten.
    pub fn freeze_story(&self, id: &str, story: &str, document: Option<&str>, now: Nanos) -> Result<bool> {
        self.write(|sql| {
            let (n, _) = find(sql, id)?.ok_or_else(|| Error::missing("triggered alert", id))?;
            let document = document.map(|text| limits::document(text, limits::DOCUMENT));
            let with = (n, limits::document(story, limits::DOCUMENT), document);
            let text = "UPDATE triggered_documents SET story = ?2, document = coalesce(?3, document) WHERE n = ?1 AND story IS NULL";
            let frozen = rows::run(sql, text, with)? > 0;
            if frozen {
                touch(sql, n, now)?;
            }
            Ok(frozen)
        })
    }
}

fn check(edit: &Edit) -> Result<()> {
    if let Some(comment) = &edit.comment {
        limits::COMMENT.text(comment)?;
        if comment.trim().is_empty() {
            return Err(Error::Invalid { what: "comment", why: "must not be empty".to_owned() });
        }
    }
    if let Some(Some(assignee)) = &edit.assignee {
        limits::name(assignee)?;
    }
    limits::BULK.count(edit.add_tags.len() + edit.remove_tags.len())?;
    for tag in &edit.add_tags {
        limits::TAG.text(limits::name(tag)?)?;
    }
    Ok(())
}

fn apply(sql: &Connection, change: &Change, edit: &Edit, actor: &Actor, now: Nanos) -> Result<Changed> {
    let Some((n, row)) = find(sql, &change.id)? else { return Ok(Changed::Missing) };
    if change.revision.is_some_and(|expected| expected != row.revision) {
        return Ok(Changed::Conflict { found: row.revision });
    }
    let (mut before, mut after) = (Map::new(), Map::new());
    let mut told = |key: &str, was: Value, is: Value| {
        before.insert(key.to_owned(), was);
        after.insert(key.to_owned(), is);
    };
    status(sql, n, &row, edit, actor, now, &mut told)?;
    priority(sql, n, &row, edit, actor, &mut told)?;
    assignee(sql, n, &row, edit, &mut told)?;
    acknowledge(sql, n, &row, edit, actor, now, &mut told)?;
    tags(sql, n, edit, &mut told)?;
    comment(sql, n, edit, actor, now, &mut told)?;
    if after.is_empty() {
        return Ok(Changed::Same { revision: row.revision });
    }
    rows::run(sql, "UPDATE triggered SET revision = revision + 1 WHERE n = ?1", [n])?;
    touch(sql, n, now)?;
    Act::new("triggered.edit", "triggered", &change.id).from(before.into()).to(after.into()).write(sql, actor, now)?;
    Ok(Changed::Done { revision: row.revision + 1 })
}

fn touch(sql: &Connection, n: i64, now: Nanos) -> Result<()> {
    rows::run(sql, "UPDATE triggered SET updated = ?2, change = (SELECT max(change) + 1 FROM triggered) WHERE n = ?1", (n, now))?;
    Ok(())
}

type Told<'a> = dyn FnMut(&str, Value, Value) + 'a;

fn status(sql: &Connection, n: i64, row: &TriggeredRow, edit: &Edit, actor: &Actor, now: Nanos, told: &mut Told<'_>) -> Result<()> {
    let Some(status) = edit.status.filter(|status| *status != row.status) else { return Ok(()) };
    let with = (n, status.number(), &actor.name, now);
    rows::run(sql, "UPDATE triggered SET status = ?2, status_by = ?3, status_at = ?4, seen_count = count WHERE n = ?1", with)?;
    told("status", json!(row.status.number()), json!(status.number()));
    Ok(())
}

fn priority(sql: &Connection, n: i64, row: &TriggeredRow, edit: &Edit, actor: &Actor, told: &mut Told<'_>) -> Result<()> {
    let Some(wanted) = edit.priority else { return Ok(()) };
    let (priority, by) = wanted.map_or((row.priority_told, None), |priority| (priority, Some(&actor.name)));
    if priority == row.priority && by.is_some() == row.priority_by.is_some() {
        return Ok(());
    }
    rows::run(sql, "UPDATE triggered SET priority = ?2, priority_by = ?3 WHERE n = ?1", (n, priority.number(), by))?;
    told("priority", json!(row.priority.number()), json!(priority.number()));
    Ok(())
}

fn assignee(sql: &Connection, n: i64, row: &TriggeredRow, edit: &Edit, told: &mut Told<'_>) -> Result<()> {
    let Some(assignee) = edit.assignee.as_ref().filter(|assignee| **assignee != row.assignee) else { return Ok(()) };
    rows::run(sql, "UPDATE triggered SET assignee = ?2 WHERE n = ?1", (n, assignee))?;
    told("assignee", json!(row.assignee), json!(assignee));
    Ok(())
}

fn acknowledge(sql: &Connection, n: i64, row: &TriggeredRow, edit: &Edit, actor: &Actor, now: Nanos, told: &mut Told<'_>) -> Result<()> {
    let Some(on) = edit.acknowledge.filter(|on| *on != row.acknowledged_at.is_some()) else { return Ok(()) };
    let with = (n, on.then_some(&actor.name), on.then_some(now));
    rows::run(sql, "UPDATE triggered SET acknowledged_by = ?2, acknowledged_at = ?3 WHERE n = ?1", with)?;
    told("acknowledged_by", json!(row.acknowledged_by), json!(with.1));
    Ok(())
}

fn tags(sql: &Connection, n: i64, edit: &Edit, told: &mut Told<'_>) -> Result<()> {
    let (mut added, mut removed) = (Vec::new(), Vec::new());
    for tag in &edit.remove_tags {
        if rows::run(sql, "DELETE FROM tags WHERE n = ?1 AND tag = ?2", (n, tag))? > 0 {
            removed.push(tag);
        }
    }
    for tag in &edit.add_tags {
        if rows::run(sql, "INSERT OR IGNORE INTO tags (n, tag) VALUES (?1, ?2)", (n, tag))? > 0 {
            added.push(tag);
        }
    }
    if room(sql, "SELECT count(*) FROM tags WHERE n = ?1", n)? > limits::TAGS_EACH {
        return Err(Error::Refused("a triggered alert has at most fifty tags"));
    }
    if !added.is_empty() || !removed.is_empty() {
        told("tags", json!(removed), json!(added));
    }
    Ok(())
}

fn comment(sql: &Connection, n: i64, edit: &Edit, actor: &Actor, now: Nanos, told: &mut Told<'_>) -> Result<()> {
    let Some(comment) = &edit.comment else { return Ok(()) };
    if room(sql, "SELECT count(*) FROM comments WHERE n = ?1", n)? >= limits::COMMENTS_EACH {
        return Err(Error::Refused("a triggered alert has at most a thousand comments"));
    }
    rows::run(sql, "INSERT INTO comments (n, at, author, text) VALUES (?1, ?2, ?3, ?4)", (n, now, &actor.name, comment))?;
    told("comment", Value::Null, json!(sql.last_insert_rowid()));
    Ok(())
}

fn room(sql: &Connection, count: &str, n: i64) -> Result<usize> {
    Ok(sql.prepare_cached(count)?.query_row([n], |row| row.get::<_, i64>(0))? as usize)
}
