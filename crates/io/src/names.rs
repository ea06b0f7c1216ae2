//! How streams and units are named.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// A stream's name: the host that the envelope tells (not the address it came from), then what else sets it apart.
pub fn stream(host: &str, rest: &str) -> String {
    let host: String = host.chars().take(255).map(|c| if c == '|' || c.is_control() { '_' } else { c }).collect();
    let rest: String = rest.chars().take(1024).map(|c| if c.is_control() { '_' } else { c }).collect();
    format!("{host}|{rest}")
}

/// The host that a stream's name tells, for records that do not say.
pub fn host_of(stream: &str) -> Option<&str> {
    stream.split_once('|').map(|(host, _)| host).filter(|host| !host.is_empty())
}

/// The unit that these bytes are.
pub fn unit_of(bytes: &[u8]) -> [u8; 16] {
    let mut unit = [0; 16];
    unit.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    unit
}

/// Units for connections, which nothing that is sent tells apart: no two are the same, over restarts either.
#[derive(Debug)]
pub struct Units {
    start: [u8; 8],
    next: AtomicU64,
}

impl Default for Units {
    fn default() -> Self {
        // The table's random seed is the one source of chance in the standard library.
        Self { start: RandomState::new().build_hasher().finish().to_le_bytes(), next: AtomicU64::new(0) }
    }
}

impl Units {
    pub fn next(&self) -> [u8; 16] {
        let mut unit = [0; 16];
        unit[..8].copy_from_slice(&self.start);
        unit[8..].copy_from_slice(&self.next.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        unit
    }
}
