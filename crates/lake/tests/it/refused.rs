//! A search reads events and nothing else.

use crate::events::{DAY, ask, event, files, open, rows};

#[test]
fn nothing_is_written_and_no_other_file_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.csv");
    std::fs::write(&secret, "secret\n1\n").unwrap();
    let lake = open(&dir.path().join("lake"));
    lake.add(rows(&[event(1, DAY)]), 1).unwrap();
    lake.flush().unwrap();
    let (secret, out) = (secret.display(), outside.path().join("out.csv"));
    let out = out.display();
    for sql in [
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM 'file://{secret}'"),
        format!("SELECT * FROM \"{secret}\""),
        "SELECT * FROM '/etc/passwd'".to_owned(),
        "SELECT * FROM read_csv('/etc/passwd')".to_owned(),
        format!("COPY (SELECT 1) TO '{out}'"),
        format!("COPY events TO '{out}' STORED AS CSV"),
        format!("CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '{secret}'"),
        "CREATE TABLE t AS SELECT 1".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        "CREATE SCHEMA s".to_owned(),
        "SELECT 1 AS x INTO t".to_owned(),
        "INSERT INTO events SELECT * FROM events".to_owned(),
        "DELETE FROM events".to_owned(),
        "UPDATE events SET host = 'x'".to_owned(),
        "DROP TABLE events".to_owned(),
        "SET datafusion.execution.batch_size = 1".to_owned(),
        "EXPLAIN ANALYZE INSERT INTO events SELECT * FROM events".to_owned(),
        "WITH x AS (INSERT INTO events SELECT * FROM events) SELECT * FROM x".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "PREPARE p AS SELECT 1".to_owned(),
        String::new(),
    ] {
        let code = ask(&lake, &sql).map_or_else(|error| error.code(), |_| "answered");
        assert!(["search-refused", "search-query"].contains(&code), "{sql}: {code}");
    }
    assert_eq!(files(outside.path()), ["secret.csv"]);
    assert_eq!(files(dir.path()).len(), 1);
}
