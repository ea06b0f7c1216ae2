//! A reader whose beginning can be looked at without taking it.

use std::io::{self, Read};

/// Bytes looked at are kept and read again; an error met while looking is told in its turn.
pub(crate) struct Peek<R> {
    inner: R,
    held: Vec<u8>,
    at: usize,
    failed: Option<io::Error>,
}

impl<R: Read> Peek<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self { inner, held: Vec::new(), at: 0, failed: None }
    }

    /// The next `n` bytes; fewer where the input ends or fails.
    pub(crate) fn look(&mut self, n: usize) -> &[u8] {
        self.held.drain(..self.at);
        self.at = 0;
        let mut have = self.held.len();
        self.held.resize(have.max(n), 0);
        while have < n && self.failed.is_none() {
            match self.inner.read(&mut self.held[have..]) {
                Ok(0) => break,
                Ok(read) => have += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.failed = Some(error),
            }
        }
        self.held.truncate(have);
        &self.held[..n.min(have)]
    }

    /// Drops `n` bytes that were looked at.
    pub(crate) fn skip(&mut self, n: usize) {
        self.at = (self.at + n).min(self.held.len());
    }
}

impl<R: Read> Read for Peek<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at < self.held.len() {
            let n = buf.len().min(self.held.len() - self.at);
            buf[..n].copy_from_slice(&self.held[self.at..][..n]);
            self.at += n;
            return Ok(n);
        }
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.inner.read(buf),
        }
    }
}
