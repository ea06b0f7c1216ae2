//! Lines that a request carried, put together by stream and format.

use crate::Delivery;
use crate::http::Taken;
use crate::names::stream;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Debug, Default)]
pub struct Batch {
    groups: BTreeMap<(String, &'static str), Vec<u8>>,
}

/// Bytes of a delivery after which another is begun.
const PIECE: usize = 1 << 20;

impl Batch {
    /// `line` has no line break in it.
    pub fn push(&mut self, host: &str, rest: &str, format: &'static str, line: &[u8]) {
        let group = self.groups.entry((stream(host, rest), format)).or_default();
        group.extend_from_slice(line);
        group.push(b'\n');
    }

    /// In an order that the same request always has.
    pub fn deliveries(self, taken: &Taken, unit: [u8; 16]) -> Vec<Delivery> {
        let mut first = 1;
        let mut all = Vec::new();
        for ((stream, format), group) in self.groups {
            let stream: Arc<str> = stream.into();
            let format = if taken.door.format.is_empty() { format } else { taken.door.format };
            for bytes in pieces(Bytes::from(group)) {
                let lines = memchr::memchr_iter(b'\n', &bytes).count() as u64;
                let (source, peer) = (Arc::clone(&taken.door.source), Arc::clone(&taken.peer));
                all.push(Delivery { source, stream: Arc::clone(&stream), peer, format, unit, first, bytes });
                first += lines;
            }
        }
        all
    }
}

fn pieces(mut bytes: Bytes) -> Vec<Bytes> {
    let mut pieces = Vec::new();
    while bytes.len() > PIECE {
        let end = memchr::memchr(b'\n', &bytes[PIECE..]).map_or(bytes.len(), |at| PIECE + at + 1);
        pieces.push(bytes.split_to(end));
    }
    pieces.push(bytes);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}
