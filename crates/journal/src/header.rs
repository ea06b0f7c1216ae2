//! How a segment begins: magic, version, its position, what it follows; and how its file is named.

/// Bytes before a segment's first frame.
pub const BYTES: u64 = 64;
pub const VERSION: u8 = 1;
const MAGIC: &[u8; 8] = b"WBJOURNL";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Position of the first frame.
    pub base: u64,
    /// Where the segment before it ends, whatever else its file holds; before `base` if positions were skipped.
    pub follows: u64,
    /// Goes into each frame's checksum, so that a payload cannot pose as frames.
    pub salt: u64,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    Version(u8),
    Damaged,
}

impl Header {
    pub fn encode(self) -> [u8; BYTES as usize] {
        let mut bytes = [0; BYTES as usize];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8] = VERSION;
        bytes[16..24].copy_from_slice(&self.base.to_le_bytes());
        bytes[24..32].copy_from_slice(&self.follows.to_le_bytes());
        bytes[32..40].copy_from_slice(&self.salt.to_le_bytes());
        let sum = crc32fast::hash(&bytes[..60]);
        bytes[60..].copy_from_slice(&sum.to_le_bytes());
        bytes
    }

    pub fn decode(bytes: &[u8; BYTES as usize]) -> Result<Self, Unreadable> {
        let number = |at: usize| bytes[at..at + 8].iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte));
        let sum = u64::from(crc32fast::hash(&bytes[..60]));
        if &bytes[..8] != MAGIC || sum != number(56) >> 32 {
            return Err(Unreadable::Damaged);
        }
        if bytes[8] > VERSION {
            return Err(Unreadable::Version(bytes[8]));
        }
        let header = Self { base: number(16), follows: number(24), salt: number(32) };
        if header.follows <= header.base { Ok(header) } else { Err(Unreadable::Damaged) }
    }
}

/// Sorts by name as by position.
pub fn file_name(base: u64) -> String {
    format!("{base:020}.journal")
}

pub fn base_of(name: &str) -> Option<u64> {
    let digits = name.strip_suffix(".journal")?;
    if digits.len() == 20 && digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}
