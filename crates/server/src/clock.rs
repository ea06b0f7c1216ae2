//! The clock, as an argument: the real one, and one that stands where a test sets it.

use std::sync::atomic::{AtomicI64, Ordering};
use watchbell_model::Timestamp;

pub trait Clock: Send + Sync + 'static {
    fn now(&self) -> Timestamp;
}

/// The machine's own.
pub struct RealClock;

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "the one place where the server reads a clock")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp { nanos: i64::try_from(since.as_nanos()).unwrap_or(i64::MAX), digits: 9 }
    }
}

/// Stands still until it is set.
pub struct VirtualClock(AtomicI64);

impl VirtualClock {
    pub fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.nanos))
    }

    pub fn set(&self, now: Timestamp) {
        self.0.store(now.nanos, Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Timestamp { nanos: self.0.load(Ordering::SeqCst), digits: 9 }
    }
}
