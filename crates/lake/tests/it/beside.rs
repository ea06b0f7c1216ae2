//! Rules and tables that the lake is given are asked as if they were its own.

use crate::events::{DAY, Event, SECOND, event, open, rows, wait};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use watchbell_lake::{Beside, Cells, Error, Found, Holds, Lake, Limits, Record, Table};

/// Knows one rule, which holds where the record has a 7, one table, and one that nobody may see.
#[derive(Default)]
struct House {
    asked: Arc<AtomicUsize>,
}

struct Has(String, Arc<AtomicUsize>);

impl Holds for Has {
    fn holds(&self, records: &[Record<'_>]) -> Vec<bool> {
        self.1.fetch_add(records.len(), Ordering::Relaxed);
        let holds = |record: &Record<'_>| {
            assert!(["auditd", "json"].contains(&record.format) && record.stream == "s" && record.received > DAY);
            String::from_utf8_lossy(record.raw).contains(&self.0)
        };
        records.iter().map(holds).collect()
    }
}

impl Beside for House {
    fn table(&self, name: &str) -> Result<Option<Table>, Error> {
        match name {
            "alerts" => Ok(Some(Table {
                columns: vec![
                    ("host", Cells::Text(vec![Some("dc1.corp".to_owned()), None])),
                    ("time", Cells::Time(vec![Some(DAY), None])),
                    ("count", Cells::Number(vec![Some(2), None])),
                    ("open", Cells::Flag(vec![true, false])),
                ],
            })),
            "secret" => Err(Error::Denied("`secret` is for admins".to_owned())),
            _ => Ok(None),
        }
    }

    fn rule(&self, name: &str) -> Result<Arc<dyn Holds>, String> {
        if name == "Seven" { Ok(Arc::new(Has("7".to_owned(), Arc::clone(&self.asked)))) } else { Err(format!("no rule is named `{name}`")) }
    }

    fn sigma(&self, text: &str) -> Result<Arc<dyn Holds>, String> {
        Ok(Arc::new(Has(text.to_owned(), Arc::clone(&self.asked))))
    }
}

fn lake(dir: &std::path::Path) -> Lake {
    let lake = open(dir);
    let all: Vec<Event> = (0..100).map(|n| event(n, DAY + n.cast_signed() * SECOND)).collect();
    lake.add(rows(&all[..50]), 1).unwrap();
    lake.flush().unwrap();
    lake.add(rows(&all[50..]), 2).unwrap();
    lake
}

fn ask(lake: &Lake, house: House, sql: &str) -> Result<Found, Error> {
    wait(lake.search_beside(sql, &Limits::default(), Arc::new(house)))
}

#[track_caller]
fn check(lake: &Lake, sql: &str, expected: &serde_json::Value) {
    let found = ask(lake, House::default(), sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert_eq!(json!(found.rows), *expected, "{sql}");
}

#[test]
fn rules_and_tables_of_others_are_asked() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path());
    check(&lake, "SELECT count(*) FROM events WHERE matches('Seven')", &json!([[28]]));
    check(&lake, "SELECT record_id FROM events WHERE sigma('run33.exe') AND NOT matches('Seven')", &json!([[33]]));
    check(&lake, "SELECT record_id FROM events e WHERE sigma(e, 'run3.exe') OR sigma(e.raw, 'run61.exe') ORDER BY 1", &json!([[3], [61]]));
    check(&lake, "SELECT SIGMA($$run3.exe$$) FROM events WHERE record_id IN (3, 5) ORDER BY record_id", &json!([[true], [false]]));
    check(&lake, "SELECT * FROM alerts ORDER BY count", &json!([["dc1.corp", "2026-11-25T00:00:00Z", 2, true], [null, null, null, false]]));
    check(&lake, "SELECT count(*) FROM alerts a JOIN events e ON a.host = e.host WHERE e.time >= a.time", &json!([[50]]));
    check(&lake, "WITH alerts AS (SELECT 1 AS x) SELECT x FROM alerts", &json!([[1]]));
}

#[test]
fn what_else_is_asked_is_asked_of_rules_last() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path());
    let house = House::default();
    let asked = Arc::clone(&house.asked);
    assert_eq!(ask(&lake, house, "SELECT record_id FROM events WHERE sigma('exe') AND host = 'dc1.corp' AND pid = 42").unwrap().rows.len(), 1);
    assert!(asked.load(Ordering::Relaxed) < 100, "{asked:?}");
}

#[test]
fn errors_say_what_is_wrong_and_where() {
    let dir = tempfile::tempdir().unwrap();
    let lake = lake(dir.path());
    let wrong = |sql: &str, code: &str, says: &str| {
        let error = ask(&lake, House::default(), sql).unwrap_err();
        assert!(error.code() == code && error.to_string().contains(says), "{sql}: {}: {error}", error.code());
    };
    wrong("SELECT 1 FROM events WHERE matches('Eight')", "search-query", "matches(): no rule is named `Eight`");
    wrong("SELECT 1 FROM events WHERE matches(host)", "search-query", "must be written out");
    wrong("SELECT 1 FROM events WHERE matches('a', 'b', 'c')", "search-query", "must be written out");
    wrong("SELECT * FROM secret", "search-denied", "admins");
    wrong("DESCRIBE secret", "search-denied", "admins");
    wrong("SELECT * FROM events WHERE host IN (SELECT x FROM secret)", "search-denied", "admins");
    wrong("SELECT 1,\n  nothing FROM events", "search-query", "line 2, column 3");
    wrong("SELECT *\nFROM nowhere", "search-query", "line 2, column 6: table 'nowhere' not found");
    wrong("SELECT (1 FROM events", "search-query", "Column: ");
}
