//! Payloads made smaller where that costs no more than writing what it saves.
//!
//! Batches of JSON events shrink to a tenth, faster than a disk takes them; one event alone hardly shrinks.

use bytes::Bytes;

/// Smaller payloads stay as they are.
const LEAST_BYTES: usize = 4 << 10;

/// How a payload stands in its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    Plain = 0,
    Lz4 = 1,
}

impl Packing {
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Plain),
            1 => Some(Self::Lz4),
            _ => None,
        }
    }

    pub fn pack(payload: Bytes) -> (Self, Bytes) {
        if payload.len() < LEAST_BYTES {
            return (Self::Plain, payload);
        }
        let packed = lz4_flex::block::compress(&payload);
        // What hardly shrinks is not worth unpacking by each reader.
        if packed.len() > payload.len() / 8 * 7 { (Self::Plain, payload) } else { (Self::Lz4, packed.into()) }
    }

    /// `None` unless exactly so many bytes come out.
    pub fn unpack(self, bytes: &[u8], length: usize) -> Option<Bytes> {
        match self {
            Self::Plain => (bytes.len() == length).then(|| Bytes::copy_from_slice(bytes)),
            Self::Lz4 => {
                // A byte of LZ4 stands for 255 at most: what claims more is refused before memory is asked for.
                let possible = length <= bytes.len().saturating_mul(255);
                let unpacked = possible.then(|| lz4_flex::block::decompress(bytes, length).ok()).flatten()?;
                (unpacked.len() == length).then(|| unpacked.into())
            }
        }
    }
}
