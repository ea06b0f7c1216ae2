//! Ids that any node works out alike: the first 128 bits of unkeyed BLAKE3 over tagged, length-prefixed parts.

use serde::de::{Deserialize, Deserializer, Error};
use serde::{Serialize, Serializer};
use std::fmt;

/// The identity of an event or of an occurrence. Shown as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(pub [u8; 16]);

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for EventId {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| Error::custom("an id is 32 hexadecimal digits"))
    }
}

impl EventId {
    /// Reads 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let number = u128::from_str_radix(text, 16).ok().filter(|_| text.len() == 32 && !text.starts_with('+'))?;
        Some(Self(number.to_be_bytes()))
    }
}

/// Gathers the parts of an id. Every part is prefixed by its length, so that no two lists of parts run together.
#[derive(Clone, Debug)]
pub struct IdWriter(blake3::Hasher);

impl IdWriter {
    /// `tag` names the kind of id (`windows`, `auditd`, `alert`).
    pub fn new(tag: &str) -> Self {
        Self(blake3::Hasher::new()).part(tag.as_bytes())
    }

    #[must_use]
    pub fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update(&(bytes.len() as u64).to_le_bytes());
        self.0.update(bytes);
        self
    }

    #[must_use]
    pub fn number(self, n: i64) -> Self {
        self.part(&n.to_le_bytes())
    }

    pub fn finish(self) -> EventId {
        let mut id = [0; 16];
        id.copy_from_slice(&self.0.finalize().as_bytes()[..16]);
        EventId(id)
    }
}
