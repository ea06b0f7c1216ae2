//! Retention: what is too old, or too much, goes; the oldest first, file by file.

use crate::{Lake, error::Error, files::LakeFile, lock};
use std::sync::Arc;

/// What retention took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    pub files: usize,
    pub rows: u64,
    pub bytes: u64,
}

impl Lake {
    /// Drops files whose last event was received more than `max_age` nanoseconds ago, then the oldest until the rest is within `max_bytes`.
    pub fn retain(&self, max_age: Option<i64>, max_bytes: Option<u64>, now: i64) -> Result<Dropped, Error> {
        let _tidying = lock(&self.tidying);
        let mut files = self.read().files.clone();
        files.sort_by_key(age_time);
        let mut left: u64 = files.iter().map(|file| file.entry.bytes).sum();
        let oldest = max_age.map_or(i64::MIN, |age| now.saturating_sub(age));
        files.retain(|file| {
            let drop = age_time(file) < oldest || max_bytes.is_some_and(|max| left > max);
            if drop {
                left -= file.entry.bytes;
            }
            drop
        });
        if files.is_empty() {
            return Ok(Dropped::default());
        }
        let entries = || files.iter().map(|file| &file.entry);
        let dropped = Dropped { files: files.len(), rows: entries().map(|entry| entry.rows).sum(), bytes: entries().map(|entry| entry.bytes).sum() };
        self.list(Vec::new(), &files, None)?;
        Ok(dropped)
    }
}

/// When the last of it was received: logs of years ago that are sent in today are kept as long as today's, and a clock that
/// was ahead keeps nothing for ever.
fn age_time(file: &Arc<LakeFile>) -> i64 {
    file.entry.received
}
