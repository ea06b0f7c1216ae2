//! What the journal keeps: the bytes of one delivery, where they came from, and their place for ever.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};
use watchbell_model::Timestamp;

/// A logical byte offset since the first segment that ever was; it never repeats and never goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub u64);

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// Raw bytes of logs.
    Records,
    /// What changes detection: activations, edits, watermark ticks.
    Control,
}

/// Names are shared texts: a reader gives the same `Arc` again while they do not change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub kind: EntryKind,
    /// The configured source's id.
    pub source: Arc<str>,
    /// What decoder state belongs to: a file, a connection, a host and facility.
    pub stream: Arc<str>,
    pub peer: Arc<str>,
    /// A format's id, or empty: recognise by content.
    pub format: Arc<str>,
    pub received: Timestamp,
    /// The delivery unit for identity: hash of a file's first kilobyte, of a request's body, of a connection.
    pub unit: [u8; 16],
    /// First line number or byte offset within the unit.
    pub first: u64,
    /// Whole lines, whole chunks, or a whole document.
    pub payload: Bytes,
}
