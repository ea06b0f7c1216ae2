//! Reading a pile of logs on all cores, and what it comes to.

mod covered;
mod driver;
mod pool;
mod progress;
mod source;
mod stats;
mod stories;

pub use driver::{Again, Plan, Reading, explain_all, read_all, read_memory};
pub use progress::Progress;
pub use stats::stats;
pub use stories::{background, spool};
