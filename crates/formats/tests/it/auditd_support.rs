//! Logs read in blocks of any size, each event written down as one text.

use bumpalo::Bump;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, FORMATS, Stream};
use watchbell_model::{Basis, Decoded, FieldTable, LogSource, Quarantined, Sink};

/// What was told: one text an event, the records skipped, and the line and reason of each that could not be read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub format: &'static str,
    pub events: Vec<Event>,
    pub skipped: u64,
    pub quarantined: Vec<(u64, &'static str, u64)>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// `2026-11-24T04:15:57.487Z host`, `?` for what is not told.
    pub head: String,
    pub id: String,
    /// `linux/file_event TargetFilename=/etc/x Replaced=false`, as many as there are parts and views.
    pub views: Vec<String>,
    pub lines: (u64, u64),
    pub document: String,
}

impl Told {
    /// Records by the three ways that they can go.
    pub fn records(&self) -> u64 {
        self.events.len() as u64 + self.skipped + self.quarantined.iter().map(|q| q.2).sum::<u64>()
    }

    /// The views of all events whose text begins so.
    pub fn views(&self, source: &str) -> Vec<&str> {
        let prefix = format!("{source} ");
        self.events.iter().flat_map(|event| &event.views).filter_map(|view| view.strip_prefix(&prefix)).collect()
    }

    /// The events without what differs by where they stand in a file.
    pub fn placeless(&self) -> Vec<Event> {
        let mut events: Vec<Event> = self.events.iter().map(|event| Event { lines: (0, 0), ..event.clone() }).collect();
        events.sort();
        events
    }
}

struct Log {
    table: Arc<FieldTable>,
    told: Told,
}

impl<'a> Sink<'a> for Log {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        let identity = event.whole.identity();
        let time = identity.time.map_or("?".to_owned(), |time| time.to_string());
        let guessed = if identity.guessed { " guessed" } else { "" };
        let mut views = Vec::new();
        for part in event.parts.iter() {
            for (number, view) in part.class.views.iter().enumerate() {
                let mut text = view.source.to_string();
                for (id, name) in self.table.iter() {
                    let values: Vec<String> = part.values(number, id).map(|raw| raw.to_text()).collect();
                    if !values.is_empty() {
                        text.extend([" ", name, "=", &values.join("|")]);
                    }
                }
                views.push(text);
            }
        }
        let (Basis::Own(id) | Basis::Raw(id)) = identity.basis;
        self.told.events.push(Event {
            head: format!("{time}{guessed} {}", identity.host.as_deref().unwrap_or("?")),
            id: id.to_string(),
            views,
            lines: event.lines.unwrap_or_default(),
            document: event.whole.document().to_string(),
        });
    }

    fn skipped(&mut self, records: u64) {
        self.told.skipped += records;
    }

    fn quarantined(&mut self, trouble: Quarantined) {
        self.told.quarantined.push((trouble.line.unwrap_or_default(), trouble.reason, trouble.records));
    }
}

/// Reads a log as the format that recognises it, asking for `fields` (divided by spaces).
pub fn read(log: &[u8], fields: &str) -> Told {
    read_cut(log, fields, usize::MAX, Stream::default())
}

/// The same in blocks of whole lines of at least `size` bytes.
pub fn read_cut(log: &[u8], fields: &str, size: usize, stream: Stream) -> Told {
    let format = FORMATS.iter().find(|format| (format.recognise)(log)).expect("the last format takes all");
    read_as(format.id, log, fields, size, stream)
}

pub fn read_as(format: &str, log: &[u8], fields: &str, size: usize, stream: Stream) -> Told {
    let format = FORMATS.iter().find(|known| known.id == format).expect("a format of that name");
    let mut table = FieldTable::default();
    for name in fields.split_whitespace() {
        table.intern(name);
    }
    if fields.contains("KEYWORDS") {
        table.add_keyword_source(LogSource::new("linux", "", &[]));
    }
    let table = Arc::new(table);
    let mut decoder = (format.decoder)(&Arc::new(Catalogue::new(Arc::clone(&table))), &Arc::new(stream));
    let mut sink = Log { table, told: Told { format: format.id, ..Told::default() } };
    let (mut at, mut line) = (0, 1);
    while at < log.len() {
        let arena = Bump::new();
        let end = at.saturating_add(size).min(log.len());
        let end = log[end..].iter().position(|b| *b == b'\n').map_or(log.len(), |more| end + more + 1);
        decoder.decode(Block { bytes: &log[at..end], first_line: line, offset: at as u64 }, &arena, &mut sink);
        line += memchr::memchr_iter(b'\n', &log[at..end]).count() as u64;
        at = end;
    }
    decoder.finish(&Bump::new(), &mut sink);
    sink.told
}

/// Lines with anything in them.
pub fn lines(log: &[u8]) -> u64 {
    log.split(|b| *b == b'\n').filter(|line| !line.iter().all(|b| b.is_ascii_whitespace() || *b == 0x0B)).count() as u64
}
