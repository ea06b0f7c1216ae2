//! A chunk read record by record through the evtx crate's JSON: for damaged chunks, odd records, and whole documents.

use super::CHUNK;
use crate::json::{Place, Reader, Scalar};
use bumpalo::Bump;
use evtx::err::EvtxError;
use evtx::{EvtxChunkData, EvtxRecord, ParserSettings};
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink, Slots};

const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";

/// Tells of every record of a chunk.
pub fn chunk<'a>(reader: &mut Reader, bytes: &'a [u8], arena: &'a Bump, mut slots: Slots<'a>, sink: &mut dyn Sink<'a>) -> Slots<'a> {
    let lost = |reason| Quarantined { line: None, record: None, reason, records: 1 };
    if bytes.iter().all(|b| *b == 0) {
        return slots;
    }
    if !bytes.starts_with(CHUNK_MAGIC) {
        sink.quarantined(lost("evtx_chunk"));
        return slots;
    }
    let Ok(mut data) = EvtxChunkData::new(bytes.to_vec(), false) else {
        sink.quarantined(lost("evtx_chunk"));
        return slots;
    };
    let Ok(mut chunk) = data.parse(Arc::new(settings())) else {
        sink.quarantined(lost("evtx_chunk"));
        return slots;
    };
    for record in chunk.iter() {
        match record.and_then(json) {
            Ok((number, text)) => {
                let text: &'a [u8] = arena.alloc_slice_copy(&text);
                let place = Place { text, from: 0, to: text.len(), line: 0, more: false, record: Some(number) };
                slots = reader.record(place, &Scalar(text), arena, slots, sink).0;
            }
            Err(error) => sink.quarantined(Quarantined { record: number_of(&error), ..lost("evtx_record") }),
        }
    }
    if bytes.len() < CHUNK {
        sink.quarantined(lost("evtx_truncated"));
    }
    slots
}

fn settings() -> ParserSettings {
    ParserSettings::default().indent(false).num_threads(1)
}

fn json(record: EvtxRecord<'_>) -> Result<(u64, Vec<u8>), EvtxError> {
    let number = record.event_record_id;
    record.into_json_bytes().map(|text| (number, text.data))
}

/// The record that an error is about, where it says.
fn number_of(error: &EvtxError) -> Option<u64> {
    match error {
        EvtxError::FailedToParseRecord { record_id, .. } => Some(*record_id),
        _ => None,
    }
}
