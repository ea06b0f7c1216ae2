//! One line indexed 64 bytes at a time: where unescaped quotes are, where escapes begin, where the line ends.
#![allow(unsafe_code, reason = "one load through a pointer, and one call that needs a processor feature, which is asked for first")]

use super::quotes::Quotes;

/// The index of one line. Its memory is used again for the next.
#[derive(Default)]
pub struct LineIndex {
    from: usize,
    words: Vec<Word>,
    /// Whether an escape has to be looked at: JSON knows it not, or it is one by number.
    odd: bool,
}

/// Bits of 64 bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Word {
    quotes: u64,
    /// Backslashes that begin an escape.
    escapes: u64,
    /// Escaped bytes that are none of `"\/bfnrt`.
    odd: u64,
}

/// What the bytes themselves are.
#[derive(Clone, Copy)]
struct Masks {
    quotes: u64,
    slashes: u64,
    breaks: u64,
    /// Bytes that may follow a backslash: `"\/bfnrt`.
    plain: u64,
}

impl LineIndex {
    /// Indexes the line that begins at `from`; gives its end, where its newline is or the text ends.
    pub fn line(&mut self, text: &[u8], from: usize) -> usize {
        self.from = from;
        self.words.clear();
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            let (end, odd) = unsafe { wide::line(text, from, &mut self.words) };
            self.odd = odd;
            return end;
        }
        let (end, odd) = line(text, from, &mut self.words, masks);
        self.odd = odd;
        end
    }

    /// The slow twin of [`Self::line`].
    #[cfg(test)]
    fn line_by_bytes(&mut self, text: &[u8], from: usize) -> usize {
        self.from = from;
        self.words.clear();
        let (end, odd) = line(text, from, &mut self.words, masks);
        self.odd = odd;
        end
    }
}

impl Quotes for LineIndex {
    #[inline]
    fn next(&self, from: usize) -> usize {
        let at = from.wrapping_sub(self.from);
        let mut number = at / 64;
        let Some(word) = self.words.get(number) else { return usize::MAX };
        let mut bits = word.quotes & (u64::MAX << (at % 64));
        while bits == 0 {
            number += 1;
            let Some(word) = self.words.get(number) else { return usize::MAX };
            bits = word.quotes;
        }
        self.from + number * 64 + bits.trailing_zeros() as usize
    }

    #[inline]
    fn sound(&self) -> bool {
        !self.odd
    }

    fn escape(&self, from: usize, to: usize) -> Option<usize> {
        let (at, end) = (from.wrapping_sub(self.from), to.wrapping_sub(self.from));
        let mut number = at / 64;
        let mut bits = self.words.get(number)?.escapes & (u64::MAX << (at % 64));
        while bits == 0 {
            number += 1;
            if number * 64 >= end {
                return None;
            }
            bits = self.words.get(number)?.escapes;
        }
        let found = number * 64 + bits.trailing_zeros() as usize;
        (found < end).then_some(self.from + found)
    }
}

/// Words up to the first newline: where it is, and whether an escape is odd. The bytes past the text count as newlines.
#[expect(clippy::inline_always, reason = "compiled once more inside the function that has the processor feature")]
#[inline(always)]
fn line(text: &[u8], from: usize, words: &mut Vec<Word>, masks: impl Fn(&[u8; 64]) -> Masks) -> (usize, bool) {
    let (mut carry, mut odd) = (0, 0);
    let mut at = from;
    loop {
        let rest = &text[at.min(text.len())..];
        let found = if let Some(bytes) = rest.first_chunk() {
            masks(bytes)
        } else {
            let mut bytes = [b'\n'; 64];
            bytes[..rest.len()].copy_from_slice(rest);
            masks(&bytes)
        };
        let word = word(found, &mut carry);
        words.push(word);
        odd |= word.odd;
        if found.breaks != 0 {
            return (at + found.breaks.trailing_zeros() as usize, odd != 0);
        }
        at += 64;
    }
}

/// Every other bit.
const EVEN: u64 = 0x5555_5555_5555_5555;

/// Tells escaped bytes from others: an odd run of backslashes escapes what follows it. `carry` is 1 if the last word's
/// end escapes this one's first byte.
#[expect(clippy::inline_always, reason = "as `line`")]
#[inline(always)]
fn word(found: Masks, carry: &mut u64) -> Word {
    if found.slashes == 0 {
        let escaped = std::mem::replace(carry, 0);
        return Word { quotes: found.quotes & !escaped, escapes: 0, odd: escaped & !found.plain };
    }
    let slashes = found.slashes & !*carry;
    let follows = slashes << 1 | *carry;
    let odd_starts = slashes & !EVEN & !follows;
    let (even_runs, overflow) = odd_starts.overflowing_add(slashes);
    *carry = u64::from(overflow);
    let escaped = (EVEN ^ (even_runs << 1)) & follows;
    Word { quotes: found.quotes & !escaped, escapes: found.slashes & !escaped, odd: escaped & !found.plain }
}

fn masks(bytes: &[u8; 64]) -> Masks {
    let mask = |wanted: u8| bytes.iter().enumerate().fold(0, |bits, (n, b)| bits | u64::from(*b == wanted) << n);
    let plain = b"\"\\/bfnrt".iter().fold(0, |bits, wanted| bits | mask(*wanted));
    Masks { quotes: mask(b'"'), slashes: mask(b'\\'), breaks: mask(b'\n'), plain }
}

#[cfg(target_arch = "x86_64")]
mod wide {
    use super::{Masks, Word};
    use std::arch::x86_64::{
        __m256i, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_set1_epi8, _mm256_setr_epi8, _mm256_setzero_si256,
        _mm256_shuffle_epi8, _mm256_srli_epi16,
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn line(text: &[u8], from: usize, words: &mut Vec<Word>) -> (usize, bool) {
        super::line(text, from, words, |bytes| {
            // SAFETY: both halves are inside the 64 bytes, and the load asks for no alignment.
            let halves = unsafe { [_mm256_loadu_si256(bytes.as_ptr().cast()), _mm256_loadu_si256(bytes.as_ptr().add(32).cast())] };
            Masks { quotes: mask(halves, b'"'), slashes: mask(halves, b'\\'), breaks: mask(halves, b'\n'), plain: plain(halves) }
        })
    }

    #[target_feature(enable = "avx2")]
    fn mask(halves: [__m256i; 2], wanted: u8) -> u64 {
        let wanted = _mm256_set1_epi8(wanted.cast_signed());
        bits(halves.map(|half| _mm256_cmpeq_epi8(half, wanted)))
    }

    /// By two tables: one bit for each high nibble that has such bytes, and for each low nibble the bits it goes with.
    #[target_feature(enable = "avx2")]
    fn plain(halves: [__m256i; 2]) -> u64 {
        let high = _mm256_setr_epi8(0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0);
        let low = _mm256_setr_epi8(0, 0, 13, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1, 0, 0, 13, 0, 8, 0, 4, 0, 0, 0, 0, 0, 2, 0, 4, 1);
        let nibble = _mm256_set1_epi8(0x0f);
        let none = halves.map(|half| {
            let by_high = _mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16::<4>(half), nibble));
            _mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(low, half), by_high), _mm256_setzero_si256())
        });
        !bits(none)
    }

    #[target_feature(enable = "avx2")]
    fn bits(halves: [__m256i; 2]) -> u64 {
        let [low, high] = halves.map(|half| _mm256_movemask_epi8(half).cast_unsigned());
        u64::from(high) << 32 | u64::from(low)
    }
}

#[cfg(test)]
mod tests {
    use super::super::quotes::Scalar;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_fast_way_and_the_slow_ways_agree(picks in prop::collection::vec(prop_oneof![Just(b'\\'), Just(b'"'), Just(b'\n'), any::<u8>(), b'a'..=b'z'], 0..400), from in 0_usize..80) {
            let text: Vec<u8> = picks;
            let from = from.min(text.len());
            let (mut fast, mut slow) = (LineIndex::default(), LineIndex::default());
            let end = fast.line(&text, from);
            prop_assert_eq!(end, slow.line_by_bytes(&text, from));
            prop_assert_eq!(&fast.words, &slow.words);
            prop_assert_eq!(fast.odd, slow.odd);
            prop_assert_eq!(end, memchr::memchr(b'\n', &text[from..]).map_or(text.len(), |at| from + at));
            let (line, mut at) = (&text[..end], from);
            while at < end {
                let (quote, plain) = (fast.next(at), Scalar(line).next(at));
                prop_assert_eq!(quote.min(end), plain.min(end));
                prop_assert_eq!(fast.escape(at, quote.min(end)), Scalar(line).escape(at, quote.min(end)));
                at = quote.saturating_add(1);
            }
        }
    }
}
