//! Lists, single ones, counts, and the feed of changes.

use super::filter::{Condition, TriggeredFilter};
use super::row::{self, COLUMNS, Comment, EventCopy, TriggeredFull, TriggeredRow};
use super::{Priority, Status};
use crate::{Cursor, Error, Listed, Order, Page, Result, Store, rows};
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use std::collections::{BTreeMap, HashMap};

const MOST_COUNTED: u32 = 1_000_000;

/// How many there are, up to a bound.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub total: u64,
    /// There are more than were counted.
    pub more: bool,
    pub by_status: Vec<(Status, u64)>,
    pub by_priority: Vec<(Priority, u64)>,
    /// Alerts with the most, at most twenty.
    pub by_alert: Vec<(String, u64)>,
    pub by_host: Vec<(String, u64)>,
}

impl Store {
    pub fn list_triggered(&self, filter: &TriggeredFilter, order: Order, page: &Page) -> Result<Listed<TriggeredRow>> {
        let mut condition = Condition::of(filter)?;
        let (than, way) = if order == Order::NewestFirst { ("<", "DESC") } else { (">", "ASC") };
        if let Some(after) = &page.after {
            condition.and(&format!("(at, id) {than} (?, ?)"), [after.key.into(), after.id.clone().into()]);
        }
        self.read(|sql| {
            let end = if filter.is_scan() { self.scan_end(sql, page.after.as_ref(), order)? } else { None };
            if let Some(end) = &end {
                condition.and(&format!("(at, id) {} (?, ?)", if order == Order::NewestFirst { ">=" } else { "<=" }), [end.key.into(), end.id.clone().into()]);
            }
            condition.values.push(page.asked().into());
            let text = format!("SELECT {COLUMNS} FROM triggered WHERE {} ORDER BY at {way}, id {way} LIMIT ?", condition.sql);
            let items = rows::all(sql, &text, params_from_iter(&condition.values), row::triggered)?;
            let listed = Listed::cut(items, page, |row| Cursor { key: row.at, id: row.id.clone() });
            Ok(Listed { next: listed.next.or(end), ..listed })
        })
    }

    /// The last row that one page of a search looks at; none where that is the end.
    fn scan_end(&self, sql: &Connection, after: Option<&Cursor>, order: Order) -> Result<Option<Cursor>> {
        let (than, way) = if order == Order::NewestFirst { ("<", "DESC") } else { (">", "ASC") };
        let begin = after.map_or_else(String::new, |_| format!("WHERE (at, id) {than} (?2, ?3)"));
        let text = format!("SELECT at, id FROM triggered {begin} ORDER BY at {way}, id {way} LIMIT 1 OFFSET ?1");
        let cursor = |row: &Row<'_>| Ok(Cursor { key: row.get(0)?, id: row.get(1)? });
        let last = self.scan.saturating_sub(1);
        match after {
            None => rows::one(sql, &text, [last], cursor),
            Some(after) => rows::one(sql, &text, (last, after.key, &after.id), cursor),
        }
    }

    /// Triggered alerts that changed since a change was seen, in the order of their last change: what a live feed tells.
    pub fn changed_triggered(&self, after: i64, filter: &TriggeredFilter, limit: u32) -> Result<Vec<TriggeredRow>> {
        let mut condition = Condition::of(filter)?;
        condition.and("change > ?", [after.into()]);
        condition.values.push(Page::first(limit).rows().into());
        let text = format!("SELECT {COLUMNS} FROM triggered INDEXED BY triggered_by_change WHERE {} ORDER BY change LIMIT ?", condition.sql);
        self.read(|sql| rows::all(sql, &text, params_from_iter(&condition.values), row::triggered))
    }

    /// The number of the last change; a feed without a past begins here.
    pub fn last_change(&self) -> Result<i64> {
        self.read(|sql| Ok(sql.query_row("SELECT coalesce(max(change), 0) FROM triggered", (), |row| row.get(0))?))
    }

    pub fn triggered(&self, id: &str) -> Result<TriggeredFull> {
        self.read(|sql| {
            let (n, row) = find(sql, id)?.ok_or_else(|| Error::missing("triggered alert", id))?;
            let documents = "SELECT document, story, appended FROM triggered_documents WHERE n = ?1";
            let (document, story, appended) = sql.prepare_cached(documents)?.query_row([n], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            let tags = rows::all(sql, "SELECT tag FROM tags WHERE n = ?1 ORDER BY tag LIMIT 1000", [n], |row| row.get(0))?;
            let comments = "SELECT id, at, author, text FROM comments WHERE n = ?1 ORDER BY id LIMIT 1000";
            Ok(TriggeredFull { row, document, story, appended, tags, comments: rows::all(sql, comments, [n], comment)? })
        })
    }

    /// The events kept with it, by time and id; at most a thousand.
    pub fn triggered_events(&self, id: &str) -> Result<Vec<EventCopy>> {
        let events = "SELECT event, time, copy FROM triggered_events WHERE n = (SELECT n FROM triggered WHERE id = ?1) ORDER BY time, event LIMIT 1000";
        self.read(|sql| rows::all(sql, events, [id], |row| Ok(EventCopy { id: row.get(0)?, time: row.get(1)?, copy: row.get(2)? })))
    }

    /// Counts over the newest `most` that fit the filter, in one pass.
    pub fn count_triggered(&self, filter: &TriggeredFilter, most: u32) -> Result<Counts> {
        let mut condition = Condition::of(filter)?;
        let most = most.min(MOST_COUNTED);
        self.read(|sql| {
            let end = if filter.is_scan() { self.scan_end(sql, None, Order::NewestFirst)? } else { None };
            if let Some(end) = &end {
                condition.and("(at, id) >= (?, ?)", [end.key.into(), end.id.clone().into()]);
            }
            let text = format!("SELECT status, priority, alert, host FROM triggered WHERE {} ORDER BY at DESC, id DESC LIMIT {most}", condition.sql);
            let mut statement = sql.prepare_cached(&text)?;
            let mut found = statement.query(params_from_iter(&condition.values))?;
            let mut tally = Tally::default();
            while let Some(row) = found.next()? {
                tally.add(row)?;
            }
            let counts = tally.counts(u64::from(most));
            Ok(Counts { more: counts.more || end.is_some(), ..counts })
        })
    }
}

#[derive(Default)]
struct Tally {
    total: u64,
    statuses: BTreeMap<Status, u64>,
    priorities: BTreeMap<Priority, u64>,
    alerts: HashMap<String, u64>,
    hosts: HashMap<String, u64>,
}

impl Tally {
    fn add(&mut self, from: &Row<'_>) -> Result<()> {
        self.total += 1;
        *self.statuses.entry(row::status(from, 0)?).or_default() += 1;
        *self.priorities.entry(row::priority(from, 1)?).or_default() += 1;
        count(&mut self.alerts, text(from, 2)?);
        count(&mut self.hosts, text(from, 3)?);
        Ok(())
    }

    fn counts(self, most: u64) -> Counts {
        Counts {
            total: self.total,
            more: self.total >= most,
            by_status: self.statuses.into_iter().collect(),
            by_priority: self.priorities.into_iter().collect(),
            by_alert: top(self.alerts),
            by_host: top(self.hosts),
        }
    }
}

fn text<'a>(row: &'a Row<'_>, at: usize) -> Result<&'a str> {
    Ok(row.get_ref(at)?.as_str().unwrap_or_default())
}

fn count(counts: &mut HashMap<String, u64>, text: &str) {
    match counts.get_mut(text) {
        Some(count) => *count += 1,
        None if text.is_empty() => {}
        None => drop(counts.insert(text.to_owned(), 1)),
    }
}

/// The twenty with the most.
fn top(counts: HashMap<String, u64>) -> Vec<(String, u64)> {
    let mut counts: Vec<(String, u64)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts.truncate(20);
    counts
}

/// A triggered alert with its row number.
pub(crate) fn find(sql: &Connection, id: &str) -> Result<Option<(i64, TriggeredRow)>> {
    let text = format!("SELECT {COLUMNS}, n FROM triggered WHERE id = ?1");
    Ok(sql.prepare_cached(&text)?.query_row([id], |r| Ok((r.get(31)?, row::triggered(r)?))).optional()?)
}

fn comment(row: &Row<'_>) -> rusqlite::Result<Comment> {
    Ok(Comment { id: row.get(0)?, at: row.get(1)?, author: row.get(2)?, text: row.get(3)? })
}
