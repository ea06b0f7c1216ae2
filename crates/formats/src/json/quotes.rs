//! Where strings end: the next quote that no backslash escapes.

use memchr::memchr;

/// Finds unescaped quotes in one buffer.
pub trait Quotes {
    /// The first unescaped quote at or after `from`, which itself is not escaped; any number past the buffer if there is none.
    fn next(&self, from: usize) -> usize;

    /// Whether every escape is known to be sound, so that none has to be looked at.
    fn sound(&self) -> bool;

    /// The first backslash in `from..to` that begins an escape; `from` itself is not escaped.
    fn escape(&self, from: usize, to: usize) -> Option<usize>;
}

/// Looks for itself at each call. The slow twin, and the way for short texts.
#[derive(Clone, Copy)]
pub struct Scalar<'a>(pub &'a [u8]);

impl Quotes for Scalar<'_> {
    fn next(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(found) = self.0.get(at..).and_then(|rest| memchr(b'"', rest)) {
            let quote = at + found;
            let slashes = self.0[from..quote].iter().rev().take_while(|b| **b == b'\\').count();
            if slashes % 2 == 0 {
                return quote;
            }
            at = quote + 1;
        }
        usize::MAX
    }

    fn sound(&self) -> bool {
        false
    }

    fn escape(&self, from: usize, to: usize) -> Option<usize> {
        memchr(b'\\', self.0.get(from..to)?).map(|at| from + at)
    }
}
