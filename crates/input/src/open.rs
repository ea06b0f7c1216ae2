//! From a file to its streams: plain, packed, or the members of an archive.

use crate::decode::{Codec, Reader, Source};
use crate::expand::InputFile;
use crate::magic::{HEAD, Kind, recognise};
use crate::options::Options;
use crate::peek::Peek;
use crate::problem::{Problem, Reason};
use crate::stream::Stream;
use crate::{tar, zip};
use rawzip::{FileReader, RangeReader};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// The streams of one file, in its order. A member of a tar must be read before the next is asked for.
pub struct Streams(Inner);

enum Inner {
    One(Option<Box<Stream>>),
    Zip(zip::Members),
    Tar(tar::Members),
}

impl Iterator for Streams {
    type Item = Result<Stream, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match &mut self.0 {
            Inner::One(stream) => stream.take().map(|stream| Ok(*stream)),
            Inner::Zip(members) => members.next(),
            Inner::Tar(members) => members.next(),
        }
    }
}

/// Opens a file and recognises by its content what it is packed with.
///
/// A zip, or a tar however packed, gives a stream for each member; a member that is itself gz, bz2, xz or zst is
/// unpacked too, anything deeper is a problem.
pub fn open(file: &InputFile, options: &Options) -> Result<Streams, Problem> {
    let opened = Opened::of(file).map_err(|reason| Problem::new(&file.name, reason))?;
    let name = file.name.clone();
    let source = Source::counted(opened.reader);
    let mut peek = Peek::new(source.reader);
    let head = peek.look(HEAD);
    let (kind, packed_at) = (recognise(head), gzip_time(head));
    match kind {
        Kind::Plain => {
            let mut stream = Stream::peeked(name, peek, opened.modified, opened.size);
            stream.plain_file = opened.plain_file;
            Ok(one(stream))
        }
        Kind::Zip => {
            let (disk, length) = match opened.disk {
                Some(disk) => disk,
                None => spool(peek, options).map_err(|error| Problem::new(&name, Reason::of(&error)))?,
            };
            Ok(Streams(Inner::Zip(zip::Members::new(name, disk, length, options)?)))
        }
        Kind::Tar => Ok(tar_streams(name, Source { reader: Box::new(peek), taken: source.taken }, options)),
        Kind::Packed(codec) => {
            let source = Source { reader: Box::new(peek), taken: source.taken };
            unpack(name, source, codec, packed_at.or(opened.modified), options)
        }
        Kind::Foreign(_) => Err(Problem::new(name, kind.refused())),
    }
}

/// A member of an archive on its way to be a stream.
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) modified: Option<i64>,
    pub(crate) size: Option<u64>,
    pub(crate) source: Source,
}

/// The stream of a member, unpacked once where it is packed itself.
pub(crate) fn finish(part: Part, options: &Options) -> Result<Stream, Problem> {
    let (mut peek, mut size) = (Peek::new(part.source.reader), part.size);
    let mut kind = recognise(peek.look(HEAD));
    if let Kind::Packed(codec) = kind {
        let source = Source { reader: Box::new(peek), taken: part.source.taken };
        (peek, size) = (Peek::new(source.decode(codec, options).reader), None);
        kind = recognise(peek.look(HEAD));
    }
    match kind {
        Kind::Plain => Ok(Stream::peeked(part.name, peek, part.modified, size)),
        kind => Err(Problem::new(part.name, kind.refused())),
    }
}

fn unpack(name: String, source: Source, codec: Codec, modified: Option<i64>, options: &Options) -> Result<Streams, Problem> {
    let source = source.decode(codec, options);
    let mut peek = Peek::new(source.reader);
    match recognise(peek.look(HEAD)) {
        Kind::Plain => Ok(one(Stream::peeked(name, peek, modified, None))),
        Kind::Tar => Ok(tar_streams(name, Source { reader: Box::new(peek), taken: source.taken }, options)),
        kind => Err(Problem::new(name, kind.refused())),
    }
}

fn one(stream: Stream) -> Streams {
    Streams(Inner::One(Some(Box::new(stream))))
}

fn tar_streams(name: String, source: Source, options: &Options) -> Streams {
    Streams(Inner::Tar(tar::Members::new(name, source, options)))
}

/// A file just opened.
struct Opened {
    reader: Reader,
    /// Where it is a regular file: it and its length.
    disk: Option<(Arc<FileReader>, u64)>,
    plain_file: Option<File>,
    modified: Option<i64>,
    size: Option<u64>,
}

impl Opened {
    fn of(input: &InputFile) -> Result<Self, Reason> {
        let Some(path) = &input.path else {
            return Ok(Self::pipe(io::stdin()));
        };
        let file = File::open(path).map_err(|error| match Reason::of(&error) {
            Reason::Missing => Reason::Vanished,
            reason => reason,
        })?;
        let about = file.metadata().map_err(|error| Reason::of(&error))?;
        Self::file(file, &about).map_err(|error| Reason::of(&error))
    }

    fn pipe(reader: impl Read + Send + 'static) -> Self {
        Self { reader: Box::new(reader), disk: None, plain_file: None, modified: None, size: None }
    }

    fn file(file: File, about: &Metadata) -> io::Result<Self> {
        if about.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if !about.is_file() {
            return Ok(Self::pipe(file));
        }
        let plain_file = Some(file.try_clone()?);
        let disk = Arc::new(FileReader::from(file));
        let reader = Box::new(RangeReader::new(Arc::clone(&disk), 0..u64::MAX));
        let modified = about.modified().ok().and_then(unix_seconds);
        Ok(Self { reader, disk: Some((disk, about.len())), plain_file, modified, size: Some(about.len()) })
    }
}

/// A zip's listing stands at its end: one that comes through a pipe is kept in an unnamed temporary file.
fn spool(reader: impl Read, options: &Options) -> io::Result<(Arc<FileReader>, u64)> {
    let mut file = tempfile::tempfile()?;
    let limit = options.max_decompressed;
    let length = io::copy(&mut reader.take(limit.saturating_add(1)), &mut file)?;
    if length > limit { Err(Reason::TooBig { limit }.into()) } else { Ok((Arc::new(FileReader::from(file)), length)) }
}

fn unix_seconds(time: SystemTime) -> Option<i64> {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    }
}

/// When a gzip file's content was last written, as its header tells: it outlives copying.
fn gzip_time(head: &[u8]) -> Option<i64> {
    let seconds = head.strip_prefix(b"\x1F\x8B\x08")?.get(1..5)?.first_chunk()?;
    Some(i64::from(u32::from_le_bytes(*seconds))).filter(|&seconds| seconds > 0)
}
