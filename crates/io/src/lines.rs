//! Cuts the lines of a body into deliveries without copying, and leaves out lines that are past a limit.

use crate::Limits;
use bytes::Bytes;
use memchr::memchr;

/// Lines that stand together, and the number of the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    pub first: u64,
    pub lines: u64,
    pub bytes: Bytes,
}

/// A line that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub line: u64,
    pub reason: &'static str,
    pub bytes: Bytes,
}

#[derive(Debug, Default)]
pub struct Cut {
    pub pieces: Vec<Piece>,
    pub rejected: Vec<Rejected>,
}

impl Cut {
    pub fn lines(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.lines).sum()
    }
}

/// Bytes after which a piece ends with its line: small enough for one decoder's turn, large enough to be cheap.
const PIECE: usize = 1 << 20;

/// What `rejects` gives for a line is the reason why it is not taken. Empty lines count, and are not told.
pub fn cut(body: &Bytes, limits: &Limits, rejects: fn(&[u8], &Limits) -> Option<&'static str>) -> Cut {
    let mut cut = Cut::default();
    let mut piece = Open::default();
    let (mut at, mut line) = (0, 1);
    while at < body.len() {
        let end = memchr(b'\n', &body[at..]).map_or(body.len(), |length| at + length);
        let next = (end + 1).min(body.len());
        let text = body[at..end].trim_ascii();
        let reason = if text.len() > limits.line_bytes { Some("line_too_long") } else { rejects(text, limits) };
        match reason.filter(|_| !text.is_empty()) {
            Some(reason) => {
                cut.close(&mut piece, body, at);
                cut.rejected.push(Rejected { line, reason, bytes: body.slice(at..end) });
            }
            None => piece.take(at, line, !text.is_empty()),
        }
        if piece.began && next - piece.from >= PIECE {
            cut.close(&mut piece, body, next);
        }
        (at, line) = (next, line + 1);
    }
    cut.close(&mut piece, body, body.len());
    cut
}

#[derive(Default)]
struct Open {
    began: bool,
    from: usize,
    first: u64,
    lines: u64,
}

impl Open {
    fn take(&mut self, at: usize, line: u64, counts: bool) {
        if !self.began {
            *self = Self { began: true, from: at, first: line, lines: 0 };
        }
        self.lines += u64::from(counts);
    }
}

impl Cut {
    fn close(&mut self, piece: &mut Open, body: &Bytes, to: usize) {
        if piece.began && piece.lines > 0 {
            self.pieces.push(Piece { first: piece.first, lines: piece.lines, bytes: body.slice(piece.from..to) });
        }
        piece.began = false;
    }
}

/// Any line will do.
pub fn any(_: &[u8], _: &Limits) -> Option<&'static str> {
    None
}

/// A JSON object as far as a glance tells; the decoder, later, looks closely.
pub fn object(text: &[u8], limits: &Limits) -> Option<&'static str> {
    if text.first() != Some(&b'{') || text.last() != Some(&b'}') {
        return Some("no_json_object");
    }
    is_deeper(text, limits.nesting).then_some("nested_too_deep")
}

/// Whether objects and lists stand deeper in each other. Most records do not have as many brackets at all.
pub fn is_deeper(text: &[u8], nesting: usize) -> bool {
    memchr::memchr2_iter(b'{', b'[', text).nth(nesting).is_some() && depth(text) > nesting
}

/// How deep objects and lists stand in each other, brackets within strings apart.
fn depth(text: &[u8]) -> usize {
    let (mut depth, mut deepest, mut at) = (0_usize, 0, 0);
    while at < text.len() {
        match text[at] {
            b'{' | b'[' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => at = string_end(text, at + 1),
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// Where the closing quote of a string that begins at `at` stands.
fn string_end(text: &[u8], mut at: usize) -> usize {
    while let Some(step) = memchr::memchr2(b'"', b'\\', text.get(at..).unwrap_or_default()) {
        if text[at + step] == b'"' {
            return at + step;
        }
        at += step + 2;
    }
    text.len()
}
