//! Tells cheaply that a value, as it lies in its record, can hold none of the literals asked for: escapes are not undone,
//! nothing is copied. For records looked through for keywords, nearly all of which hold none.

use crate::grams::Grams;
use crate::sweep::Sweep;
use memchr::memmem::{self, Finder};
use watchbell_model::{Kind, Raw};

pub struct Gate {
    literals: Literals,
    escape: Finder<'static>,
}

/// Stretches of literals, looked for in the way that suits their number.
enum Literals {
    Few(Sweep),
    Many(Grams),
}

/// More than these make too many places of a text look like one of them.
const FEW: usize = 64;

/// A stretch of a literal shorter than this says too little.
const SHORTEST: usize = 4;

impl Gate {
    /// A gate for literals in lower case; none if one of them has no stretch that is written as it is.
    pub fn new<'l>(literals: impl Iterator<Item = &'l [u8]>) -> Option<Self> {
        let tells = |stretch: &&[u8]| stretch.len() >= SHORTEST && !stretch.iter().all(|b| in_number(*b));
        let stretch = |literal: &'l [u8]| literal.split(|b| !plain(*b)).filter(tells).max_by_key(|s| s.len()).map(Box::from);
        let stretches: Vec<Box<[u8]>> = literals.map(stretch).collect::<Option<_>>()?;
        (!stretches.is_empty()).then(|| Self { literals: Literals::new(stretches), escape: Finder::new(b"\\u") })
    }

    /// Whether the value must be looked at.
    pub fn passes(&self, raw: &Raw<'_>) -> bool {
        let escapes = match raw.kind {
            Kind::Text | Kind::JsonScalar => false,
            Kind::JsonText | Kind::JsonTree => true,
            _ => return true,
        };
        foreign(raw.bytes) || self.literals.any(raw.bytes) || (escapes && self.hides(raw.bytes))
    }

    /// Whether a character of a literal may be written as an escape.
    fn hides(&self, bytes: &[u8]) -> bool {
        self.escape.find_iter(bytes).any(|at| {
            let before = bytes[..at].iter().rev().take_while(|b| **b == b'\\').count();
            before % 2 == 0 && code(&bytes[at + 2..]).is_none_or(|code| u8::try_from(code).map_or(is_foreign(code), plain))
        })
    }
}

impl Literals {
    fn new(all: Vec<Box<[u8]>>) -> Self {
        if all.len() <= FEW { Self::Few(Sweep::new(all)) } else { Self::Many(Grams::alone(all)) }
    }

    fn any(&self, text: &[u8]) -> bool {
        match self {
            Self::Few(sweep) => sweep.any(text),
            Self::Many(grams) => grams.any(text),
        }
    }
}

/// Characters that every writer of JSON writes as they are, and that have no case beyond ASCII's.
fn plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\' | b'/' | b'\'' | b'<' | b'>' | b'&' | b'+' | b'=' | b'`')
}

/// Numbers in trees are written anew.
fn in_number(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'-')
}

/// Characters beyond ASCII that are like an ASCII letter in another case: dotted capital I, long s, the Kelvin sign.
const FOREIGN: [char; 3] = ['\u{130}', '\u{17F}', '\u{212A}'];

fn foreign(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && FOREIGN.iter().any(|c| memmem::find(bytes, c.encode_utf8(&mut [0; 4]).as_bytes()).is_some())
}

fn is_foreign(code: u16) -> bool {
    FOREIGN.iter().any(|c| *c as u32 == u32::from(code))
}

fn code(digits: &[u8]) -> Option<u16> {
    let four = std::str::from_utf8(digits.get(..4)?).ok()?;
    u16::from_str_radix(four, 16).ok()
}
