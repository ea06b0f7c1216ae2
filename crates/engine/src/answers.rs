//! What threads have found of values, told to each other: a value is asked once, whichever thread meets it first.

use foldhash::fast::RandomState;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The tests that held, by the keyed hash of the value and its length.
type Shard = HashMap<(u128, usize), Box<[u32]>, RandomState>;

/// Apart by hash, so that threads seldom wait for each other.
pub struct Answers {
    shards: [Mutex<Shard>; SHARDS],
    threads: AtomicU32,
}

const SHARDS: usize = 64;
/// Values of a shard, after which it begins anew.
const VALUES: usize = 1 << 11;

impl Answers {
    pub fn new() -> Self {
        Self { shards: std::array::from_fn(|_| Mutex::default()), threads: AtomicU32::new(0) }
    }

    /// One more thread asks. A single one has nobody to tell.
    pub fn join(&self) {
        self.threads.fetch_add(1, Ordering::Relaxed);
    }

    /// Leaves what is known of a value in `held`, or else what `ask` leaves there, which is then known.
    pub fn of(&self, hash: u128, len: usize, held: &mut Vec<u32>, ask: impl FnOnce(&mut Vec<u32>)) {
        if self.threads.load(Ordering::Relaxed) < 2 {
            return ask(held);
        }
        if let Some(known) = self.shard(hash).get(&(hash, len)) {
            held.clear();
            held.extend_from_slice(known);
            return;
        }
        ask(held);
        let mut shard = self.shard(hash);
        if shard.len() >= VALUES {
            shard.clear();
        }
        shard.insert((hash, len), held.as_slice().into());
    }

    fn shard(&self, hash: u128) -> MutexGuard<'_, Shard> {
        // The middle bits: those at the ends choose the place in a map.
        self.shards[(hash >> 60) as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_asked_once_by_two_threads_and_each_time_by_one() {
        let check = |threads: usize, wanted: u32| {
            let (answers, mut asked, mut held) = (Answers::new(), 0, Vec::new());
            (0..threads).for_each(|_| answers.join());
            for _ in 0..3 {
                answers.of(7, 2, &mut held, |held| {
                    asked += 1;
                    held.clear();
                    held.push(4);
                });
                assert_eq!(held, [4]);
            }
            assert_eq!(asked, wanted, "{threads} threads");
        };
        check(1, 3);
        check(2, 1);
    }

    #[test]
    fn no_more_is_kept_than_there_is_room_for() {
        let (answers, mut held) = (Answers::new(), Vec::new());
        (0..2).for_each(|_| answers.join());
        (0..3 * VALUES as u128).for_each(|n| answers.of(n, 0, &mut held, |_| {}));
        assert!(answers.shard(0).len() <= VALUES);
    }
}
