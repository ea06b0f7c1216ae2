//! A keyed hash of 128 bits whose collisions nobody can aim at: NH, the universal hash of UMAC, on keys drawn once a process.
//!
//! For two different inputs of equal length that were chosen without the keys, the hashes are equal with a chance of at
//! most 2^-64. The keys are never shown and decide nothing but what is remembered.

use std::hash::{BuildHasher, Hasher, RandomState};

const BLOCK: usize = 1024;
/// Two words for each sixteen bytes of a block, and two for the context.
const KEYS: usize = BLOCK / 8 + 2;

/// The longest input that is hashed.
pub const LONGEST: usize = BLOCK * BLOCK / 16;

pub struct Keys {
    first: [u64; KEYS],
    second: [u64; KEYS],
}

impl Keys {
    pub fn new() -> Self {
        let state = RandomState::new();
        let draw = |from: usize| {
            std::array::from_fn(|i| {
                let mut hasher = state.build_hasher();
                hasher.write_usize(from + i);
                hasher.finish()
            })
        };
        Self { first: draw(0), second: draw(KEYS) }
    }

    /// The hash of `bytes`, at most [`LONGEST`], in a context (which must be of one meaning for all hashes of these keys).
    #[inline]
    pub fn hash(&self, context: u64, bytes: &[u8]) -> u128 {
        let start = product(context, bytes.len() as u64, self.first[KEYS - 2], self.first[KEYS - 1]);
        if bytes.len() <= BLOCK { start.wrapping_add(block(&self.first, bytes)) } else { start.wrapping_add(self.long(bytes)) }
    }

    fn long(&self, bytes: &[u8]) -> u128 {
        let mut sum = 0_u128;
        for (piece, keys) in bytes.chunks(BLOCK).zip(self.second.as_chunks::<2>().0) {
            let hash = block(&self.first, piece);
            sum = sum.wrapping_add(product(hash as u64, (hash >> 64) as u64, keys[0], keys[1]));
        }
        sum
    }
}

#[inline]
fn product(a: u64, b: u64, key: u64, other: u64) -> u128 {
    u128::from(a.wrapping_add(key)) * u128::from(b.wrapping_add(other))
}

#[inline]
fn block(keys: &[u64; KEYS], bytes: &[u8]) -> u128 {
    let (whole, rest) = bytes.as_chunks::<16>();
    let keys = keys.as_chunks::<2>().0;
    let mut sum = 0_u128;
    for (words, key) in whole.iter().zip(keys) {
        let (a, b) = halves(words);
        sum = sum.wrapping_add(product(a, b, key[0], key[1]));
    }
    if !rest.is_empty() {
        let (a, b) = tail(bytes, rest);
        let key = keys[whole.len()];
        sum = sum.wrapping_add(product(a, b, key[0], key[1]));
    }
    sum
}

#[inline]
fn halves(words: &[u8; 16]) -> (u64, u64) {
    let all = u128::from_le_bytes(*words);
    (all as u64, (all >> 64) as u64)
}

/// The last bytes as two words: the last sixteen where there are as many, else overlapping reads. Each is a function of
/// the bytes that loses none of them, for a given length.
#[inline]
fn tail(bytes: &[u8], rest: &[u8]) -> (u64, u64) {
    if let Some(last) = bytes.last_chunk::<16>() {
        return halves(last);
    }
    match (rest.first_chunk::<8>(), rest.last_chunk::<8>()) {
        (Some(head), Some(end)) => (u64::from_le_bytes(*head), u64::from_le_bytes(*end)),
        _ => match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(head), Some(end)) => (u64::from(u32::from_le_bytes(*head)), u64::from(u32::from_le_bytes(*end))),
            _ => (rest.iter().fold(0, |word, b| word << 8 | u64::from(*b)), 0),
        },
    }
}
