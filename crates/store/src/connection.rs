//! Connections: one that writes, a few that read, all with the same settings.

use crate::{Error, Result};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// `WBEL`, in the file's head: a database that is not ours is not touched.
pub(crate) const APPLICATION: i32 = 0x5742_454c;

#[derive(Clone, Debug)]
pub struct Options {
    /// How many queries run beside each other.
    pub readers: usize,
    /// How long to wait for another process that holds the file (a backup tool).
    pub busy: Duration,
    /// Whether a commit waits for the disk (`docs/adr/0015-control-store.md`); tests need not.
    pub durable: bool,
    /// Steps of SQLite's machine after which a query is given up.
    pub most_steps: u64,
    /// A bound on the file's size: a write past it fails as on a full disk.
    pub most_bytes: Option<u64>,
    /// Triggered alerts that one page of a search which no index serves looks at.
    pub scan: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 4, busy: Duration::from_secs(5), durable: true, most_steps: 400_000_000, most_bytes: None, scan: 50_000 }
    }
}

/// The folder and an empty file that only its owner may read: password hashes and delivery secrets are in it.
pub(crate) fn prepare(folder: &Path, file: &str) -> Result<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder.display().to_string(), error))?;
    let path = folder.join(file);
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).map_err(|error| Error::io(path.display().to_string(), error))?;
    Ok(path)
}

pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Connection> {
    let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    sql.busy_timeout(options.busy)?;
    let application: i32 = sql.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let tables: i64 = sql.query_row("SELECT count(*) FROM sqlite_schema", (), |row| row.get(0))?;
    if application != APPLICATION && (application != 0 || tables != 0) {
        return Err(Error::Foreign { path: path.display().to_string() });
    }
    sql.pragma_update(None, "synchronous", if options.durable { "FULL" } else { "OFF" })?;
    sql.pragma_update(None, "application_id", APPLICATION)?;
    sql.pragma_update(None, "journal_mode", "WAL")?;
    sql.pragma_update(None, "fullfsync", true)?;
    sql.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    if let Some(bytes) = options.most_bytes {
        let page: i64 = sql.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(bytes).unwrap_or(i64::MAX) / page.max(1);
        sql.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    shared(&sql, 32 * 1024)?;
    Ok(sql)
}

fn open_reader(path: &Path, options: &Options) -> Result<Connection> {
    let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    sql.busy_timeout(options.busy)?;
    shared(&sql, 16 * 1024)?;
    sql.pragma_update(None, "query_only", true)?;
    Ok(sql)
}

fn shared(sql: &Connection, cache_kilobytes: i64) -> Result<()> {
    sql.pragma_update(None, "foreign_keys", true)?;
    sql.pragma_update(None, "trusted_schema", false)?;
    sql.pragma_update(None, "cell_size_check", true)?;
    sql.pragma_update(None, "temp_store", "MEMORY")?;
    sql.pragma_update(None, "cache_size", -cache_kilobytes)?;
    sql.set_prepared_statement_cache_capacity(128);
    Ok(())
}

pub(crate) struct Writer(Mutex<Connection>);

impl Writer {
    pub(crate) fn new(sql: Connection) -> Self {
        Self(Mutex::new(sql))
    }

    pub(crate) fn transaction<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut sql = held(&self.0);
        let transaction = sql.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }
}

pub(crate) struct Readers {
    idle: Mutex<Vec<Connection>>,
    given_back: Condvar,
    most_steps: u64,
}

impl Readers {
    pub(crate) fn open(path: &Path, options: &Options) -> Result<Self> {
        let idle = (0..options.readers.max(1)).map(|_| open_reader(path, options)).collect::<Result<_>>()?;
        Ok(Self { idle: Mutex::new(idle), given_back: Condvar::new(), most_steps: options.most_steps })
    }

    pub(crate) fn snapshot<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let mut lent = Lent { sql: Some(self.take()), home: self };
        let sql = lent.sql.as_mut().ok_or(Error::Refused("no connection"))?;
        self.bound(sql)?;
        let transaction = sql.unchecked_transaction()?;
        work(&transaction)
    }

    fn take(&self) -> Connection {
        let mut idle = held(&self.idle);
        loop {
            if let Some(sql) = idle.pop() {
                return sql;
            }
            idle = self.given_back.wait(idle).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// A query that reads half the database is given up, rather than holding a connection for ever.
    fn bound(&self, sql: &mut Connection) -> Result<()> {
        const STEPS: u64 = 10_000;
        let mut left = self.most_steps / STEPS;
        sql.progress_handler(
            STEPS as i32,
            Some(move || {
                left = left.saturating_sub(1);
                left == 0
            }),
        )?;
        Ok(())
    }
}

/// A connection that goes back to the others, whatever happens to its query.
struct Lent<'a> {
    sql: Option<Connection>,
    home: &'a Readers,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(sql) = self.sql.take() {
            held(&self.home.idle).push(sql);
            self.home.given_back.notify_one();
        }
    }
}

/// A thread that panicked within a transaction left nothing behind: SQLite rolled it back.
fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
