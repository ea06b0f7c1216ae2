//! Packs: what is read, every diagnostic as its reader sees it, held against files.

mod archive;
mod described;
mod documents;
mod golden;
mod import;
mod trees;
