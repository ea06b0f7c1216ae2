//! How much a sender may send, and how slowly.

use schemars::JsonSchema;
use serde::Deserialize;
use std::time::Duration;

/// Bounds of one source. What is past them is answered in the protocol's own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a request's body, as they are sent.
    pub body_bytes: usize,
    /// Bytes of a body once it is decompressed.
    pub unpacked_bytes: usize,
    /// Bytes of a line, a message, a record.
    pub line_bytes: usize,
    /// How deep objects and lists may stand in each other.
    pub nesting: usize,
    /// Connections at a time.
    pub connections: usize,
    /// Connections at a time from one address.
    pub connections_per_peer: usize,
    /// Bytes of all bodies that are held at a time.
    pub held_bytes: usize,
    /// Seconds that a request's head or a TLS handshake may take.
    pub header_seconds: u64,
    /// Seconds that a request's body may take.
    pub body_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 16 << 20,
            unpacked_bytes: 64 << 20,
            line_bytes: 1 << 20,
            nesting: 64,
            connections: 4096,
            connections_per_peer: 1024,
            held_bytes: 192 << 20,
            header_seconds: 10,
            body_seconds: 60,
        }
    }
}

impl Limits {
    pub fn header_time(&self) -> Duration {
        Duration::from_secs(self.header_seconds)
    }

    pub fn body_time(&self) -> Duration {
        Duration::from_secs(self.body_seconds)
    }
}
