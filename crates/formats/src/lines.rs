//! The lines of a block: number, place, text without its newline; lines of nothing but white space are no records.

use crate::Block;
use memchr::memchr;

pub(crate) fn lines<'a>(block: &Block<'a>) -> impl Iterator<Item = (u64, usize, &'a [u8])> + use<'a> {
    let bytes = block.bytes;
    let (mut number, mut at) = (block.first_line, 0);
    std::iter::from_fn(move || {
        loop {
            let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
            let length = memchr(b'\n', rest).unwrap_or(rest.len());
            let (this, start) = (number, at);
            number += 1;
            at += length + 1;
            let line = rest[..length].strip_suffix(b"\r").unwrap_or(&rest[..length]);
            if !is_blank(line) {
                return Some((this, start, line));
            }
        }
    })
}

/// Nothing but white space, the vertical tab too.
pub(crate) fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|b| b.is_ascii_whitespace() || *b == 0x0B)
}
