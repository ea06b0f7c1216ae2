//! A place in a segment where what was durable can no longer be read.

use crate::Position;
use std::{fmt, sync::Arc};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    pub file: Arc<str>,
    /// Byte offset in the file.
    pub offset: u64,
    pub position: Position,
    /// Where reading can go on: the next good frame, or the segment's end.
    pub next: Position,
    pub what: &'static str,
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lost = self.next.0.saturating_sub(self.position.0);
        write!(f, "{} at offset {}: {}; {lost} bytes cannot be read", self.file, self.offset, self.what)
    }
}
