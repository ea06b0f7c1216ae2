//! Finds which of thousands of literals stand in a text, at a few bytes a nanosecond: a bitmap of four-byte grams is asked
//! at every `stride`th place only, and a literal is compared where one of its grams may stand.
//!
//! A literal of `n` bytes that begins anywhere has, at some of the places asked, one of any `stride` grams in a row that
//! fit in it; the rarest such row is put into the bitmap. Text and literals are in lower case.

use rustc_hash::FxHashMap;
use std::ops::Range;

/// Strides, and the shortest literal for each.
const STRIDES: [(usize, usize); 3] = [(4, 7), (2, 5), (1, 4)];

/// Literals by number.
pub struct Grams {
    tiers: Vec<Tier>,
    /// Under four bytes: asked one by one, by a bitmap of pairs.
    short: Short,
    literals: Vec<Box<[u8]>>,
}

struct Tier {
    stride: usize,
    bits: Vec<u64>,
    shift: u32,
    /// Grams of a slot of the hash: `places[heads[slot]..heads[slot + 1]]`.
    heads: Vec<u32>,
    places: Vec<Place>,
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
    stamps: Vec<u32>,
    generation: u32,
    pub found: Vec<u32>,
}

impl Seen {
    fn begin(&mut self, literals: usize) {
        self.found.clear();
        if self.stamps.len() < literals {
            self.stamps.resize(literals, 0);
        }
        self.generation = self.generation.wrapping_add(1);
        if self.generation == 0 {
            self.stamps.fill(0);
            self.generation = 1;
        }
    }

    fn has(&self, literal: u32) -> bool {
        self.stamps[literal as usize] == self.generation
    }

    fn add(&mut self, literal: u32) {
        if !self.has(literal) {
            self.stamps[literal as usize] = self.generation;
            self.found.push(literal);
        }
    }
}

impl Grams {
    /// `literals` are not empty.
    pub fn new(literals: Vec<Box<[u8]>>) -> Self {
        let short = Short::new(&literals);
        let mut tiers = Vec::new();
        let mut upper = usize::MAX;
        for (stride, shortest) in STRIDES {
            let of: Vec<u32> = (0..literals.len() as u32).filter(|i| (shortest..upper).contains(&literals[*i as usize].len())).collect();
            if !of.is_empty() {
                tiers.push(Tier::new(stride, &of, &literals));
            }
            upper = shortest;
        }
        Self { tiers, short, literals }
    }

    /// Leaves the numbers of the literals that stand in `text` in `seen.found`.
    pub fn find(&self, text: &[u8], seen: &mut Seen) {
        seen.begin(self.literals.len());
        for tier in &self.tiers {
            tier.find(text, &self.literals, seen);
        }
        self.short.find(text, seen);
    }
}

impl Tier {
    fn new(stride: usize, of: &[u32], literals: &[Box<[u8]>]) -> Self {
        let mut places = Vec::with_capacity(of.len() * stride);
        for literal in of {
            let bytes = &literals[*literal as usize];
            let at = rarest(bytes, stride);
            places.extend((at..at + stride).map(|offset| Place { gram: gram(bytes, offset), literal: *literal, offset: offset as u32 }));
        }
        let log = (places.len() * 16).next_power_of_two().trailing_zeros().clamp(10, 18);
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
        Self { stride, bits, shift, heads, places }
    }

    fn find(&self, text: &[u8], literals: &[Box<[u8]>], seen: &mut Seen) {
        match self.stride {
            4 => {
                for (n, four) in text.as_chunks::<4>().0.iter().enumerate() {
                    self.ask(u32::from_le_bytes(*four), 4 * n, text, literals, seen);
                }
            }
            2 => {
                let pairs = text.as_chunks::<2>().0;
                for (n, two) in pairs.windows(2).enumerate() {
                    self.ask(u32::from_le_bytes([two[0][0], two[0][1], two[1][0], two[1][1]]), 2 * n, text, literals, seen);
                }
            }
            _ => {
                for (n, four) in text.windows(4).enumerate() {
                    self.ask(u32::from_le_bytes([four[0], four[1], four[2], four[3]]), n, text, literals, seen);
                }
            }
        }
    }

    #[inline(always)]
    fn ask(&self, gram: u32, at: usize, text: &[u8], literals: &[Box<[u8]>], seen: &mut Seen) {
        let slot = slot(gram, self.shift);
        if self.bits[slot >> 6] >> (slot & 63) & 1 != 0 {
            self.verify(self.heads[slot] as usize..self.heads[slot + 1] as usize, gram, at, text, literals, seen);
        }
    }

    #[inline(never)]
    fn verify(&self, places: Range<usize>, gram: u32, at: usize, text: &[u8], literals: &[Box<[u8]>], seen: &mut Seen) {
        for place in &self.places[places] {
            if place.gram != gram || seen.has(place.literal) {
                continue;
            }
            let literal = &literals[place.literal as usize];
            if at.checked_sub(place.offset as usize).and_then(|start| text[start..].get(..literal.len())) == Some(literal) {
                seen.add(place.literal);
            }
        }
    }
}

#[inline(always)]
fn slot(gram: u32, shift: u32) -> usize {
    (gram.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

fn gram(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// Where the `stride` grams in a row begin that are the rarest together.
fn rarest(bytes: &[u8], stride: usize) -> usize {
    let cost: Vec<u32> = bytes.iter().map(|b| commonness(*b)).collect();
    let gram = |at: usize| cost[at..at + 4].iter().sum::<u32>();
    let row = |at: &usize| (*at..*at + stride).map(|at| 1_u64 << (gram(at) / 4).min(40)).sum::<u64>();
    (0..=bytes.len() + 1 - 4 - stride).min_by_key(row).unwrap_or(0)
}

/// About how common a byte is in logs, commands and scripts, on a logarithmic scale.
fn commonness(byte: u8) -> u32 {
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
    fn new(literals: &[Box<[u8]>]) -> Self {
        let mut short = Self::default();
        for (number, literal) in literals.iter().enumerate() {
            match **literal {
                [a] => short.single.push((a, number as u32)),
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
