//! UTF-16, as Windows exports it, turned into UTF-8 while it is read.

use std::io::{self, Read};

/// Wrong surrogates and a half unit at the end become U+FFFD.
pub(crate) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    raw: Vec<u8>,
    text: String,
    at: usize,
}

impl<R: Read> Utf16<R> {
    /// `inner` begins after the byte order mark.
    pub(crate) fn new(inner: R, big_endian: bool) -> Self {
        Self { inner, big_endian, raw: Vec::new(), text: String::new(), at: 0 }
    }

    /// Reads some and turns it to text; false at the end.
    fn refill(&mut self) -> io::Result<bool> {
        let kept = self.raw.len();
        self.raw.resize(kept + CHUNK, 0);
        let read = self.inner.read(&mut self.raw[kept..]);
        self.raw.truncate(kept + read.as_ref().map_or(0, |n| *n));
        let more = read? > 0;
        (self.at, self.text) = (0, String::with_capacity(CHUNK));
        let used = self.whole(more);
        let units = self.raw[..used].chunks_exact(2).map(|pair| unit(pair, self.big_endian));
        self.text.extend(char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)));
        self.raw.drain(..used);
        if !more && !self.raw.is_empty() {
            self.raw.clear();
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        Ok(more)
    }

    /// Bytes of `raw` in whole units, less a first surrogate whose second is still to come.
    fn whole(&self, more: bool) -> usize {
        let used = self.raw.len() & !1;
        let last = used.checked_sub(2).map(|at| unit(&self.raw[at..used], self.big_endian));
        if more && last.is_some_and(|unit| (0xD800..0xDC00).contains(&unit)) { used - 2 } else { used }
    }
}

const CHUNK: usize = 64 << 10;

fn unit(pair: &[u8], big_endian: bool) -> u16 {
    let pair = [pair[0], pair[1]];
    if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() {
            if !self.refill()? && self.text.is_empty() {
                return Ok(0);
            }
        }
        let n = buf.len().min(self.text.len() - self.at);
        buf[..n].copy_from_slice(&self.text.as_bytes()[self.at..][..n]);
        self.at += n;
        Ok(n)
    }
}
