//! A sample's file as its records: where each stands, and the document it is.

use super::windows::Event;
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_formats::{Block, FORMATS, Framing, HEAD, Stream};
use watchbell_model::{Decoded, Quarantined, Sink, Value};
use watchbell_pipeline::Definitions;

/// First and last line; of a record without lines, its number twice.
pub type Lines = (u64, u64);

pub struct File {
    pub name: String,
    pub bytes: Vec<u8>,
    /// The format's word; empty if none knows it.
    pub format: &'static str,
    pub records: Vec<(Lines, Value)>,
    /// The same records as Windows events, where all of them are.
    pub windows: Option<Vec<(Lines, Event)>>,
}

/// Bytes before an EVTX file's first chunk.
const HEADER: usize = 4096;

impl File {
    pub fn read(name: &str, bytes: &[u8], definitions: &Arc<Definitions>) -> Self {
        let head = &bytes[..bytes.len().min(HEAD)];
        let mut records = Records(Vec::new());
        let format = FORMATS.iter().find(|format| (format.recognise)(head));
        if let Some(format) = format {
            let skip = if format.framing == Framing::Chunks { HEADER.min(bytes.len()) } else { 0 };
            let arena = Bump::new();
            let mut decoder = (format.decoder)(&definitions.catalogue, &Arc::new(Stream::default()));
            decoder.decode(Block { bytes: &bytes[skip..], first_line: 1, offset: skip as u64 }, &arena, &mut records);
            decoder.finish(&arena, &mut records);
        }
        let windows = records.0.iter().map(|(lines, document)| Some((*lines, numbered(Event::of(document)?, *lines)))).collect::<Option<Vec<_>>>();
        let windows = windows.filter(|events| !events.is_empty());
        Self { name: name.to_owned(), bytes: bytes.to_vec(), format: format.map_or("", |format| format.id), records: records.0, windows }
    }

    /// The text's lines, each with its number, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = (u64, &[u8])> {
        let text = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        (1..).zip(text.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)))
    }
}

/// Without numbers, events of one second would be taken for copies of one.
fn numbered(event: Event, (line, _): Lines) -> Event {
    if event.record == 0 { Event { record: line, ..event } } else { event }
}

struct Records(Vec<(Lines, Value)>);

impl<'a> Sink<'a> for Records {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        let lines = event.lines.or(event.record.map(|n| (n, n))).unwrap_or_default();
        self.0.push((lines, event.whole.document()));
    }

    fn skipped(&mut self, _: u64) {}

    fn quarantined(&mut self, _: Quarantined) {}
}
