//! A chunk read record by record through the evtx crate's JSON: for damaged chunks, odd records, and whole documents.

use super::CHUNK;
use super::records::CHUNK_MAGIC;
use crate::json::{Place, Reader, Scalar};
use bumpalo::Bump;
use evtx::err::EvtxError;
use evtx::{EvtxChunkData, EvtxRecord, ParserSettings};
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink, Slots, Value};

/// The documents of a chunk's records, by where their binary XML begins.
pub type Documents = FxHashMap<usize, Value>;

/// Tells of every record of a chunk but the first `told`.
pub fn chunk<'a>(reader: &mut Reader, bytes: &'a [u8], told: usize, arena: &'a Bump, mut slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
    let lost = |reason| Quarantined { line: None, record: None, reason, records: 1 };
    if bytes.iter().all(|b| *b == 0) {
        return slots;
    }
    let mut left = told;
    let opened = each(bytes, &mut |record| match record.and_then(json) {
        _ if left > 0 => left -= 1,
        Ok((_, number, text)) => {
            let text: &'a [u8] = arena.alloc_slice_copy(&text);
            let place = Place { text, from: 0, to: text.len(), line: 0, more: false, record: Some(number) };
            slots = reader.record(place, &Scalar(text), arena, std::mem::take(&mut slots), sink).0;
        }
        Err(error) => sink.quarantined(Quarantined { record: number_of(&error), ..lost("evtx_record") }),
    });
    if !opened {
        sink.quarantined(lost("evtx_chunk"));
    } else if bytes.len() < used(bytes) {
        sink.quarantined(lost("evtx_truncated"));
    }
    slots
}

/// Bytes of a chunk that hold records, as its header tells; no more than a chunk has.
fn used(chunk: &[u8]) -> usize {
    let free = chunk.get(48..52).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]));
    (free as usize).min(CHUNK)
}

/// Every document of a chunk that can be had.
pub fn documents(bytes: &[u8]) -> Documents {
    let mut documents = Documents::default();
    each(bytes, &mut |record| {
        if let Ok((at, _, text)) = record.and_then(json) {
            documents.insert(at, serde_json::from_slice(&text).unwrap_or_default());
        }
    });
    documents
}

/// Gives every record of a chunk to `take`; false if it is no chunk.
fn each(bytes: &[u8], take: &mut dyn FnMut(Result<EvtxRecord<'_>, EvtxError>)) -> bool {
    if !bytes.starts_with(CHUNK_MAGIC) {
        return false;
    }
    let Ok(mut data) = EvtxChunkData::new(bytes.to_vec(), false) else { return false };
    let Ok(mut chunk) = data.parse(Arc::new(ParserSettings::default().indent(false).num_threads(1))) else { return false };
    chunk.iter().for_each(take);
    true
}

/// Where a record's binary XML begins, its number, its JSON.
fn json(record: EvtxRecord<'_>) -> Result<(usize, u64, Vec<u8>), EvtxError> {
    let (at, number) = (record.binxml_offset as usize, record.event_record_id);
    record.into_json_bytes().map(|text| (at, number, text.data))
}

/// The record that an error is about, where it says.
fn number_of(error: &EvtxError) -> Option<u64> {
    match error {
        EvtxError::FailedToParseRecord { record_id, .. } => Some(*record_id),
        _ => None,
    }
}
