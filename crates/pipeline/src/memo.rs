//! Jobs remembered by the text that they were read from: logs repeat themselves, and reading a script costs.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::Arc;
use watchbell_jobs::Job;

/// Jobs of one text.
pub type Jobs = Arc<[Arc<Job>]>;

/// Bytes of text that are remembered; then it begins anew.
const ROOM: usize = 16 << 20;

#[derive(Default)]
pub struct Memo {
    seen: HashMap<Box<[u8]>, Jobs, RandomState>,
    bytes: usize,
}

impl Memo {
    /// The jobs of `text`, read by `decode` if it was not seen before.
    pub fn jobs(&mut self, text: &[u8], decode: impl FnOnce() -> Jobs) -> Jobs {
        if let Some(jobs) = self.seen.get(text) {
            return Arc::clone(jobs);
        }
        let jobs = decode();
        if self.bytes + text.len() > ROOM {
            self.seen.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        self.seen.insert(text.into(), Arc::clone(&jobs));
        jobs
    }
}
