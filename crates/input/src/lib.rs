//! From what a user names (files, folders, `-`; plain, packed, archived) to readable logs, in bounded memory.
//!
//! [`expand`] lists the files, [`open`] gives each file's streams, [`BlockReader`] cuts a stream into blocks of
//! whole lines for parallel consumers. Nothing is ever extracted to disk under a name from an archive.

mod blocks;
mod bounded;
mod decode;
mod expand;
mod magic;
mod open;
mod options;
mod peek;
mod problem;
mod pump;
mod stream;
mod tar;
mod tar_header;
mod utf16;
mod zip;
mod zst;

pub use blocks::{Block, BlockReader, LongLine, Piece};
pub use bounded::{read_bounded, read_bounded_text};
pub use expand::{InputFile, expand};
pub use open::{Streams, open};
pub use options::Options;
pub use problem::{Problem, Reason};
pub use stream::{Stream, read_whole};
pub use zst::Unzst;
