//! Both framings of RFC 6587, told apart by a connection's first bytes.

use memchr::memchr;

/// What the front of a buffer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Frame {
    /// A message from `from` to `to`; the next begins at `next`.
    Message { from: usize, to: usize, next: usize },
    /// More bytes are needed.
    Partial,
    /// A message that is longer than it may be; what is there of it is dropped, and what follows of it too.
    TooLong,
    /// No frame can be found any more.
    Nonsense,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Unknown,
    Counted,
    Lines,
}

/// Finds the messages of one connection.
#[derive(Debug)]
pub struct Frames {
    framing: Framing,
    longest: usize,
    /// Within a message that is too long: bytes to skip of a counted one.
    skip: usize,
    /// Within a line that is too long.
    skips_line: bool,
}

/// Digits of a count that anybody would mean.
const DIGITS: usize = 9;

impl Frames {
    pub fn new(longest: usize) -> Self {
        Self { framing: Framing::Unknown, longest, skip: 0, skips_line: false }
    }

    pub fn is_counted(&self) -> bool {
        self.framing == Framing::Counted
    }

    /// Bytes at the front that belong to a message that was too long.
    pub fn skipped(&mut self, bytes: &[u8]) -> usize {
        if self.skips_line {
            let end = memchr(b'\n', bytes);
            self.skips_line = end.is_none();
            return end.map_or(bytes.len(), |end| end + 1);
        }
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        skipped
    }

    pub fn next(&mut self, bytes: &[u8]) -> Frame {
        if self.framing == Framing::Unknown {
            let Some(framing) = recognise(bytes) else { return Frame::Partial };
            self.framing = framing;
        }
        if self.framing == Framing::Counted { self.counted(bytes) } else { self.line(bytes) }
    }

    fn counted(&mut self, bytes: &[u8]) -> Frame {
        // Some senders end counted messages with a line break as well.
        let blank = bytes.iter().take_while(|b| matches!(b, b'\n' | b'\r')).count();
        let Some(space) = bytes[blank..].iter().take(DIGITS + 1).position(|b| *b == b' ') else {
            let digits = bytes[blank..].iter().take(DIGITS + 1).all(u8::is_ascii_digit);
            return if digits && bytes.len() - blank <= DIGITS { Frame::Partial } else { Frame::Nonsense };
        };
        let digits = std::str::from_utf8(&bytes[blank..blank + space]).ok().filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()));
        let count = digits.and_then(|digits| digits.parse::<usize>().ok());
        let Some(count) = count else { return Frame::Nonsense };
        let from = blank + space + 1;
        if count > self.longest {
            self.skip = from + count;
            return Frame::TooLong;
        }
        if bytes.len() < from + count { Frame::Partial } else { Frame::Message { from, to: from + count, next: from + count } }
    }

    fn line(&mut self, bytes: &[u8]) -> Frame {
        match memchr(b'\n', bytes) {
            Some(end) if end <= self.longest => Frame::Message { from: 0, to: end, next: end + 1 },
            None if bytes.len() <= self.longest => Frame::Partial,
            _ => {
                self.skips_line = true;
                Frame::TooLong
            }
        }
    }
}

/// A count, a space and `<` begin counted messages; everything else is lines.
fn recognise(bytes: &[u8]) -> Option<Framing> {
    let digits = bytes.iter().take(DIGITS + 1).take_while(|b| b.is_ascii_digit()).count();
    match (digits, bytes.get(digits), bytes.get(digits + 1)) {
        (1..=DIGITS, Some(b' '), Some(b'<')) => Some(Framing::Counted),
        (0..=DIGITS, None, _) | (1..=DIGITS, Some(b' '), None) => None,
        _ => Some(Framing::Lines),
    }
}
