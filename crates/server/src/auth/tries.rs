//! How often somebody tried to come in: locks after wrong passwords, and a rate for each sender. Bounded, in memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use watchbell_store::Nanos;

#[derive(Default)]
pub struct Tries {
    /// By address of the sender.
    peers: Mutex<HashMap<String, Window>>,
    /// Names that nobody has: they lock like the others, so that a lock does not tell who exists.
    strangers: Mutex<HashMap<String, Failures>>,
}

struct Window {
    began: Nanos,
    count: u32,
}

#[derive(Clone, Copy)]
struct Failures {
    count: u32,
    last: Nanos,
}

const SECOND: Nanos = 1_000_000_000;
/// So many tries of one sender in so long.
const EACH: u32 = 30;
/// How long a sender's tries are counted together, and a stranger's failures remembered.
const WHILE: Nanos = 300 * SECOND;
/// Wrong passwords in a row before a lock, its first length, and its longest.
const FREE: u32 = 5;
const FIRST: Nanos = 60 * SECOND;
const LONGEST: Nanos = 900 * SECOND;
/// Senders and names that are remembered.
const REMEMBERED: usize = 10_000;

impl Tries {
    /// Counts a try of a sender; how long it must wait, if it tried too often.
    pub fn come(&self, peer: &str, now: Nanos) -> Result<(), Nanos> {
        let mut peers = lock(&self.peers);
        room(&mut peers, |window| now - window.began >= WHILE);
        let window = peers.entry(sender(peer)).or_insert(Window { began: now, count: 0 });
        if now - window.began >= WHILE {
            *window = Window { began: now, count: 0 };
        }
        window.count += 1;
        if window.count > EACH { Err(window.began + WHILE - now) } else { Ok(()) }
    }

    /// A wrong password for a name that nobody has; how long the name is locked by now.
    pub fn stranger(&self, name: &str, now: Nanos) -> Result<(), Nanos> {
        let mut strangers = lock(&self.strangers);
        room(&mut strangers, |failures| now - failures.last >= LONGEST);
        let failures = strangers.entry(name.to_lowercase()).or_insert(Failures { count: 0, last: now });
        let until = Self::locked_until(failures.count, failures.last);
        if let Some(until) = until.filter(|until| *until > now) {
            return Err(until - now);
        }
        *failures = Failures { count: failures.count.saturating_add(1), last: now };
        Ok(())
    }

    /// Until when a name is locked after so many wrong passwords in a row.
    pub fn locked_until(failures: u32, now: Nanos) -> Option<Nanos> {
        let over = failures.checked_sub(FREE)?;
        Some(now + (FIRST << over.min(8)).min(LONGEST))
    }
}

/// An address without its port; of IPv6 the network, since each has as many addresses as it likes.
fn sender(peer: &str) -> String {
    let address = peer.parse::<std::net::SocketAddr>().map(|address| address.ip());
    match address {
        Ok(IpAddr::V6(ip)) => format!("{:x?}", &ip.segments()[..4]),
        Ok(ip) => ip.to_string(),
        Err(_) => peer.to_owned(),
    }
}

/// Forgets what is over; and everything, where that is not enough: nobody is locked out because many others tried.
fn room<T>(kept: &mut HashMap<String, T>, over: impl Fn(&T) -> bool) {
    if kept.len() >= REMEMBERED {
        kept.retain(|_, one| !over(one));
        if kept.len() >= REMEMBERED {
            kept.clear();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_grow_and_end() {
        let seconds = |failures| Tries::locked_until(failures, 0).map(|until| until / SECOND);
        assert_eq!([4, 5, 6, 8, 9, 99].map(seconds), [None, Some(60), Some(120), Some(480), Some(900), Some(900)]);
    }

    #[test]
    fn a_sender_waits_after_thirty_tries_and_a_strangers_name_locks() {
        let tries = Tries::default();
        for _ in 0..EACH {
            assert!(tries.come("192.0.2.1:1000", SECOND).is_ok());
        }
        assert_eq!(tries.come("192.0.2.1:2000", SECOND), Err(WHILE));
        assert!(tries.come("192.0.2.2:2000", SECOND).is_ok());
        assert!(tries.come("192.0.2.1:1000", SECOND + WHILE).is_ok());
        for _ in 0..FREE {
            assert!(tries.stranger("nobody", SECOND).is_ok());
        }
        assert_eq!(tries.stranger("NOBODY", SECOND), Err(FIRST));
        assert!(tries.stranger("nobody", SECOND + FIRST).is_ok());
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let tries = Tries::default();
        for n in 0..REMEMBERED + 10 {
            let _ = tries.come(&n.to_string(), 0);
        }
        assert!(lock(&tries.peers).len() <= REMEMBERED);
    }
}
