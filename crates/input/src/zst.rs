//! Zstandard: frames one after another, skippable ones skipped, checksums checked.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// Reads what `source` holds compressed.
pub struct Unzst<R> {
    source: R,
    frame: FrameDecoder,
    /// Inside a frame.
    open: bool,
    failed: Option<io::Error>,
    ended: bool,
}

impl<R: BufRead> Unzst<R> {
    /// `window`: bytes a frame may ask to be remembered.
    pub fn new(source: R, window: u64) -> Self {
        let mut frame = FrameDecoder::new();
        frame.set_max_window_size(window);
        Self { source, frame, open: false, failed: None, ended: false }
    }

    /// Decodes one block, or goes on to the next frame.
    fn advance(&mut self) -> io::Result<()> {
        if !self.open {
            return self.next_frame();
        }
        if self.frame.is_finished() {
            self.open = false;
            let told = self.frame.get_checksum_from_data();
            let right = told.is_none() || told == self.frame.get_calculated_checksum();
            return right.then_some(()).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "wrong checksum"));
        }
        self.frame.decode_blocks(&mut self.source, BlockDecodingStrategy::UptoBlocks(1)).map(drop).map_err(io::Error::other)
    }

    fn next_frame(&mut self) -> io::Result<()> {
        if self.source.fill_buf()?.is_empty() {
            self.ended = true;
            return Ok(());
        }
        match self.frame.init(&mut self.source) {
            Ok(()) => self.open = true,
            Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                let length = u64::from(length);
                if io::copy(&mut self.source.by_ref().take(length), &mut io::sink())? < length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            }
            Err(FrameDecoderError::WindowSizeTooBig { .. }) => return Err(io::ErrorKind::OutOfMemory.into()),
            Err(error) => return Err(io::Error::other(error)),
        }
        Ok(())
    }

    /// Ends a broken frame with an empty last block: the decoder keeps a window's worth of good bytes back until then.
    fn seal(&mut self) {
        let last_block_and_checksum = [1u8, 0, 0, 0, 0, 0, 0];
        let _ = self.frame.decode_blocks(&last_block_and_checksum[..], BlockDecodingStrategy::UptoBlocks(1));
    }
}

impl<R: BufRead> Read for Unzst<R> {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        loop {
            let given = if self.open { self.frame.read(output)? } else { 0 };
            if given > 0 || output.is_empty() {
                return Ok(given);
            }
            if let Some(error) = self.failed.take() {
                (self.ended, self.open) = (true, false);
                return Err(error);
            }
            if self.ended {
                return Ok(0);
            }
            if let Err(error) = self.advance() {
                self.failed = Some(error);
                self.seal();
            }
        }
    }
}
