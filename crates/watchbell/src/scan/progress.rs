//! A bar on stderr while a person waits; counts bytes in any case.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Progress {
    bytes: AtomicU64,
    bar: ProgressBar,
}

impl Progress {
    /// `total`: bytes on disk, where every file tells.
    pub fn new(total: Option<u64>) -> Self {
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        bar.set_draw_target(if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() });
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {decimal_bytes} read, {decimal_bytes_per_sec}") {
            bar.set_style(style);
        }
        Self { bytes: AtomicU64::new(0), bar }
    }

    /// Counts, and shows nothing.
    pub fn silent() -> Self {
        Self { bytes: AtomicU64::new(0), bar: ProgressBar::hidden() }
    }

    pub fn add(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
        self.bar.inc(bytes);
    }

    /// Decompressed bytes read so far.
    pub fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
