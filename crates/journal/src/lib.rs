//! What came in, as raw bytes, durable before its sender is answered: append-only segments, fsync by group, cheap readers.

mod damage;
mod disk;
mod entry;
mod error;
mod folder;
mod frame;
mod header;
mod journal;
mod log;
mod options;
mod packing;
mod queue;
mod reader;
mod recover;
mod window;
mod writer;

pub use damage::Damage;
pub use disk::{Disk, DiskFile};
pub use entry::{Entry, EntryKind, Position};
pub use error::Error;
pub use folder::Folder;
pub use journal::Journal;
pub use options::{MOST_ENTRY_BYTES, Options};
pub use reader::{Read, Reader};
pub use recover::Recovered;
