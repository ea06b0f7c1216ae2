//! The head of an audit record: who wrote it (node), its type, and the audit time and serial that join it to others.

use super::names;
use memchr::memchr;

/// A record's head. Slices borrow from the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header<'a> {
    /// `node=` of a collector.
    pub node: Option<&'a [u8]>,
    pub kind: &'a [u8],
    pub millis: i64,
    pub serial: u64,
    /// Where the fields begin.
    pub body: usize,
}

impl Header<'_> {
    /// Time and number as the line writes them.
    pub fn stamp<'l>(&self, line: &'l [u8]) -> &'l [u8] {
        let head = &line[..self.body];
        let start = memchr::memmem::find(head, b"audit(").or_else(|| memchr::memmem::find(head, b"audit:")).map_or(0, |at| at + 6);
        let end = head.iter().rposition(u8::is_ascii_digit).map_or(start, |at| at + 1);
        head.get(start..end).unwrap_or_default()
    }

    /// auditd numbers the records that it writes about itself; all others are numbered by the kernel.
    pub fn of_daemon(&self) -> bool {
        self.kind.starts_with(b"DAEMON_")
    }
}

/// Reads `[node=NAME] type=TYPE msg=audit(SECONDS.MILLIS:SERIAL):`, the kernel's `type=1300 audit(...):` too.
/// The type may be a number; a word is no shorter than one letter.
pub(crate) fn read(line: &[u8]) -> Option<Header<'_>> {
    let (node, mut at) = node(line)?;
    at += prefix(&line[at..], b"type=")?;
    let end = at + memchr(b' ', &line[at..])?;
    let kind = &line[at..end];
    if kind.is_empty() {
        return None;
    }
    let kind = if kind[0].is_ascii_digit() { names::record_type(kind).map_or(kind, str::as_bytes) } else { kind };
    at = end + 1;
    at += prefix(&line[at..], b"msg=").unwrap_or(0);
    at += prefix(&line[at..], b"audit(").or_else(|| prefix(&line[at..], b"audit:"))?;
    let (millis, serial, used) = stamp(&line[at..])?;
    Some(Header { node, kind, millis, serial, body: at + used })
}

fn node(line: &[u8]) -> Option<(Option<&[u8]>, usize)> {
    if !line.starts_with(b"node=") {
        return Some((None, 0));
    }
    let end = memchr(b' ', line)?;
    Some((Some(&line[5..end]), end + 1))
}

fn prefix(text: &[u8], word: &[u8]) -> Option<usize> {
    text.starts_with(word).then_some(word.len())
}

/// `1795493743.357:386):` as milliseconds, serial, bytes used.
fn stamp(text: &[u8]) -> Option<(i64, u64, usize)> {
    let (seconds, mut at) = digits(text, 12)?;
    let mut millis = 0;
    if text.get(at) == Some(&b'.') {
        let (fraction, used) = digits(&text[at + 1..], 9)?;
        millis = to_millis(fraction, used);
        at += 1 + used;
    }
    if text.get(at) != Some(&b':') {
        return None;
    }
    let (serial, used) = digits(&text[at + 1..], 19)?;
    at += 1 + used;
    let end = text.get(at)?;
    at += usize::from(*end == b')');
    let colon = text.get(at) == Some(&b':');
    at += usize::from(colon);
    if *end != b')' && !colon {
        return None;
    }
    Some(((seconds * 1000 + millis).cast_signed(), serial, at))
}

fn to_millis(fraction: u64, digits: usize) -> u64 {
    match digits {
        0..=3 => fraction * 10_u64.pow(3 - digits as u32),
        _ => fraction / 10_u64.pow(digits as u32 - 3),
    }
}

/// A number of at most `most` digits, and how many there were.
fn digits(text: &[u8], most: usize) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    let mut used = 0;
    while let Some(b @ b'0'..=b'9') = text.get(used) {
        if used == most {
            return None;
        }
        value = value * 10 + u64::from(b - b'0');
        used += 1;
    }
    (used > 0).then_some((value, used))
}
