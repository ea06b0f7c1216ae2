//! Content encodings, with a cap on what comes out.

use super::Refusal;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::{BufReader, ErrorKind, Read};
use watchbell_input::Unzst;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Plain,
    Gzip,
    Deflate,
    Zstd,
}

/// What zstd may ask to be remembered: what its own tools take without being told.
const WINDOW: u64 = 8 << 20;

pub fn encoding(headers: &HeaderMap) -> Result<Encoding, Refusal> {
    let name = headers.get(CONTENT_ENCODING).map_or(Ok("identity"), |value| value.to_str().map_err(|_| Refusal::UnknownEncoding))?;
    match name.trim().to_ascii_lowercase().as_str() {
        "identity" | "" => Ok(Encoding::Plain),
        "gzip" | "x-gzip" => Ok(Encoding::Gzip),
        "deflate" => Ok(Encoding::Deflate),
        "zstd" => Ok(Encoding::Zstd),
        // Loki's clients name the compression that their protobuf always has.
        "snappy" => Ok(Encoding::Plain),
        _ => Err(Refusal::UnknownEncoding),
    }
}

/// Gives up as soon as more than `cap` bytes come out.
pub fn unpack(encoding: Encoding, packed: &[u8], cap: usize) -> Result<Vec<u8>, Refusal> {
    match encoding {
        Encoding::Plain => Ok(packed.to_vec()),
        Encoding::Gzip => read(MultiGzDecoder::new(packed), packed.len(), cap),
        Encoding::Deflate => read(ZlibDecoder::new(packed), packed.len(), cap),
        Encoding::Zstd => read(Unzst::new(BufReader::new(packed), WINDOW), packed.len(), cap),
    }
}

/// Bytes that are unpacked at a time.
const STEP: usize = 64 << 10;

/// Never has room for more than `cap`, not even while it grows.
fn read(mut reader: impl Read, packed: usize, cap: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(packed.saturating_mul(4).min(cap));
    let mut step = vec![0; STEP];
    loop {
        let length = match reader.read(&mut step) {
            Ok(0) => {
                if bytes.capacity() > 2 * bytes.len() {
                    bytes.shrink_to_fit();
                }
                return Ok(bytes);
            }
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(Refusal::BadEncoding),
        };
        if bytes.len() + length > cap {
            return Err(Refusal::UnpacksTooLarge(cap));
        }
        if bytes.capacity() < bytes.len() + length {
            // At once all that may come: what is not written to takes no memory, and what is left behind while growing would.
            bytes.reserve_exact(cap - bytes.len());
        }
        bytes.extend_from_slice(&step[..length]);
    }
}
