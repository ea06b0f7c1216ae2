//! How large, how long, how much at once.

use crate::Position;
use std::time::Duration;

/// Larger entries are refused, so a reader never allocates more than this for what a file claims.
pub const MOST_ENTRY_BYTES: usize = 64 << 20;

#[derive(Clone, Debug)]
pub struct Options {
    /// A segment is ended by the first group that begins past this size; whole segments are dropped.
    pub segment_bytes: u64,
    /// How long a group waits for company. Zero is right for most: while one group is synced, the next gathers.
    pub group_wait: Duration,
    /// No group begins another entry past this size.
    pub group_bytes: usize,
    /// Entries that wait or are being written; more are refused by `Full`.
    pub max_pending_bytes: usize,
    /// The journal's size on disk from which entries are refused by `Limit`, until readers let go of segments.
    pub max_bytes: u64,
    /// New entries get no position before this one: the furthest that anybody remembers, so that a journal that was
    /// lost or came from an older backup does not hand out positions that were handled already.
    pub not_before: Position,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            segment_bytes: 128 << 20,
            group_wait: Duration::ZERO,
            group_bytes: 8 << 20,
            max_pending_bytes: 64 << 20,
            max_bytes: u64::MAX,
            not_before: Position(0),
        }
    }
}
