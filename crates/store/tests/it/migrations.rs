//! Data of every older version is brought to this one with nothing lost; newer and foreign data is left alone.

use crate::world::{NOW, World, open, options, strings};
use rusqlite::Connection;
use std::fmt::Write as _;
use std::path::Path;
use tempfile::TempDir;
use watchbell_store::{Error, FILE, Store, VERSION, migrations};

/// Published migrations are not edited: this list only grows.
const PUBLISHED: &str = include_str!("../migrations.txt");

/// What a user of an old version had: `tests/fixtures/NNNN.sql` fills the tables that migration NNNN made.
const FIXTURES: &[&str] = &[
    include_str!("../fixtures/0001.sql"),
    include_str!("../fixtures/0002.sql"),
    include_str!("../fixtures/0003.sql"),
    include_str!("../fixtures/0004.sql"),
    include_str!("../fixtures/0005.sql"),
    include_str!("../fixtures/0006.sql"),
    include_str!("../fixtures/0007.sql"),
    include_str!("../fixtures/0008.sql"),
    include_str!("../fixtures/0009.sql"),
    include_str!("../fixtures/0010.sql"),
];

const TABLE: &str = "CREATE TABLE migrations (
  number INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  checksum TEXT NOT NULL,
  applied INTEGER NOT NULL
) STRICT";

#[test]
fn published_migrations_are_not_edited() {
    let now = migrations().iter().zip(1..).fold(String::new(), |mut list, (migration, number)| {
        let _ = writeln!(list, "{number:04} {} {}", migration.name, blake3::hash(migration.sql.as_bytes()).to_hex());
        list
    });
    assert_eq!(now, PUBLISHED, "a migration is added behind the others, with its line in tests/migrations.txt and its tests/fixtures/NNNN.sql");
}

#[test]
fn every_older_version_is_migrated() {
    assert_eq!(FIXTURES.len(), migrations().len(), "each migration has a fixture that fills its tables");
    for version in 1..=migrations().len() {
        let folder = tempfile::tempdir().expect("a folder");
        old(&folder.path().join(FILE), version);
        let before = counts(&folder.path().join(FILE));
        let store = open(&folder);
        assert_eq!(store.installation().expect("it is the old one").id, "old");
        let sql = Connection::open(store.path()).expect("opens");
        assert_eq!(sql.query_row("SELECT max(number) FROM migrations", (), |row| row.get::<_, u32>(0)).expect("a number"), VERSION);
        assert_eq!(strings(&sql, "SELECT integrity_check FROM pragma_integrity_check"), ["ok"]);
        assert_eq!(strings(&sql, "SELECT \"table\" FROM pragma_foreign_key_check"), Vec::<String>::new());
        let after = counts(store.path());
        for (table, rows) in before.iter().filter(|(table, _)| table != "migrations") {
            assert!(*rows > 0, "the fixture of {table} is empty");
            assert!(after.contains(&(table.clone(), *rows)), "{table} of version {version}");
        }
    }
}

#[test]
fn a_new_store_and_a_migrated_one_have_the_same_tables() {
    let folder = tempfile::tempdir().expect("a folder");
    old(&folder.path().join(FILE), 1);
    let schema = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY name";
    let migrated = open(&folder);
    let migrated = strings(&Connection::open(migrated.path()).expect("opens"), schema);
    assert_eq!(migrated, strings(&World::new().sql(), schema));
}

#[test]
fn opening_again_changes_nothing() {
    let world = World::new();
    let (before, id) = (world.dump(), world.store.installation().expect("one"));
    let World { folder, store } = world;
    drop(store);
    let store = Store::open(folder.path(), &options(), "another", NOW + 1).expect("opens");
    assert_eq!(store.installation().expect("one"), id);
    assert_eq!(World { folder, store }.dump(), before);
}

#[test]
fn what_is_not_ours_to_change_is_refused() {
    let check = |change: &str, code: &str| {
        let folder = tempfile::tempdir().expect("a folder");
        drop(open(&folder));
        let before = altered(&folder, change);
        let error = Store::open(folder.path(), &options(), "x", NOW).map(drop).expect_err(change);
        assert_eq!(error.code(), code, "{error}");
        assert_eq!(before, counts(&folder.path().join(FILE)), "it is left as it was");
        error
    };
    let newer = check("INSERT INTO migrations VALUES (9999, 'later', 'x', 0)", "store_too_new");
    assert!(matches!(newer, Error::TooNew { found: 9999, known: VERSION }));
    assert!(newer.to_string().contains("restore a backup"), "it says what to do: {newer}");
    check("UPDATE migrations SET checksum = 'x' WHERE number = 2", "store_altered");
    check("PRAGMA application_id = 7", "store_foreign");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(FILE), vec![b'x'; 8_192]).expect("written");
    let error = Store::open(folder.path(), &options(), "x", NOW).map(drop).expect_err("refused");
    assert_eq!(error.code(), "store_damaged", "{error}");
}

fn altered(folder: &TempDir, change: &str) -> Vec<(String, i64)> {
    let path = folder.path().join(FILE);
    Connection::open(&path).expect("opens").execute_batch(change).expect("changed");
    counts(&path)
}

/// A database as the first migrations made it, filled.
fn old(path: &Path, version: usize) {
    let sql = Connection::open(path).expect("opens");
    sql.execute_batch("PRAGMA synchronous = OFF; PRAGMA application_id = 0x5742454c; PRAGMA journal_mode = WAL").expect("set");
    sql.execute_batch(TABLE).expect("made");
    for ((number, migration), fixture) in (1..).zip(migrations()).zip(FIXTURES).take(version) {
        sql.execute_batch(migration.sql).expect("applied");
        sql.execute_batch(fixture).unwrap_or_else(|error| panic!("fixture {number}: {error}"));
        let row = (number, migration.name, blake3::hash(migration.sql.as_bytes()).to_hex().to_string());
        sql.execute("INSERT INTO migrations VALUES (?1, ?2, ?3, 0)", row).expect("noted");
    }
}

/// Rows of each table.
fn counts(path: &Path) -> Vec<(String, i64)> {
    let sql = Connection::open(path).expect("opens");
    let names = strings(&sql, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
    let count = |name: &String| sql.query_row(&format!("SELECT count(*) FROM {name}"), (), |row| row.get(0)).expect("a count");
    names.iter().map(|name| (name.clone(), count(name))).collect()
}
