//! Reading through a decoder that is stepped by hand, so that every byte decoded before damage comes out.

use flate2::FlushDecompress;
use lzma_rust2::{Action, XzStream};
use std::io::{self, BufRead, Read};

/// A decoder fed from slices.
pub(crate) trait Engine: Send {
    /// Decodes some of `input` (empty: there is no more) into `output`; true at the end of a member.
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<bool>;
    /// Bytes taken and given so far, right after an error too.
    fn totals(&self) -> (u64, u64);
    /// Begins another member, if one may begin with `first`.
    fn again(&mut self, first: u8) -> bool;
}

pub(crate) struct Pump<R, E> {
    source: R,
    engine: E,
    failed: Option<io::Error>,
    ended: bool,
}

impl<R: BufRead, E: Engine> Pump<R, E> {
    pub(crate) fn new(source: R, engine: E) -> Self {
        Self { source, engine, failed: None, ended: false }
    }

    /// One step; bytes written.
    fn step(&mut self, output: &mut [u8]) -> io::Result<usize> {
        let input = self.source.fill_buf()?;
        let last = input.is_empty();
        let before = self.engine.totals();
        let end = self.engine.step(input, output);
        let after = self.engine.totals();
        let (taken, given) = ((after.0 - before.0) as usize, (after.1 - before.1) as usize);
        self.source.consume(taken);
        let end = match end {
            Ok(true) => self.next_member(),
            Ok(false) if taken + given == 0 && last => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(false) if taken + given == 0 => Err(io::Error::new(io::ErrorKind::InvalidData, "the decoder is stuck")),
            Ok(false) => Ok(()),
            Err(error) => Err(error),
        };
        self.failed = end.err();
        Ok(given)
    }

    /// Goes on with the member after this one, over the zeros a tape or a block device pads with.
    fn next_member(&mut self) -> io::Result<()> {
        loop {
            let input = self.source.fill_buf()?;
            match input.first() {
                None => self.ended = true,
                Some(0) => {
                    let zeros = input.iter().take_while(|&&byte| byte == 0).count();
                    self.source.consume(zeros);
                    continue;
                }
                Some(&first) if self.engine.again(first) => {}
                Some(_) => return Err(io::Error::new(io::ErrorKind::InvalidData, "other bytes after its end")),
            }
            return Ok(());
        }
    }
}

impl<R: BufRead, E: Engine> Read for Pump<R, E> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(error) = self.failed.take() {
                self.ended = true;
                return Err(error);
            }
            if self.ended || output.is_empty() {
                return Ok(0);
            }
            let given = self.step(output)?;
            if given > 0 {
                return Ok(given);
            }
        }
    }
}

/// Deflate, bare as in a zip or as members of a gzip file.
pub(crate) struct Inflate {
    state: flate2::Decompress,
    gzip: bool,
}

impl Inflate {
    pub(crate) fn gzip() -> Self {
        Self { state: flate2::Decompress::new_gzip(15), gzip: true }
    }

    pub(crate) fn bare() -> Self {
        Self { state: flate2::Decompress::new(false), gzip: false }
    }
}

impl Engine for Inflate {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<bool> {
        Ok(self.state.decompress(input, output, FlushDecompress::None)? == flate2::Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.state.total_in(), self.state.total_out())
    }

    fn again(&mut self, first: u8) -> bool {
        let more = self.gzip && first == 0x1F;
        if more {
            self.state.reset(true);
        }
        more
    }
}

pub(crate) struct Bunzip(bzip2::Decompress);

impl Bunzip {
    pub(crate) fn new() -> Self {
        Self(bzip2::Decompress::new(false))
    }
}

impl Engine for Bunzip {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<bool> {
        Ok(self.0.decompress(input, output)? == bzip2::Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.0.total_in(), self.0.total_out())
    }

    fn again(&mut self, first: u8) -> bool {
        let more = first == b'B';
        if more {
            *self = Self::new();
        }
        more
    }
}

/// Streams that follow one another are this decoder's own business.
pub(crate) struct Unxz(XzStream);

impl Unxz {
    /// `memory` in bytes.
    pub(crate) fn new(memory: u64) -> Self {
        Self(XzStream::new_mem_limit(true, (memory >> 10) as u32))
    }
}

impl Engine for Unxz {
    fn step(&mut self, input: &[u8], output: &mut [u8]) -> io::Result<bool> {
        let action = if input.is_empty() { Action::Finish } else { Action::Run };
        Ok(self.0.process(input, output, action)?.status == lzma_rust2::Status::StreamEnd)
    }

    fn totals(&self) -> (u64, u64) {
        (self.0.total_in(), self.0.total_out())
    }

    fn again(&mut self, _first: u8) -> bool {
        false
    }
}
