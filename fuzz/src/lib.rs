//! What the targets share: bytes through a format's decoder, with every value of every event looked at.

use bumpalo::Bump;
use std::cell::RefCell;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, FORMATS, Format, Stream};
use watchbell_model::{Decoded, FieldTable, LogSource, Quarantined, Sink};

/// Fields that rules ask for most, raw, renamed and derived.
const FIELDS: &[&str] = &[
    "Channel",
    "CommandLine",
    "Computer",
    "EventID",
    "Image",
    "IntegrityLevel",
    "Job.Command",
    "Message",
    "ParentImage",
    "Provider_Name",
    "TargetFilename",
    "TargetObject",
    "TaskContent",
    "TaskName",
    "User",
    "a0",
    "cwd",
    "exe",
    "key",
    "name",
    "nametype",
    "objectRef.name",
    "operationName",
    "proctitle",
    "properties.message",
    "requestObject.spec.schedule",
    "status",
    "type",
    "verb",
    "Program",
    "Action",
    "Command",
    "ScriptBlockText",
    "columns.command",
];

/// Decoded with one catalogue so often, then a new one: classes that hostile records make must not add up.
const RUNS: u32 = 200;

thread_local! {
    static CATALOGUE: RefCell<(u32, Arc<Catalogue>)> = RefCell::new((0, catalogue()));
}

/// Decodes all bytes as one block of this format and looks at everything that comes out.
pub fn decode(id: &str, bytes: &[u8]) -> Tally {
    let format = FORMATS.iter().find(|format| format.id == id).expect("a format of this name is in the list");
    let catalogue = CATALOGUE.with_borrow_mut(|(runs, kept)| {
        *runs += 1;
        if *runs % RUNS == 0 {
            *kept = catalogue();
        }
        Arc::clone(kept)
    });
    let mut tally = Tally { fields: Arc::clone(&catalogue.fields), events: 0, skipped: 0, quarantined: 0 };
    run(format, &catalogue, bytes, &mut tally);
    tally
}

fn run(format: &Format, catalogue: &Arc<Catalogue>, bytes: &[u8], tally: &mut Tally) {
    (format.recognise)(&bytes[..bytes.len().min(watchbell_formats::HEAD)]);
    let (first, last) = (Bump::new(), Bump::new());
    let mut decoder = (format.decoder)(catalogue, &Arc::new(Stream::default()));
    decoder.decode(Block { bytes, first_line: 1, offset: 0 }, &first, tally);
    decoder.finish(&last, tally);
}

fn catalogue() -> Arc<Catalogue> {
    let mut fields = FieldTable::default();
    for field in FIELDS {
        fields.intern(field);
    }
    fields.add_keyword_source(LogSource::default());
    Arc::new(Catalogue::new(Arc::new(fields)))
}

/// Counts records and reads every value of every event.
pub struct Tally {
    fields: Arc<FieldTable>,
    pub events: u64,
    pub skipped: u64,
    pub quarantined: u64,
}

impl Tally {
    pub fn records(&self) -> u64 {
        self.events + self.skipped + self.quarantined
    }
}

impl<'a> Sink<'a> for Tally {
    fn event(&mut self, event: &mut Decoded<'_, 'a>) {
        self.events += 1;
        let mut text = String::new();
        for part in event.parts.iter() {
            for view in 0..part.class.views.len() {
                let fields = self.fields.iter().map(|(field, _)| field).chain([watchbell_model::FieldId::KEYWORDS]);
                for value in fields.flat_map(|field| part.values(view, field)) {
                    text.clear();
                    value.render(&mut text);
                }
            }
        }
        let identity = event.whole.identity();
        let again = event.whole.identity();
        assert_eq!(identity.time, again.time, "an identity does not change");
        std::hint::black_box(event.whole.document().to_string());
    }

    fn skipped(&mut self, records: u64) {
        self.skipped += records;
    }

    fn quarantined(&mut self, trouble: Quarantined) {
        self.quarantined += trouble.records;
    }
}

/// Lines that are not blank: the records of a format of lines.
pub fn lines(bytes: &[u8]) -> u64 {
    bytes.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty()).count() as u64
}
