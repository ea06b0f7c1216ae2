//! Backups of a running store, and putting one back: a copy is only called one once it was checked and is on the disk.

use crate::connection::{APPLICATION, Options};
use crate::{Error, FILE, Installation, Nanos, Result, Store, migrate};
use rusqlite::{Connection, OpenFlags};
use std::fs::File;
use std::path::{Path, PathBuf};

/// What a copy says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupInfo {
    pub version: u32,
    pub installation: Installation,
    pub triggered: u64,
    pub bytes: u64,
}

impl Store {
    /// Writes one consistent state to a new file, while others read and write. What is there already is not overwritten.
    pub fn backup(&self, to: &Path) -> Result<BackupInfo> {
        if to.exists() {
            return Err(Error::Exists { kind: "file", id: to.display().to_string() });
        }
        let half = beside(to, "part");
        remove(&half)?;
        let sql = Connection::open_with_flags(self.path(), OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
        private(&half)?;
        sql.execute("VACUUM INTO ?1", [half.to_str().ok_or(Error::Refused("the name of a backup must be UTF-8"))?])?;
        let info = check_backup(&half)?;
        settle(&half, to)?;
        Ok(info)
    }
}

/// Whether a file is a whole copy of control data that this program can use.
pub fn check_backup(path: &Path) -> Result<BackupInfo> {
    let sql = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    let application: i32 = sql.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION {
        return Err(Error::Foreign { path: path.display().to_string() });
    }
    let version = migrate::check(&sql)?;
    check_whole(&sql)?;
    let installation = sql.query_row("SELECT id, created FROM installation", (), |row| Ok(Installation { id: row.get(0)?, created: row.get(1)? }))?;
    let table: bool = sql.query_row("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'triggered')", (), |row| row.get(0))?;
    let triggered = if table { sql.query_row("SELECT count(*) FROM triggered", (), |row| row.get::<_, i64>(0))? as u64 } else { 0 };
    let bytes = path.metadata().map_err(|error| Error::io(path.display().to_string(), error))?.len();
    Ok(BackupInfo { version, installation, triggered, bytes })
}

/// Puts a checked copy into a data folder, whose store is closed. With `replace` it takes the place of what is there, which
/// is kept beside under the name that is returned. An older version is brought to this program's by the next open.
pub fn restore(backup: &Path, folder: &Path, replace: bool, now: Nanos) -> Result<Option<PathBuf>> {
    check_backup(backup)?;
    let to = folder.join(FILE);
    if to.exists() && !replace {
        return Err(Error::Exists { kind: "file", id: to.display().to_string() });
    }
    std::fs::create_dir_all(folder).map_err(|error| Error::io(folder.display().to_string(), error))?;
    let half = beside(&to, "part");
    remove(&half)?;
    private(&half)?;
    std::fs::copy(backup, &half).map_err(|error| Error::io(half.display().to_string(), error))?;
    check_backup(&half)?;
    let kept = if to.exists() { Some(set_aside(&to, now)?) } else { None };
    settle(&half, &to)?;
    Ok(kept)
}

/// Moves what is there out of the way, with its log: that would be played into what comes.
fn set_aside(path: &Path, now: Nanos) -> Result<PathBuf> {
    // Where it can be opened, closing it plays the log in.
    drop(crate::connection::open_writer(path, &Options::default()));
    let kept = named(path, &format!(".before-restore-{now}"));
    for part in ["", "-wal", "-shm"] {
        let (from, to) = (named(path, part), named(&kept, part));
        if from.exists() {
            std::fs::rename(from, &to).map_err(|error| Error::io(to.display().to_string(), error))?;
        }
    }
    Ok(kept)
}

fn check_whole(sql: &Connection) -> Result<()> {
    let said: String = sql.query_row("PRAGMA integrity_check(1)", (), |row| row.get(0))?;
    if said != "ok" {
        return Err(Error::Damaged(said));
    }
    let lost: i64 = sql.query_row("SELECT count(*) FROM (SELECT 1 FROM pragma_foreign_key_check LIMIT 10)", (), |row| row.get(0))?;
    if lost > 0 { Err(Error::Damaged("rows point at rows that are not there".to_owned())) } else { Ok(()) }
}

/// On the disk, and only then under its name.
fn settle(half: &Path, to: &Path) -> Result<()> {
    let at = |path: &Path, error| Error::io(path.display().to_string(), error);
    File::open(half).and_then(|file| file.sync_all()).map_err(|error| at(half, error))?;
    std::fs::rename(half, to).map_err(|error| at(to, error))?;
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Only Unix can sync a folder; elsewhere the rename is as durable as the system makes it.
    #[cfg(unix)]
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| at(folder, error))?;
    let _ = folder;
    Ok(())
}

/// An empty file that only its owner may read; password hashes are to be written into it.
fn private(path: &Path) -> Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let name = path.file_name().and_then(|name| name.to_str()).ok_or(Error::Refused("the name of a backup must be UTF-8"))?;
    crate::connection::prepare(folder, name).map(drop)
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    named(path, &format!(".{ending}"))
}

fn named(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

fn remove(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Error::io(path.display().to_string(), error)),
        _ => Ok(()),
    }
}
