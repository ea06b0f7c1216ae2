//! A sink that writes down what it is told.

use bumpalo::Bump;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, FORMATS, Framing, Stream};
use watchbell_model::{Basis, Decoded, FieldTable, Identity, Quarantined, Sink, Value};

/// An event as a test sees it: each view's source with the fields that have values.
pub struct Seen {
    pub views: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub lines: Option<(u64, u64)>,
    pub record: Option<u64>,
    pub identity: Identity,
    pub document: Value,
}

impl Seen {
    /// The first value of a field in the view of `source`.
    pub fn field(&self, source: &str, name: &str) -> Option<&str> {
        self.views.get(source)?.get(name)?.first().map(String::as_str)
    }

    pub fn sources(&self) -> Vec<&str> {
        self.views.keys().map(String::as_str).collect()
    }

    pub fn id(&self) -> Option<String> {
        match &self.identity.basis {
            Basis::Own(id) => Some(id.to_string()),
            Basis::Raw(_) => None,
        }
    }
}

#[derive(Default)]
pub struct Told {
    pub format: &'static str,
    pub events: Vec<Seen>,
    pub skipped: u64,
    pub quarantined: Vec<Quarantined>,
}

struct Log {
    table: Arc<FieldTable>,
    told: Told,
}

impl<'a> Sink<'a> for Log {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        let mut views = BTreeMap::new();
        for part in event.parts.iter() {
            for (number, view) in part.class.views.iter().enumerate() {
                let values = |id| part.values(number, id).map(|raw| raw.to_text()).collect::<Vec<_>>();
                let fields: BTreeMap<_, _> = self.table.iter().map(|(id, name)| (name.to_owned(), values(id))).filter(|(_, v)| !v.is_empty()).collect();
                views.insert(view.source.to_string(), fields);
            }
        }
        let seen = Seen { views, lines: event.lines, record: event.record, identity: event.whole.identity(), document: event.whole.document() };
        self.told.events.push(seen);
    }

    fn skipped(&mut self, records: u64) {
        self.told.skipped += records;
    }

    fn quarantined(&mut self, trouble: Quarantined) {
        self.told.quarantined.push(trouble);
    }
}

/// Reads `bytes` as the format that recognises them, asking for `fields`.
pub fn read(bytes: &[u8], fields: &[&str]) -> Told {
    let mut table = FieldTable::default();
    for name in fields {
        table.intern(name);
    }
    read_with(bytes, table)
}

pub fn read_with(bytes: &[u8], table: FieldTable) -> Told {
    read_in(bytes, &Arc::new(Catalogue::new(Arc::new(table))))
}

/// The same with a catalogue made before, for many short texts.
pub fn read_in(bytes: &[u8], catalogue: &Arc<Catalogue>) -> Told {
    let Some(format) = FORMATS.iter().find(|format| (format.recognise)(bytes)) else { return Told::default() };
    let (table, stream) = (Arc::clone(&catalogue.fields), Arc::new(Stream::default()));
    let mut decoder = (format.decoder)(catalogue, &stream);
    let mut log = Log { table, told: Told { format: format.id, ..Told::default() } };
    let arena = Bump::new();
    if format.framing == Framing::Chunks {
        // The header by itself, then chunk by chunk, as a reader may cut them.
        let (header, chunks) = bytes.split_at(bytes.len().min(4096));
        decoder.decode(Block { bytes: header, first_line: 1, offset: 0 }, &arena, &mut log);
        for (number, chunk) in chunks.chunks(65536).enumerate() {
            decoder.decode(Block { bytes: chunk, first_line: 1, offset: 4096 + 65536 * number as u64 }, &arena, &mut log);
        }
    } else {
        decoder.decode(Block { bytes, first_line: 1, offset: 0 }, &arena, &mut log);
    }
    decoder.finish(&arena, &mut log);
    log.told
}
