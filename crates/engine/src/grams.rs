//! Finds which of thousands of literals stand in a text, at a few bytes a nanosecond: a bitmap of four-byte grams is asked
//! at every `stride`th place only, and a literal is compared where one of its grams may stand.
//!
//! A literal of `n` bytes that begins anywhere has, at one of the places asked, one of any `stride` grams in a row that
//! fit in it (hence `stride` is at most `n - 3`); the rarest such row is put into the bitmap. The short literals that
//! would make the stride small are looked for by themselves if they are few.

use crate::few::Few;
use crate::stamps::Stamps;
use rustc_hash::FxHashMap;
use std::ops::Range;

const LONGEST_STRIDE: usize = 16;

/// Literals from this length on have a stride that is worth something.
const LONG: usize = 7;

/// Letters in lower case; other bytes that differ by this bit alone fall together, which a closer look mends.
const CASE: u32 = 0x2020_2020;

/// Literals in lower case, by number.
pub struct Grams {
    stride: usize,
    bits: Vec<u64>,
    shift: u32,
    /// Places of a slot of the hash: `places[heads[slot]..heads[slot + 1]]`.
    heads: Vec<u32>,
    places: Vec<Place>,
    /// Under four bytes, or under seven and few.
    few: Option<Few>,
    short: Short,
    literals: Vec<Box<[u8]>>,
}

#[derive(Clone, Copy)]
struct Place {
    gram: u32,
    literal: u32,
    offset: u32,
}

/// Which literals were seen in this text.
#[derive(Default)]
pub struct Seen {
    stamps: Stamps,
    pub found: Vec<u32>,
}

impl Seen {
    fn add(&mut self, literal: u32) {
        if self.stamps.add(literal) {
            self.found.push(literal);
        }
    }
}

impl Grams {
    /// `literals` are not empty.
    pub fn new(literals: Vec<Box<[u8]>>) -> Self {
        let short = (0..literals.len() as u32).filter(|i| (2..LONG).contains(&literals[*i as usize].len())).collect();
        let few = Few::new(&literals, short);
        Self::beside(few, literals)
    }

    /// For [`Self::any`]: literals of four bytes or more.
    pub fn alone(literals: Vec<Box<[u8]>>) -> Self {
        Self::beside(None, literals)
    }

    fn beside(few: Option<Few>, literals: Vec<Box<[u8]>>) -> Self {
        let least = if few.is_some() { LONG } else { 4 };
        let long: Vec<u32> = (0..literals.len() as u32).filter(|i| literals[*i as usize].len() >= least).collect();
        let shortest = long.iter().map(|i| literals[*i as usize].len()).min().unwrap_or(least);
        let stride = (shortest - 3).min(LONGEST_STRIDE);
        let mut places = Vec::with_capacity(long.len() * stride);
        for literal in long {
            let bytes = &literals[literal as usize];
            let at = rarest(bytes, stride);
            places.extend((at..at + stride).map(|offset| Place { gram: gram(bytes, offset), literal, offset: offset as u32 }));
        }
        let log = (places.len() * 24).next_power_of_two().trailing_zeros().clamp(10, 17);
        let shift = 32 - log;
        places.sort_by_key(|place| slot(place.gram, shift));
        let mut bits = vec![0_u64; 1 << (log - 6)];
        let mut heads = vec![0_u32; (1 << log) + 1];
        for place in &places {
            let slot = slot(place.gram, shift);
            bits[slot >> 6] |= 1 << (slot & 63);
            heads[slot + 1] += 1;
        }
        for i in 1..heads.len() {
            heads[i] += heads[i - 1];
        }
        let short = Short::new(&literals, few.is_some());
        Self { stride, bits, shift, heads, places, few, short, literals }
    }

    /// Leaves the numbers of the literals that stand in `text` (in lower case) in `seen.found`.
    pub fn find(&self, text: &[u8], seen: &mut Seen) {
        seen.found.clear();
        seen.stamps.begin(self.literals.len());
        if !self.places.is_empty() {
            self.scan(text, &mut |at, gram, slot| {
                self.verify(self.range(slot), gram, at, text, seen);
                false
            });
        }
        if let Some(few) = &self.few {
            few.find(text, &self.literals, &mut |literal| seen.add(literal));
        }
        self.short.find(text, seen);
    }

    /// Whether one of the literals stands in `text`, whatever its letters' case.
    pub fn any(&self, text: &[u8]) -> bool {
        self.scan(text, &mut |at, gram, slot| {
            let places = self.places[self.range(slot)].iter().filter(|place| place.gram == gram);
            places
                .into_iter()
                .any(|place| self.stretch(place, at, text).is_some_and(|found| found.eq_ignore_ascii_case(&self.literals[place.literal as usize])))
        })
    }

    /// Calls `each` for every place asked whose gram may be one of a literal's, until it says `true`.
    #[inline]
    fn scan(&self, text: &[u8], each: &mut impl FnMut(usize, u32, usize) -> bool) -> bool {
        let (bits, mask) = (self.bits.as_slice(), self.bits.len() - 1);
        let mut at = 0;
        while let Some(four) = text.get(at..).and_then(<[u8]>::first_chunk::<4>) {
            let gram = u32::from_le_bytes(*four) | CASE;
            let slot = slot(gram, self.shift);
            if bits[slot >> 6 & mask] >> (slot & 63) & 1 != 0 && each(at, gram, slot) {
                return true;
            }
            at += self.stride;
        }
        false
    }

    fn range(&self, slot: usize) -> Range<usize> {
        self.heads[slot] as usize..self.heads[slot + 1] as usize
    }

    /// The stretch of text where a literal would stand whose gram is at `at`.
    fn stretch<'t>(&self, place: &Place, at: usize, text: &'t [u8]) -> Option<&'t [u8]> {
        let start = at.checked_sub(place.offset as usize)?;
        text[start..].get(..self.literals[place.literal as usize].len())
    }

    #[inline(never)]
    fn verify(&self, places: Range<usize>, gram: u32, at: usize, text: &[u8], seen: &mut Seen) {
        for place in &self.places[places] {
            if place.gram == gram && !seen.stamps.has(place.literal) && self.stretch(place, at, text) == Some(&*self.literals[place.literal as usize]) {
                seen.add(place.literal);
            }
        }
    }
}

#[inline]
fn slot(gram: u32, shift: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

fn gram(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) | CASE
}

/// Where the `stride` grams in a row begin that are the rarest together.
fn rarest(bytes: &[u8], stride: usize) -> usize {
    let cost: Vec<u32> = bytes.iter().map(|b| commonness(*b)).collect();
    let gram = |at: usize| cost[at..at + 4].iter().sum::<u32>();
    let row = |at: &usize| (*at..*at + stride).map(|at| 1_u64 << (gram(at) / 4).min(40)).sum::<u64>();
    (0..=bytes.len() + 1 - 4 - stride).min_by_key(row).unwrap_or(0)
}

/// About how common a byte is in logs, commands and scripts, on a logarithmic scale.
pub fn commonness(byte: u8) -> u32 {
    match byte {
        b' ' | b'e' | b't' => 26,
        b'a' | b'i' | b'n' | b'o' | b'r' | b's' => 24,
        b'c' | b'd' | b'l' | b'm' | b'p' | b'u' => 20,
        b'\\' | b'.' | b'-' | b'$' | b'f' | b'g' | b'h' | b'w' | b'\n' | b'\r' => 16,
        b'b' | b'v' | b'y' | b'"' | b'(' | b')' | b'=' | b'0'..=b'9' => 13,
        b'k' | b'x' | b'_' | b':' | b',' | b'/' | b'\'' | b'{' | b'}' | b'[' | b']' | b';' | b'|' => 10,
        b'j' | b'q' | b'z' | b'#' | b'*' | b'<' | b'>' | b'@' => 6,
        _ => 4,
    }
}

/// Literals of one to three bytes.
#[derive(Default)]
struct Short {
    single: Vec<(u8, u32)>,
    /// Which pairs of bytes begin a longer one.
    pairs: Vec<u64>,
    /// Those of a pair, each with its third byte if it has one.
    longer: FxHashMap<[u8; 2], Vec<(Option<u8>, u32)>>,
}

impl Short {
    fn new(literals: &[Box<[u8]>], only_single: bool) -> Self {
        let mut short = Self::default();
        for (number, literal) in literals.iter().enumerate() {
            match **literal {
                [a] => short.single.push((a, number as u32)),
                _ if only_single => {}
                [a, b] => short.add([a, b], None, number as u32),
                [a, b, c] => short.add([a, b], Some(c), number as u32),
                _ => {}
            }
        }
        short
    }

    fn add(&mut self, two: [u8; 2], third: Option<u8>, number: u32) {
        self.pairs.resize(1 << 10, 0);
        let pair = pair(two);
        self.pairs[pair >> 6] |= 1 << (pair & 63);
        self.longer.entry(two).or_default().push((third, number));
    }

    fn find(&self, text: &[u8], seen: &mut Seen) {
        for (byte, number) in &self.single {
            if memchr::memchr(*byte, text).is_some() {
                seen.add(*number);
            }
        }
        if self.longer.is_empty() {
            return;
        }
        for (at, two) in text.array_windows::<2>().enumerate() {
            let pair = pair(*two);
            if self.pairs[pair >> 6] >> (pair & 63) & 1 != 0 {
                self.verify(*two, text.get(at + 2), seen);
            }
        }
    }

    #[inline(never)]
    fn verify(&self, two: [u8; 2], next: Option<&u8>, seen: &mut Seen) {
        for (third, number) in self.longer.get(&two).into_iter().flatten() {
            if third.is_none() || third.as_ref() == next {
                seen.add(*number);
            }
        }
    }
}

fn pair(two: [u8; 2]) -> usize {
    usize::from(u16::from_le_bytes(two))
}
