//! What can go wrong with an input, as data: a stable code, where, what, and what to do.

use std::error::Error;
use std::io;

/// One input (or a part of it) that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {reason}")]
pub struct Problem {
    /// The file or archive member, as the user would write it.
    pub name: String,
    pub reason: Reason,
}

impl Problem {
    pub fn new(name: impl Into<String>, reason: Reason) -> Self {
        Self { name: name.into(), reason }
    }

    /// Stable, `input/what`: `input/truncated`.
    pub fn code(&self) -> &'static str {
        self.reason.code()
    }
}

/// Why, and what to do about it. Sizes are bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    #[error("no such file or folder; check the path")]
    Missing,
    #[error("the file was gone when its turn came; it was probably rotated, run again to read its successor")]
    Vanished,
    #[error("permission denied; run as a user who may read it")]
    Denied,
    #[error("a symbolic link, not followed; name it itself, or ask for links to be followed")]
    Symlink,
    #[error("not a regular file, skipped: in folders and archives only regular files are read; a fifo or device is read when named itself")]
    Special,
    #[error("the {format} data ends too early; what came before was read, fetch the file again for the rest")]
    Truncated { format: &'static str },
    #[error("the {format} data is damaged ({detail}); what came before was read, fetch the file again for the rest")]
    Corrupt { format: &'static str, detail: String },
    #[error(
        "stopped: {taken} bytes of {format} grew to more than {given} bytes, over {limit} to 1, as a decompression bomb does; raise the ratio limit if you trust it"
    )]
    Ratio { format: &'static str, taken: u64, given: u64, limit: u64 },
    #[error("stopped after {limit} decompressed bytes; raise the limit, or split the file")]
    TooBig { limit: u64 },
    #[error("longer than {limit} bytes, the most this format is read whole; split the file")]
    TooLong { limit: u64 },
    #[error("the {format} data asks for more than {limit} bytes of memory; pack it again with a smaller window")]
    Memory { format: &'static str, limit: u64 },
    #[error("encrypted; decrypt it first")]
    Encrypted,
    #[error("{what} is not supported; unpack it first")]
    Unsupported { what: String },
    #[error("{what} inside another packed file or archive is not opened; unpack the outer one first")]
    Nested { what: &'static str },
    #[error("the archive lists more members than fit in memory; unpack it and name the folder")]
    TooManyMembers,
    #[error("read out of turn: a member of a tar is readable until the next one is asked for")]
    Stale,
    #[error("{detail}")]
    Io { detail: String },
}

impl Reason {
    /// Stable, `input/what`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing => "input/missing",
            Self::Vanished => "input/vanished",
            Self::Denied => "input/denied",
            Self::Symlink => "input/symlink",
            Self::Special => "input/special",
            Self::Truncated { .. } => "input/truncated",
            Self::Corrupt { .. } => "input/corrupt",
            Self::Ratio { .. } => "input/ratio",
            Self::TooBig { .. } => "input/too-big",
            Self::TooLong { .. } => "input/too-long",
            Self::Memory { .. } => "input/memory",
            Self::Encrypted => "input/encrypted",
            Self::Unsupported { .. } => "input/unsupported",
            Self::Nested { .. } => "input/nested",
            Self::TooManyMembers => "input/too-many-members",
            Self::Stale => "input/stale",
            Self::Io { .. } => "input/io",
        }
    }

    /// The reason an error carries, or the one its kind tells.
    pub(crate) fn of(error: &io::Error) -> Self {
        carried(error).unwrap_or_else(|| match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::Denied,
            _ => Self::Io { detail: error.to_string() },
        })
    }

    /// The same for an error out of a decoder of `format`, where an early end or nonsense is the data's fault.
    pub(crate) fn of_decoder(format: &'static str, limit: u64, error: &io::Error) -> Self {
        let io = innermost(error);
        carried(error).unwrap_or_else(|| match io.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated { format },
            io::ErrorKind::OutOfMemory => Self::Memory { format, limit },
            _ if io.raw_os_error().is_some() => Self::of(io),
            _ => Self::Corrupt { format, detail: error.to_string() },
        })
    }
}

impl From<Reason> for io::Error {
    fn from(reason: Reason) -> Self {
        Self::other(reason)
    }
}

fn carried(error: &io::Error) -> Option<Reason> {
    chain(error).find_map(|error| error.downcast_ref().cloned())
}

/// The last I/O error in the chain: decoders wrap the one of their source.
fn innermost(error: &io::Error) -> &io::Error {
    chain(error).filter_map(|error| error.downcast_ref()).last().unwrap_or(error)
}

fn chain(error: &io::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    std::iter::successors(Some(error as &(dyn Error + 'static)), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}
