//! Content encodings, with a cap on what comes out.

use super::Refusal;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use std::io::{BufReader, Read};
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

fn read(reader: impl Read, packed: usize, cap: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::with_capacity(packed.saturating_mul(4).min(cap));
    reader.take(cap as u64 + 1).read_to_end(&mut bytes).map_err(|_| Refusal::BadEncoding)?;
    if bytes.len() > cap { Err(Refusal::UnpacksTooLarge(cap)) } else { Ok(bytes) }
}
