//! How far a file was read, and what makes sure that it is still the same file.

use serde::{Deserialize, Serialize};
use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

/// What a file is by, whatever it is called: device and inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u64, pub u64);

impl FileId {
    #[cfg(unix)]
    pub fn of(metadata: &Metadata, _: &Path) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self(metadata.dev(), metadata.ino())
    }

    /// Where nothing else tells, its name.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata, path: &Path) -> Self {
        let unit = crate::unit_of(path.as_os_str().as_encoded_bytes());
        Self(0, u64::from_le_bytes([unit[0], unit[1], unit[2], unit[3], unit[4], unit[5], unit[6], unit[7]]))
    }

    pub fn key(self) -> String {
        format!("{:x}:{:x}", self.0, self.1)
    }

    pub fn parse(key: &str) -> Option<Self> {
        let (device, inode) = key.split_once(':')?;
        Some(Self(u64::from_str_radix(device, 16).ok()?, u64::from_str_radix(inode, 16).ok()?))
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// What it was called when it was first seen: the name of its stream.
    pub path: String,
    /// Bytes that are delivered.
    pub offset: u64,
    /// Lines that are delivered.
    pub lines: u64,
    /// Within a line that is too long.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub skips: bool,
    /// How many bytes of the beginning are known, and their hash.
    pub head: usize,
    pub print: String,
    /// Of EVTX: what was delivered of each chunk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chunks: Vec<u64>,
    /// Of a document: size and time of what was delivered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<(u64, i64)>,
}

/// Bytes of a beginning that tell files apart.
pub const HEAD: usize = 1024;

impl Position {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_string_lossy().into_owned(), ..Self::default() }
    }

    /// Learns the beginning, as far as it is delivered.
    pub fn learn(&mut self, file: &File) -> io::Result<()> {
        let head = usize::try_from(self.offset).unwrap_or(HEAD).min(HEAD);
        if head > self.head {
            (self.head, self.print) = (head, print(&read_at(file, 0, head)?));
        }
        Ok(())
    }

    /// Whether the file still begins as it did, and has all that was delivered.
    pub fn fits(&self, file: &File, size: u64) -> io::Result<bool> {
        Ok(size >= self.offset && (self.head == 0 || print(&read_at(file, 0, self.head)?) == self.print))
    }
}

fn print(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

/// As many bytes as there are, up to `length`.
pub fn read_at(file: &File, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    use std::io::{Read, Seek, SeekFrom};
    let mut file = file;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
