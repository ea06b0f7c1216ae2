//! Decompression of any known kind, with the bounds that stop a bomb.

use crate::options::Options;
use crate::problem::Reason;
use crate::pump::{Bunzip, Inflate, Pump, Unxz};
use crate::zst::Unzst;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) type Reader = Box<dyn Read + Send>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Gz,
    Bz2,
    Xz,
    Zst,
    /// Deflate without gzip's header, as in a zip.
    Deflate,
}

impl Codec {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gz => "gzip",
            Self::Bz2 => "bzip2",
            Self::Xz => "xz",
            Self::Zst => "zstd",
            Self::Deflate => "zip",
        }
    }

    /// Bytes of memory its decoder may ask for.
    fn memory(self) -> u64 {
        if self == Self::Xz { 256 << 20 } else { 128 << 20 }
    }
}

/// A reader, and how many bytes were taken from the file at the bottom of it.
pub(crate) struct Source {
    pub(crate) reader: Reader,
    pub(crate) taken: Arc<AtomicU64>,
}

impl Source {
    /// Counts what is read of `reader`.
    pub(crate) fn counted(reader: impl Read + Send + 'static) -> Self {
        let taken = Arc::new(AtomicU64::new(0));
        Self { reader: Box::new(Tap { inner: reader, taken: Arc::clone(&taken) }), taken }
    }

    /// The same counter under another reader.
    pub(crate) fn with(&self, reader: impl Read + Send + 'static) -> Self {
        Self { reader: Box::new(reader), taken: Arc::clone(&self.taken) }
    }

    pub(crate) fn map<R: Read + Send + 'static>(self, wrap: impl FnOnce(Reader) -> R) -> Self {
        Self { reader: Box::new(wrap(self.reader)), taken: self.taken }
    }

    /// The bytes behind `codec`.
    pub(crate) fn decode(self, codec: Codec, options: &Options) -> Self {
        let started = self.taken.load(Ordering::Relaxed).saturating_sub(BUFFER as u64);
        let packed = BufReader::with_capacity(BUFFER, self.reader);
        let inner: Reader = match codec {
            Codec::Gz => Box::new(Pump::new(packed, Inflate::gzip())),
            Codec::Deflate => Box::new(Pump::new(packed, Inflate::bare())),
            Codec::Bz2 => Box::new(Pump::new(packed, Bunzip::new())),
            Codec::Xz => Box::new(Pump::new(packed, Unxz::new(codec.memory()))),
            Codec::Zst => Box::new(Unzst::new(packed, codec.memory())),
        };
        let taken = Arc::clone(&self.taken);
        Self { reader: Box::new(Guard { inner, codec, taken, started, given: 0, options: *options }), taken: self.taken }
    }
}

const BUFFER: usize = 64 << 10;

/// Decompressed bytes that are free of the ratio.
const FREE: u64 = 64 << 20;

struct Tap<R> {
    inner: R,
    taken: Arc<AtomicU64>,
}

impl<R: Read> Read for Tap<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.inner.read(buf) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Ok(n) => {
                    self.taken.fetch_add(n as u64, Ordering::Relaxed);
                    return Ok(n);
                }
                error => return error,
            }
        }
    }
}

/// Stops a bomb, and says in the house's terms what a decoder has met.
struct Guard {
    inner: Reader,
    codec: Codec,
    taken: Arc<AtomicU64>,
    /// `taken` when this decoder began (less what may have been read ahead).
    started: u64,
    given: u64,
    options: Options,
}

impl Guard {
    fn check(&self) -> Result<(), Reason> {
        let (given, taken) = (self.given, self.taken.load(Ordering::Relaxed) - self.started);
        let (limit, format) = (self.options.max_ratio, self.codec.name());
        if given > FREE && given > taken.saturating_mul(limit) {
            return Err(Reason::Ratio { format, taken, given, limit });
        }
        let limit = self.options.max_decompressed;
        (given <= limit).then_some(()).ok_or(Reason::TooBig { limit })
    }
}

impl Read for Guard {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        let read = self.inner.read(buf);
        let n = read.map_err(|error| Reason::of_decoder(self.codec.name(), self.codec.memory(), &error))?;
        self.given += n as u64;
        Ok(n)
    }
}
