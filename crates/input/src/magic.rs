//! What a file is packed with, told by its first bytes and never by its name.

use crate::decode::Codec;
use crate::problem::Reason;
use crate::tar_header;

/// Bytes of a file's beginning that [`recognise`] wants to see: one tar header.
pub(crate) const HEAD: usize = tar_header::BLOCK;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A log, as far as this crate is concerned.
    Plain,
    Packed(Codec),
    Zip,
    Tar,
    /// Packed in a way that is known, but not read.
    Foreign(&'static str),
}

impl Kind {
    /// Why this kind is not read where only a plain log is.
    pub(crate) fn refused(self) -> Reason {
        match self {
            Self::Foreign(what) => Reason::Unsupported { what: what.to_owned() },
            Self::Zip => Reason::Nested { what: "a zip archive" },
            Self::Tar => Reason::Nested { what: "a tar archive" },
            Self::Packed(codec) => Reason::Nested { what: codec.name() },
            Self::Plain => Reason::Nested { what: "a plain file" },
        }
    }
}

pub(crate) fn recognise(head: &[u8]) -> Kind {
    let by_magic = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)).map(|&(_, kind)| kind);
    by_magic.or_else(|| bzip2(head)).or_else(|| skippable(head)).or_else(|| tar_header::is_header(head).then_some(Kind::Tar)).unwrap_or(Kind::Plain)
}

const MAGIC: [(&[u8], Kind); 12] = [
    (b"\x1F\x8B\x08", Kind::Packed(Codec::Gz)),
    (b"\xFD7zXZ\0", Kind::Packed(Codec::Xz)),
    (b"\x28\xB5\x2F\xFD", Kind::Packed(Codec::Zst)),
    (b"PK\x03\x04", Kind::Zip),
    (b"PK\x05\x06", Kind::Zip),
    (b"PK\x07\x08", Kind::Zip),
    (b"7z\xBC\xAF\x27\x1C", Kind::Foreign("a 7z archive")),
    (b"Rar!\x1A\x07", Kind::Foreign("a rar archive")),
    (b"\x04\x22\x4D\x18", Kind::Foreign("lz4")),
    (b"\x1F\x9D", Kind::Foreign("compress (.Z)")),
    (b"LZIP\x01", Kind::Foreign("lzip")),
    (b"\x5D\0\0\x80\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", Kind::Foreign("lzma")),
];

/// `BZh`, a level, and the magic of a block or of an empty stream's end: text may well begin with `BZh9`.
fn bzip2(head: &[u8]) -> Option<Kind> {
    let rest = head.strip_prefix(b"BZh")?;
    let block = rest.get(1..7)?;
    let known = block == b"\x31\x41\x59\x26\x53\x59" || block == b"\x17\x72\x45\x38\x50\x90";
    (matches!(rest[0], b'1'..=b'9') && known).then_some(Kind::Packed(Codec::Bz2))
}

/// A zstd file may begin with a skippable frame (pzstd writes its index there).
fn skippable(head: &[u8]) -> Option<Kind> {
    (head.len() >= 8 && head[0] & 0xF0 == 0x50 && head[1..4] == *b"\x2A\x4D\x18").then_some(Kind::Packed(Codec::Zst))
}
