//! Control data: everything that people set, and everything that was triggered and sent, in one SQLite file.
//!
//! All SQL stands in this crate; outside are typed functions on [`Store`]. Nothing here reads a clock: times are nanoseconds
//! since 1970 in UTC, given by the caller.

mod alerts;
mod audit;
mod backup;
mod checkpoints;
mod commit;
mod connection;
mod delivery;
mod error;
mod idempotency;
mod limits;
mod matches;
mod migrate;
mod outbox;
mod packs;
mod page;
mod people;
mod prune;
mod rows;
mod seen;
mod triggered;

pub use alerts::{AlertFilter, AlertRow, Overlay};
pub use audit::{Actor, AuditFilter, AuditRow};
pub use backup::{BackupInfo, check_backup, restore};
pub use checkpoints::Checkpoint;
pub use commit::{Batch, Committed};
pub use connection::Options;
pub use delivery::methods::{Method, MethodState};
pub use delivery::policies::{Follows, Policy};
pub use error::Error;
pub use idempotency::Known;
pub use limits::Limit;
pub use matches::Match;
pub use migrate::{VERSION, migrations};
pub use outbox::{Attempt, AttemptFilter, AttemptRow, Claim, Message, OutboxFilter, OutboxRow, Settled, State, Told};
pub use packs::{NewPack, PackAlert, PackRow, PackVersion};
pub use page::{Cursor, Listed, Order, Page};
pub use people::roles::{Base, Grant, Level, Role};
pub use people::sessions::Session;
pub use people::tokens::{NewToken, TokenRow};
pub use people::users::{NewUser, UserEdit, UserRow};
pub use prune::{Keep, Pruned};
pub use seen::jobs::{JobFilter, JobRow};
pub use seen::quarantine::{Aside, QuarantineFilter, QuarantineRow, Quarantined, Room};
pub use seen::readiness::Seen;
pub use triggered::{
    Change, Changed, Comment, Counts, Edit, EventCopy, Outcome, Priority, Status, StoryTold, TriggeredFilter, TriggeredFull, TriggeredRow, Upsert, Visible,
};

use connection::{Readers, Writer};
use rusqlite::{Connection, Transaction};
use std::path::{Path, PathBuf};

/// Nanoseconds since 1970, UTC.
pub type Nanos = i64;

pub type Result<T> = std::result::Result<T, Error>;

/// The file within a data folder.
pub const FILE: &str = "control.db";

/// The control data of one installation. One connection writes, a few read; shared between threads behind an `Arc`.
pub struct Store {
    path: PathBuf,
    writer: Writer,
    readers: Readers,
    /// Rows that one page of a search looks at.
    scan: u32,
}

/// Whose data this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    pub id: String,
    pub created: Nanos,
}

impl Store {
    /// Opens the control data of a data folder, which is made where it is missing, and brings it to this program's version.
    /// Data of a newer version is refused. `id` names the installation if it is new.
    pub fn open(folder: &Path, options: &Options, id: &str, now: Nanos) -> Result<Self> {
        let path = connection::prepare(folder, FILE)?;
        let mut writer = connection::open_writer(&path, options)?;
        migrate::migrate(&mut writer, now)?;
        let store = Self { readers: Readers::open(&path, options)?, writer: Writer::new(writer), path, scan: options.scan };
        let id = limits::id(id)?.to_owned();
        store.write(|sql| {
            sql.execute("INSERT INTO installation (one, id, created, probed) VALUES (1, ?1, ?2, ?2) ON CONFLICT DO NOTHING", (&id, now))?;
            Ok(())
        })?;
        Ok(store)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn installation(&self) -> Result<Installation> {
        self.read(|sql| {
            let row = |row: &rusqlite::Row<'_>| Ok(Installation { id: row.get(0)?, created: row.get(1)? });
            Ok(sql.query_row("SELECT id, created FROM installation", (), row)?)
        })
    }

    /// Writes one row to the disk, so that a store that can't is known before an alert is lost on it.
    pub fn probe(&self, now: Nanos) -> Result<()> {
        self.write(|sql| {
            sql.execute("UPDATE installation SET probed = ?1", [now])?;
            Ok(())
        })
    }

    /// One transaction of the one writer: all of `work`, durable when this returns, or nothing of it.
    fn write<T>(&self, work: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.writer.transaction(work)
    }

    /// One snapshot: what `work` reads belongs together.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.readers.snapshot(work)
    }
}
