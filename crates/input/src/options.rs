//! The bounds a reader keeps to.

/// Bounds and habits of reading; `Options::default()` is right for logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Decompressed bytes allowed for each compressed byte, beyond the first 64 MiB of a stream.
    pub max_ratio: u64,
    /// Decompressed bytes allowed for one packed file or archive member.
    pub max_decompressed: u64,
    /// Bytes of the longest line that is kept, without its newline.
    pub max_line: usize,
    /// Bytes of a block, about; never more than `max_line` is useful.
    pub block_size: usize,
    /// Whether symbolic links found inside folders are followed; one named by the user always is.
    pub follow_symlinks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { max_ratio: 1000, max_decompressed: 1 << 40, max_line: 16 << 20, block_size: 1 << 20, follow_symlinks: false }
    }
}
