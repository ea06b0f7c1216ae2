//! Whether one of a few literals stands in a text, whatever its letters' case: 32 bytes at a time, by tables of nibbles.
#![allow(unsafe_code, reason = "loads through a pointer, and one call that needs a processor feature, which is asked for first")]

use crate::grams::commonness;

/// Bytes of a literal that the tables know.
const WINDOW: usize = 3;
/// Literals are spread over as many as a byte has bits.
const BUCKETS: usize = 8;
/// Letters in lower case; what else falls together by this bit is told apart when the literal is compared.
const CASE: u32 = 0x20_2020;

/// Literals of ASCII in lower case, of three bytes or more.
pub struct Sweep {
    tables: [Table; WINDOW],
    anchors: Vec<Anchor>,
    literals: Vec<Box<[u8]>>,
}

/// For one byte of the window: the buckets that have such a low, and such a high half of it.
#[derive(Default)]
struct Table {
    low: [u8; 16],
    high: [u8; 16],
}

/// The rarest stretch of a literal.
struct Anchor {
    window: u32,
    literal: usize,
    offset: usize,
}

impl Sweep {
    pub fn new(literals: Vec<Box<[u8]>>) -> Self {
        let mut anchors: Vec<Anchor> = literals.iter().enumerate().map(|(literal, bytes)| Anchor::new(literal, bytes)).collect();
        anchors.sort_by_key(|anchor| anchor.window);
        let mut tables: [Table; WINDOW] = Default::default();
        for (number, anchor) in anchors.iter().enumerate() {
            let bucket = 1 << (number * BUCKETS / anchors.len());
            let bytes = &literals[anchor.literal][anchor.offset..];
            tables.iter_mut().zip(bytes).for_each(|(table, byte)| table.add(*byte, bucket));
        }
        Self { tables, anchors, literals }
    }

    /// Whether one of the literals stands in `text`.
    pub fn any(&self, text: &[u8]) -> bool {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { wide::any(self, text) };
        }
        self.any_from(0, text)
    }

    /// The slow twin of [`Self::any`], which ends with it.
    fn any_from(&self, from: usize, text: &[u8]) -> bool {
        (from..text.len().saturating_sub(WINDOW - 1)).any(|at| self.may_be(&text[at..]) && self.is_at(at, text))
    }

    fn may_be(&self, text: &[u8]) -> bool {
        self.tables.iter().zip(text).fold(u8::MAX, |buckets, (table, byte)| buckets & table.low[low(*byte)] & table.high[high(*byte)]) != 0
    }

    /// Whether a literal stands in `text` whose window is at `at`.
    fn is_at(&self, at: usize, text: &[u8]) -> bool {
        let here = window(text, at);
        let stands = |anchor: &Anchor| {
            let literal = &self.literals[anchor.literal];
            let found = at.checked_sub(anchor.offset).and_then(|start| text[start..].get(..literal.len()));
            found.is_some_and(|found| found.eq_ignore_ascii_case(literal))
        };
        self.anchors.iter().filter(|anchor| anchor.window == here).any(stands)
    }

    /// The same for every place past `from` that has a bit.
    #[cold]
    fn is_at_one(&self, from: usize, mut places: u32, text: &[u8]) -> bool {
        while places != 0 {
            if self.is_at(from + places.trailing_zeros() as usize, text) {
                return true;
            }
            places &= places - 1;
        }
        false
    }
}

impl Anchor {
    fn new(literal: usize, bytes: &[u8]) -> Self {
        let offset = rarest(bytes);
        Self { window: window(bytes, offset), literal, offset }
    }
}

impl Table {
    fn add(&mut self, byte: u8, bucket: u8) {
        for byte in [byte.to_ascii_lowercase(), byte.to_ascii_uppercase()] {
            self.low[low(byte)] |= bucket;
            self.high[high(byte)] |= bucket;
        }
    }
}

fn low(byte: u8) -> usize {
    usize::from(byte & 15)
}

fn high(byte: u8) -> usize {
    usize::from(byte >> 4)
}

fn window(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], 0]) | CASE
}

fn rarest(bytes: &[u8]) -> usize {
    (0..=bytes.len() - WINDOW).min_by_key(|at| bytes[*at..*at + WINDOW].iter().map(|b| commonness(*b)).sum::<u32>()).unwrap_or(0)
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{Sweep, Table, WINDOW};
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8,
        _mm256_setzero_si256, _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    /// Places looked at in one step, and the bytes that takes.
    const STEP: usize = 32;
    const REACH: usize = STEP + WINDOW - 1;

    #[target_feature(enable = "avx2")]
    pub(super) fn any(sweep: &Sweep, text: &[u8]) -> bool {
        let [one, two, three] = sweep.tables.each_ref().map(|table| wide(table));
        let mut at = 0;
        while let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk::<REACH>) {
            let buckets = _mm256_and_si256(_mm256_and_si256(look_up(one, bytes, 0), look_up(two, bytes, 1)), look_up(three, bytes, 2));
            let none = _mm256_movemask_epi8(_mm256_cmpeq_epi8(buckets, _mm256_setzero_si256())).cast_unsigned();
            if none != u32::MAX && sweep.is_at_one(at, !none, text) {
                return true;
            }
            at += STEP;
        }
        sweep.any_from(at, text)
    }

    /// The buckets of 32 bytes in a row. A shuffle gives nothing for bytes beyond ASCII, nor do the tables.
    #[target_feature(enable = "avx2")]
    fn look_up([low, high]: [__m256i; 2], bytes: &[u8; REACH], from: usize) -> __m256i {
        let there: &[u8; STEP] = bytes[from..].first_chunk().expect("`from` is less than the window");
        // SAFETY: there are 32 bytes, and the load asks for no alignment.
        let text = unsafe { _mm256_loadu_si256(there.as_ptr().cast()) };
        let halves = _mm256_and_si256(_mm256_srli_epi16::<4>(text), _mm256_set1_epi8(0x0f));
        _mm256_and_si256(_mm256_shuffle_epi8(low, text), _mm256_shuffle_epi8(high, halves))
    }

    #[target_feature(enable = "avx2")]
    fn wide(table: &Table) -> [__m256i; 2] {
        [twice(&table.low), twice(&table.high)]
    }

    #[target_feature(enable = "avx2")]
    fn twice(half: &[u8; 16]) -> __m256i {
        // SAFETY: there are 16 bytes, and the load asks for no alignment.
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(half.as_ptr().cast()) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_way_and_the_slow_ways_agree(text in prop::collection::vec(prop_oneof![any::<u8>(), b'a'..=b'd', b'A'..=b'D', Just(b':')], 0..200),
            literals in prop::collection::vec(prop::collection::vec(prop_oneof![b'a'..=b'd', Just(b':'), Just(b'.')], 3..6), 1..40)) {
            let sweep = Sweep::new(literals.iter().map(|literal| literal.as_slice().into()).collect());
            let plainly = literals.iter().any(|literal| text.windows(literal.len()).any(|there| there.eq_ignore_ascii_case(literal)));
            prop_assert_eq!(sweep.any(&text), plainly);
            prop_assert_eq!(sweep.any_from(0, &text), plainly);
        }
    }

    #[test]
    fn a_literal_is_found_wherever_it_stands() {
        let sweep = Sweep::new([&b"sekurlsa::"[..], b"mimidrv.sys"].map(Box::from).into());
        for before in 0..100 {
            let text = [vec![b'x'; before], b"\xc3\xa4 SekurLSA::logon".to_vec()].concat();
            assert!(sweep.any(&text), "{before}");
            assert!(!sweep.any(&text[..before + 10]), "{before}");
        }
    }
}
