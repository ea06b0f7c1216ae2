//! A request's body, read within its limits of size and time, and within the memory that all bodies share.

use super::Refusal;
use super::unpack::{Encoding, encoding, unpack};
use crate::Limits;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// Bytes that share the memory of all bodies for as long as this is kept.
pub struct Held {
    pub bytes: Bytes,
    _share: OwnedSemaphorePermit,
}

/// The memory of all bodies, counted in kilobytes.
#[derive(Clone, Debug)]
pub struct Memory(Arc<Semaphore>);

impl Memory {
    pub fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new((bytes >> 10).clamp(1, Semaphore::MAX_PERMITS))))
    }

    pub fn share(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Refusal> {
        let share = u32::try_from(bytes.div_ceil(1 << 10)).unwrap_or(u32::MAX);
        Arc::clone(&self.0).try_acquire_many_owned(share).map_err(|_| Refusal::Busy)
    }
}

/// Why a body is not taken, and what came of it where that may be looked at.
pub struct Unread {
    pub refusal: Refusal,
    pub packed: Option<Bytes>,
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, packed: None }
    }
}

/// Reads and decompresses. What is too large is refused by what it says of itself where it does.
pub async fn read(memory: &Memory, limits: &Limits, headers: &HeaderMap, body: Body) -> Result<Held, Unread> {
    let encoding = encoding(headers)?;
    let told = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|length| length > limits.body_bytes) {
        return Err(Refusal::TooLarge(limits.body_bytes).into());
    }
    let packed = timeout(limits.body_time(), collect(memory, limits, body)).await.map_err(|_| Refusal::TooSlow)??;
    if encoding == Encoding::Plain || packed.bytes.is_empty() {
        return Ok(packed);
    }
    // Held at its cap while it grows, at its size afterwards.
    let mut share = memory.share(limits.unpacked_bytes)?;
    let (cap, came) = (limits.unpacked_bytes, packed.bytes.clone());
    let unpacked = tokio::task::spawn_blocking(move || unpack(encoding, &packed.bytes, cap)).await.map_err(|_| Refusal::BadEncoding)?;
    let unpacked = unpacked.map_err(|refusal| Unread { packed: (refusal == Refusal::BadEncoding).then_some(came), refusal })?;
    drop(share.split(share.num_permits().saturating_sub(unpacked.len().div_ceil(1 << 10))));
    Ok(Held { bytes: unpacked.into(), _share: share })
}

async fn collect(memory: &Memory, limits: &Limits, mut body: Body) -> Result<Held, Refusal> {
    let mut share = memory.share(0)?;
    let mut bytes = BytesMut::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Refusal::Broken)?.into_data() else { continue };
        if bytes.len() + data.len() > limits.body_bytes {
            return Err(Refusal::TooLarge(limits.body_bytes));
        }
        share.merge(memory.share(data.len())?);
        bytes.extend_from_slice(&data);
    }
    Ok(Held { bytes: bytes.freeze(), _share: share })
}
