//! The members of a tar, read one after another from a stream that cannot go back.

use crate::decode::{Reader, Source};
use crate::expand::label;
use crate::open::{Part, finish};
use crate::options::Options;
use crate::problem::{Problem, Reason};
use crate::stream::Stream;
use crate::tar_header::{BLOCK, Header, Type, text};
use std::io::{self, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Each member is readable until the next is asked for.
pub(crate) struct Members {
    name: String,
    options: Options,
    shared: Arc<Mutex<Archive>>,
    source: Source,
}

impl Members {
    pub(crate) fn new(name: String, source: Source, options: &Options) -> Self {
        let below = source.with(io::empty());
        let archive = Archive { reader: source.reader, left: 0, padding: 0, serial: 0, ended: false };
        Self { name, options: *options, shared: Arc::new(Mutex::new(archive)), source: below }
    }

    fn stream(&self, header: &Header, serial: u64) -> Result<Stream, Problem> {
        let name = format!("{}/{}", self.name, label(&header.name));
        match header.kind {
            Type::File => {
                let source = self.source.with(Member { shared: Arc::clone(&self.shared), serial });
                finish(Part { name, modified: header.modified, size: Some(header.size), source }, &self.options)
            }
            Type::Sparse => Err(Problem::new(name, Reason::Unsupported { what: "a sparse file in a tar".to_owned() })),
            _ => Err(Problem::new(name, Reason::Special)),
        }
    }
}

impl Iterator for Members {
    type Item = Result<Stream, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        let (header, serial) = {
            let mut archive = lock(&self.shared);
            (archive.next_member().transpose()?, archive.serial)
        };
        Some(match header {
            Ok(header) => self.stream(&header, serial),
            Err(error) => Err(Problem::new(&self.name, Reason::of_decoder("tar", 0, &error))),
        })
    }
}

/// A name or settings longer than this are damage.
const MAX_EXTENSION: u64 = 1 << 20;

struct Archive {
    reader: Reader,
    /// Bytes of the current member not read yet, and of the padding after it.
    left: u64,
    padding: u64,
    /// Which member is current.
    serial: u64,
    ended: bool,
}

impl Archive {
    /// The next member that is not a folder.
    fn next_member(&mut self) -> io::Result<Option<Header>> {
        self.serial += 1;
        let mut next = Ok(None);
        while !self.ended {
            next = self.described();
            match &next {
                Ok(Some(header)) if header.kind == Type::Folder => {}
                Ok(Some(_)) => break,
                _ => self.ended = true,
            }
        }
        next
    }

    /// The next member, with the extensions before it applied.
    fn described(&mut self) -> io::Result<Option<Header>> {
        let (mut long_name, mut pax) = (None, None);
        while let Some(mut header) = self.header()? {
            match header.kind {
                Type::Skipped => {}
                Type::LongName => long_name = Some(text(&self.extension()?)),
                Type::Pax => pax = Some(self.extension()?),
                _ => {
                    header.name = long_name.unwrap_or(header.name);
                    header.apply_pax(&pax.unwrap_or_default());
                    self.place(header.stored());
                    return Ok(Some(header));
                }
            }
        }
        Ok(None)
    }

    /// The next header block; none at the end.
    fn header(&mut self) -> io::Result<Option<Header>> {
        self.skip()?;
        let mut block = Vec::with_capacity(BLOCK);
        (&mut self.reader).take(BLOCK as u64).read_to_end(&mut block)?;
        if block.iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        let block = block.first_chunk().ok_or(io::ErrorKind::UnexpectedEof)?;
        let header = Header::parse(block).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no header where one belongs"))?;
        self.place(header.stored());
        Ok(Some(header))
    }

    fn place(&mut self, size: u64) {
        self.left = size;
        self.padding = size.wrapping_neg() % BLOCK as u64;
    }

    fn skip(&mut self) -> io::Result<()> {
        let all = self.left.saturating_add(self.padding);
        (self.left, self.padding) = (0, 0);
        let skipped = io::copy(&mut (&mut self.reader).take(all), &mut io::sink())?;
        if skipped < all { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    fn extension(&mut self) -> io::Result<Vec<u8>> {
        if self.left > MAX_EXTENSION {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a name of more than a megabyte"));
        }
        let mut bytes = Vec::new();
        self.left -= (&mut self.reader).take(self.left).read_to_end(&mut bytes)? as u64;
        Ok(bytes)
    }

    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let want = buf.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.reader.read(&mut buf[..want]).and_then(|n| match n {
            0 if want > 0 => Err(Reason::Truncated { format: "tar" }.into()),
            n => Ok(n),
        });
        match &read {
            Ok(n) => self.left -= *n as u64,
            Err(error) => self.ended |= error.kind() != io::ErrorKind::Interrupted,
        }
        read
    }
}

struct Member {
    shared: Arc<Mutex<Archive>>,
    serial: u64,
}

impl Read for Member {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut archive = lock(&self.shared);
        if archive.serial == self.serial { archive.read(buf) } else { Err(Reason::Stale.into()) }
    }
}

fn lock(shared: &Mutex<Archive>) -> MutexGuard<'_, Archive> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
