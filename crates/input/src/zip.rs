//! The members of a zip, each with a reader of its own.

use crate::decode::{Codec, Source};
use crate::expand::label;
use crate::open::{Part, finish};
use crate::options::Options;
use crate::problem::{Problem, Reason};
use crate::stream::Stream;
use rawzip::time::{UtcDateTime, ZipDateTimeKind};
use rawzip::{
    CompressionMethod, Crc32, FileReader, MAX_CENTRAL_DIRECTORY_RECORD_SIZE, RangeReader, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord,
    ZipLocator, ZipVerification,
};
use std::io::{self, Read};
use std::sync::Arc;

pub(crate) struct Members {
    name: String,
    options: Options,
    archive: ZipArchive<Arc<FileReader>>,
    listed: std::vec::IntoIter<Listed>,
    /// What ended the listing early.
    damage: Option<Reason>,
}

impl Members {
    /// `length`: bytes of `file`.
    pub(crate) fn new(name: String, file: Arc<FileReader>, length: u64, options: &Options) -> Result<Self, Problem> {
        let mut buffer = vec![0; MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
        let archive = ZipLocator::new().locate_in_reader(file, &mut buffer, length);
        let archive = archive.map_err(|(_, error)| Problem::new(&name, damage(error)))?;
        let mut listed = Vec::new();
        let damage = list(&archive, &mut buffer, &mut listed).err();
        Ok(Self { name, options: *options, archive, listed: listed.into_iter(), damage })
    }

    fn stream(&self, member: &Listed) -> Result<Stream, Problem> {
        let name = format!("{}/{}", self.name, label(&member.name));
        match self.source(member) {
            Ok(source) => {
                let size = Some(member.place.uncompressed_size_hint());
                finish(Part { name, modified: member.modified, size, source }, &self.options)
            }
            Err(reason) => Err(Problem::new(name, reason)),
        }
    }

    fn source(&self, member: &Listed) -> Result<Source, Reason> {
        if let Some(reason) = &member.refused {
            return Err(reason.clone());
        }
        let entry = self.archive.get_entry(member.place).map_err(damage)?;
        let (start, end) = entry.compressed_data_range();
        let packed = Source::counted(RangeReader::new(Arc::clone(self.archive.get_ref()), start..end));
        let plain = match codec(member.method)? {
            None => packed,
            Some(codec) => packed.decode(codec, &self.options),
        };
        let told = ZipVerification { crc: member.crc, uncompressed_size: member.place.uncompressed_size_hint() };
        Ok(plain.map(|reader| Verified { reader, crc: Crc32::new(), size: 0, told }))
    }
}

impl Iterator for Members {
    type Item = Result<Stream, Problem>;

    fn next(&mut self) -> Option<Self::Item> {
        match self.listed.next() {
            Some(member) => Some(self.stream(&member)),
            None => self.damage.take().map(|reason| Err(Problem::new(&self.name, reason))),
        }
    }
}

struct Listed {
    name: String,
    place: ZipArchiveEntryWayfinder,
    method: CompressionMethod,
    crc: u32,
    modified: Option<i64>,
    refused: Option<Reason>,
}

/// Bytes of memory a listing may take.
const MAX_LISTING: usize = 256 << 20;

fn list(archive: &ZipArchive<Arc<FileReader>>, buffer: &mut [u8], listed: &mut Vec<Listed>) -> Result<(), Reason> {
    let mut entries = archive.entries(buffer);
    let mut room = MAX_LISTING;
    while let Some(entry) = entries.next_entry().map_err(damage)? {
        room = room.checked_sub(size_of::<Listed>() + entry.file_path().len()).ok_or(Reason::TooManyMembers)?;
        if !entry.is_dir() {
            listed.push(Listed::of(&entry));
        }
    }
    Ok(())
}

impl Listed {
    fn of(entry: &ZipFileHeaderRecord<'_>) -> Self {
        let refused = match () {
            () if entry.flags().is_encrypted() => Some(Reason::Encrypted),
            () if entry.mode().is_symlink() => Some(Reason::Special),
            () => None,
        };
        Self {
            name: String::from_utf8_lossy(entry.file_path().as_bytes()).into_owned(),
            place: entry.wayfinder(),
            method: entry.compression_method(),
            crc: entry.crc32(),
            modified: modified(&entry.last_modified()),
            refused,
        }
    }
}

/// DOS times name no zone and are taken as UTC; the first of 1980 stands for none.
fn modified(time: &ZipDateTimeKind) -> Option<i64> {
    match time {
        ZipDateTimeKind::Utc(time) => Some(time.to_unix()),
        ZipDateTimeKind::Local(t) if (t.year(), t.month(), t.day()) == (1980, 1, 1) => None,
        ZipDateTimeKind::Local(t) => UtcDateTime::from_components(t.year(), t.month(), t.day(), t.hour(), t.minute(), t.second(), 0).map(|time| time.to_unix()),
    }
}

fn codec(method: CompressionMethod) -> Result<Option<Codec>, Reason> {
    match method {
        CompressionMethod::STORE => Ok(None),
        CompressionMethod::DEFLATE => Ok(Some(Codec::Deflate)),
        CompressionMethod::BZIP2 => Ok(Some(Codec::Bz2)),
        CompressionMethod::ZSTD | CompressionMethod::ZSTD_DEPRECATED => Ok(Some(Codec::Zst)),
        CompressionMethod::XZ => Ok(Some(Codec::Xz)),
        CompressionMethod::AES => Err(Reason::Encrypted),
        other => Err(Reason::Unsupported { what: format!("zip's method {other}") }),
    }
}

fn damage(error: rawzip::Error) -> Reason {
    let detail = error.to_string();
    match error.into_kind() {
        // A place no file can have is refused by the operating system as an invalid argument.
        rawzip::ErrorKind::IO(error) if error.kind() != io::ErrorKind::InvalidInput => Reason::of(&error),
        rawzip::ErrorKind::Eof | rawzip::ErrorKind::MissingEndOfCentralDirectory => Reason::Truncated { format: "zip" },
        _ => Reason::Corrupt { format: "zip", detail },
    }
}

/// Checks length and checksum once all was given.
struct Verified<R> {
    reader: R,
    crc: Crc32,
    size: u64,
    told: ZipVerification,
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buf)?;
        self.crc.update(&buf[..n]);
        self.size += n as u64;
        if n == 0 && !buf.is_empty() {
            let found = ZipVerification { crc: self.crc.checksum(), uncompressed_size: self.size };
            self.told.valid(found).map_err(damage)?;
        }
        Ok(n)
    }
}
