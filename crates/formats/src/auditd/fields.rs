//! The `key=value` fields of an audit record, and values undone: quotes, hex of what the kernel does not trust.

use bumpalo::Bump;
use memchr::{memchr, memchr2, memrchr};

/// What divides the kernel's fields from those that auditd adds in words (`AUID="alice"`).
pub(crate) const ENRICHED: u8 = 0x1D;

/// The same as rsyslog writes it, which shows control characters by their octal number.
const ESCAPED: &[u8] = b"#035";

/// A field. The value keeps its quotes, which tell it from hex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub key: &'a [u8],
    pub value: &'a [u8],
}

/// Walks the fields of a record's body. Words without `=` are passed over; `msg='…'` is walked into.
pub(crate) struct Fields<'a> {
    text: &'a [u8],
    at: usize,
    /// Inside `msg='…'`, where old programs write `(hostname=?, addr=?)`.
    quoted_until: usize,
}

impl<'a> Fields<'a> {
    pub fn new(body: &'a [u8]) -> Self {
        Self { text: body, at: 0, quoted_until: 0 }
    }

    fn key(&mut self) -> Option<&'a [u8]> {
        loop {
            while matches!(self.text.get(self.at), Some(b' ' | &ENRICHED | b'\'' | b'(' | b',' | b')')) {
                self.at += 1;
            }
            let start = self.at;
            loop {
                match *self.text.get(self.at)? {
                    b'=' => {
                        let key = &self.text[start..self.at];
                        self.at += 1;
                        return Some(key.strip_prefix(ESCAPED).unwrap_or(key));
                    }
                    b' ' | ENRICHED => break,
                    _ => self.at += 1,
                }
            }
        }
    }

    fn value(&mut self) -> &'a [u8] {
        let start = self.at;
        let rest = &self.text[start..];
        let length = match rest.first() {
            Some(b'"') => memchr(b'"', &rest[1..]).map_or(rest.len(), |n| n + 2),
            Some(b'{') => memchr(b'}', rest).map_or(rest.len(), |n| n + 1),
            _ => plain(rest),
        };
        self.at = start + length;
        let value = &rest[..length];
        if start < self.quoted_until && value.first() != Some(&b'"') { trim(value) } else { value }
    }

    /// Steps into `msg='…'`: its fields follow as the record's own.
    fn step_in(&mut self) {
        let rest = &self.text[self.at..];
        let end = memchr(ENRICHED, rest).unwrap_or(rest.len());
        self.quoted_until = self.at + memrchr(b'\'', &rest[..end]).unwrap_or(end);
        self.at += 1;
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = Field<'a>;

    #[inline]
    fn next(&mut self) -> Option<Field<'a>> {
        loop {
            let key = self.key()?;
            if self.text.get(self.at) == Some(&b'\'') && key == b"msg" && self.quoted_until == 0 {
                self.step_in();
            } else {
                return Some(Field { key, value: self.value() });
            }
        }
    }
}

/// Length of a value without quotes.
fn plain(rest: &[u8]) -> usize {
    let end = memchr2(b' ', ENRICHED, rest).unwrap_or(rest.len());
    let escape = if end > ESCAPED.len() { memchr(b'#', &rest[..end]) } else { None };
    escape.filter(|at| rest[*at..].starts_with(ESCAPED)).unwrap_or(end)
}

/// What stands around an unquoted value inside `msg='…'`.
fn trim(mut value: &[u8]) -> &[u8] {
    while let [rest @ .., b'\'' | b')' | b','] = value {
        value = rest;
    }
    value
}

/// Whether the value says that there is none.
pub(crate) fn is_null(value: &[u8]) -> bool {
    matches!(value, b"(null)" | b"" | b"(none)" | b"?")
}

/// A value without its quotes.
pub(crate) fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] | [b'"', inner @ ..] => inner,
        _ => value,
    }
}

/// A text that the kernel writes in quotes if it is harmless and in hex if it is not.
pub(crate) fn untrusted<'a>(value: &'a [u8], arena: &'a Bump) -> &'a [u8] {
    if value.first() == Some(&b'"') {
        return unquoted(value);
    }
    hex(value, arena).unwrap_or(value)
}

/// The bytes that an even number of hex digits stand for.
pub(crate) fn hex<'a>(digits: &[u8], arena: &'a Bump) -> Option<&'a [u8]> {
    if digits.is_empty() || digits.len() % 2 == 1 || NIBBLES[usize::from(digits[0])] == BAD {
        return None;
    }
    let mut bad = 0;
    let bytes = digits.as_chunks::<2>().0.iter().map(|pair| {
        let (high, low) = (NIBBLES[usize::from(pair[0])], NIBBLES[usize::from(pair[1])]);
        bad |= high | low;
        high << 4 | low & 0xF
    });
    let bytes = arena.alloc_slice_fill_iter(bytes);
    (bad & BAD == 0).then_some(bytes)
}

const BAD: u8 = 0x80;

/// What a hex digit stands for.
const NIBBLES: [u8; 256] = {
    let mut table = [BAD; 256];
    let mut n = 0;
    while n < 10 {
        table[b'0' as usize + n] = n as u8;
        n += 1;
    }
    while n < 16 {
        table[b'a' as usize + n - 10] = n as u8;
        table[b'A' as usize + n - 10] = n as u8;
        n += 1;
    }
    table
};

/// A hexadecimal number without `0x`, as a0 to a3 of SYSCALL are written.
pub(crate) fn hex_number(digits: &[u8]) -> Option<u64> {
    u64::from_str_radix(std::str::from_utf8(digits).ok()?.trim_start_matches("0x"), 16).ok()
}

pub(crate) fn number(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}
