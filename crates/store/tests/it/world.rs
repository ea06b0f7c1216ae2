//! A store in a folder of its own, and what tests put into it.

use rusqlite::Connection;
use rusqlite::types::Value;
use std::time::Duration;
use tempfile::TempDir;
use watchbell_store::{Actor, Batch, Change, Edit, EventCopy, Message, Options, Outcome, Page, Priority, Store, TriggeredFilter, TriggeredRow, Upsert};

pub const NOW: i64 = 1_700_000_000_000_000_000;

pub struct World {
    pub folder: TempDir,
    pub store: Store,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { store: open(&folder), folder }
    }

    pub fn commit(&self, triggered: Vec<Upsert>) {
        self.store.commit(&Batch { triggered, ..Batch::default() }, NOW).expect("a batch is kept");
    }

    pub fn row(&self, id: &str) -> TriggeredRow {
        self.store.triggered(id).expect("it is there").row
    }

    pub fn edit(&self, id: &str, edit: &Edit) {
        let change = Change { id: id.to_owned(), revision: None };
        self.store.edit_triggered(&[change], edit, &ann(), NOW + 1).expect("an edit is taken");
    }

    pub fn ids(&self, filter: &TriggeredFilter) -> Vec<String> {
        let listed = self.store.list_triggered(filter, watchbell_store::Order::NewestFirst, &Page::first(1000)).expect("a list");
        listed.items.into_iter().map(|row| row.id).collect()
    }

    /// Every row of every table, but for when the store was last probed.
    pub fn dump(&self) -> Vec<String> {
        let sql = self.sql();
        let names = strings(&sql, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'installation' ORDER BY name");
        names.iter().flat_map(|name| rows(&sql, name)).collect()
    }

    pub fn sql(&self) -> Connection {
        Connection::open(self.store.path()).expect("the file opens")
    }
}

pub fn options() -> Options {
    Options { durable: false, busy: Duration::from_millis(50), ..Options::default() }
}

pub fn open(folder: &TempDir) -> Store {
    Store::open(folder.path(), &options(), "installation", NOW).expect("a store opens")
}

pub fn ann() -> Actor {
    Actor::new("ann", "session")
}

pub fn upsert(id: &str, position: u64) -> Upsert {
    Upsert {
        id: id.to_owned(),
        position,
        alert_id: "a-1".to_owned(),
        alert: "SecOpsTask".to_owned(),
        pack: "mitre".to_owned(),
        category: "Windows / Persistence".to_owned(),
        title: "Task created".to_owned(),
        summary: format!("somebody made {id}"),
        priority: Priority::Normal,
        outcome: Outcome::Tried,
        host: "web01".to_owned(),
        user: "bob".to_owned(),
        time: Some(NOW),
        last: Some(NOW),
        count: position,
        document: format!("{{\"id\":\"{id}\",\"count\":{position}}}"),
        events: vec![EventCopy { id: format!("e{position}"), time: Some(NOW), copy: "{}".to_owned() }],
        ..Upsert::default()
    }
}

pub fn message(triggered: &str, position: u64, kind: &str) -> Message {
    Message {
        key: format!("{triggered}:{kind}:{position}:m-1"),
        triggered_id: triggered.to_owned(),
        position,
        kind: kind.to_owned(),
        method: "m-1".to_owned(),
        policy: "p-1".to_owned(),
        payload: "{}".to_owned(),
        due: NOW,
    }
}

pub fn strings(sql: &Connection, text: &str) -> Vec<String> {
    let mut statement = sql.prepare(text).expect("a query");
    statement.query_map((), |row| row.get(0)).expect("rows").collect::<Result<_, _>>().expect("texts")
}

fn rows(sql: &Connection, table: &str) -> Vec<String> {
    let mut statement = sql.prepare(&format!("SELECT * FROM {table}")).expect("a table");
    let columns = statement.column_count();
    let row = |row: &rusqlite::Row<'_>| (0..columns).map(|at| row.get::<_, Value>(at)).collect::<Result<Vec<_>, _>>();
    let mut rows: Vec<String> = statement.query_map((), row).expect("rows").map(|row| format!("{table} {:?}", row.expect("a row"))).collect();
    rows.sort();
    rows
}
