//! Argument lists back from EXECVE and PROCTITLE, and command lines made of them.

use super::fields::{self, Field};
use bumpalo::Bump;

/// Arguments kept of one program start; the kernel allows more bytes than that in one.
const MOST: usize = 4096;
/// Bytes kept of a command line.
const LONGEST: usize = 256 << 10;

/// A piece of an argument: its number, its place in the argument, and its text.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    argument: u32,
    part: u32,
    text: &'a [u8],
}

/// The arguments of one program start, gathered over its EXECVE records.
#[derive(Default)]
pub(crate) struct Pieces<'a> {
    pieces: Vec<Piece<'a>>,
    bytes: usize,
}

impl<'a> Pieces<'a> {
    pub fn add(&mut self, field: Field<'a>, arena: &'a Bump) {
        let Some((argument, part)) = place(field.key) else { return };
        if self.pieces.len() < MOST && self.bytes < LONGEST {
            let text = fields::untrusted(field.value, arena);
            self.bytes += text.len();
            self.pieces.push(Piece { argument, part, text });
        }
    }

    /// The arguments in order, pieces joined.
    pub fn arguments(&mut self, arena: &'a Bump) -> Vec<&'a [u8]> {
        self.pieces.sort_by_key(|p| (p.argument, p.part));
        let groups = self.pieces.chunk_by(|a, b| a.argument == b.argument);
        groups.map(|pieces| if let [one] = pieces { one.text } else { concat(pieces, arena) }).collect()
    }
}

fn concat<'a>(pieces: &[Piece<'_>], arena: &'a Bump) -> &'a [u8] {
    arena.alloc_slice_copy(&pieces.iter().map(|p| p.text).collect::<Vec<_>>().concat())
}

/// `a12` is argument 12, `a12[3]` its fourth piece; `argc` and `a12_len` are neither.
pub(crate) fn place(key: &[u8]) -> Option<(u32, u32)> {
    let digits = key.strip_prefix(b"a")?;
    let (argument, part) = match memchr::memchr(b'[', digits) {
        Some(at) => (&digits[..at], digits[at + 1..].strip_suffix(b"]")?),
        None => (digits, &b"0"[..]),
    };
    Some((small(argument)?, small(part)?))
}

fn small(digits: &[u8]) -> Option<u32> {
    let ok = !digits.is_empty() && digits.len() < 8 && digits.iter().all(u8::is_ascii_digit);
    ok.then(|| digits.iter().fold(0, |n, d| n * 10 + u32::from(d - b'0')))
}

/// The arguments of a PROCTITLE's text, which ends at 128 bytes.
pub(crate) fn of_title(title: &[u8]) -> Vec<&[u8]> {
    let title = title.strip_suffix(b"\0").unwrap_or(title);
    title.split(|b| *b == 0).take(MOST).collect()
}

/// One line, each argument quoted as a shell would need it. A title of one argument is a text of its own.
pub(crate) fn command_line<'a>(arguments: &[&'a [u8]], arena: &'a Bump) -> &'a [u8] {
    if let [one] = arguments {
        return one;
    }
    let mut line = Vec::with_capacity(arguments.iter().map(|a| a.len() + 3).sum());
    for (n, argument) in arguments.iter().enumerate() {
        if n > 0 {
            line.push(b' ');
        }
        quote(argument, &mut line);
    }
    arena.alloc_slice_copy(&line)
}

fn quote(argument: &[u8], line: &mut Vec<u8>) {
    if !needs_quotes(argument) {
        line.extend_from_slice(argument);
    } else if !argument.contains(&b'\'') {
        surround(argument, b'\'', line);
    } else if !argument.iter().any(|b| matches!(b, b'"' | b'$' | b'`' | b'\\')) {
        surround(argument, b'"', line);
    } else {
        let escaped: Vec<u8> = argument.split(|b| *b == b'\'').collect::<Vec<_>>().join(&br"'\''"[..]);
        surround(&escaped, b'\'', line);
    }
}

fn surround(text: &[u8], mark: u8, line: &mut Vec<u8>) {
    line.push(mark);
    line.extend_from_slice(text);
    line.push(mark);
}

fn needs_quotes(argument: &[u8]) -> bool {
    let special =
        |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\r' | b'\'' | b'"' | b'\\' | b'$' | b'`' | b';' | b'|' | b'&' | b'<' | b'>' | b'(' | b')' | b'*' | b'?');
    argument.is_empty() || matches!(argument[0], b'#' | b'~') || argument.iter().any(special)
}
