//! Tried, failed, done: what the evidence says of a deed.

use serde::{Deserialize, Serialize};

/// What the evidence says of the deed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The evidence does not tell (a command line alone, a lost SYSCALL).
    Tried,
    /// The event says that it did not work.
    Failed,
    #[default]
    Done,
}

impl Outcome {
    pub fn word(self) -> &'static str {
        ["tried", "failed", "done"][self as usize]
    }
}
