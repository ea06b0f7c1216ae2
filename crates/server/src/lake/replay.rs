//! Kept rows read again: each comes to the event that it was, under the id that it was kept under.

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, Decoder, FORMATS, Format, Stream};
use watchbell_lake::{Kept, Record};
use watchbell_model::EventId;
use watchbell_pipeline::{Definitions, File, Found, Interest, Worker};
use watchbell_story::Gap;

/// Rows of one stretch of time, asked about by definitions.
pub struct Replay {
    pub worker: Worker,
    catalogue: Arc<Catalogue>,
    zone: TimeZone,
    decoders: FxHashMap<About, Box<dyn Decoder>>,
    /// Records of auditd, whose decoder remembers processes: they are read in order, at the end.
    audit: Vec<Kept>,
}

/// What decoders are told besides bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct About {
    format: &'static str,
    host: Option<String>,
    /// Of times without a year.
    day: i64,
}

const AUDITD: &str = "auditd";
/// Decoders, and rows of auditd, that are held at once.
const DECODERS: usize = 256;
const AUDIT: usize = 50_000;
const DAY: i64 = 86_400_000_000_000;

impl Replay {
    pub fn new(definitions: &Arc<Definitions>, zone: &TimeZone) -> Self {
        let (worker, catalogue) = (Worker::new(definitions), Arc::clone(&definitions.catalogue));
        Self { worker, catalogue, zone: zone.clone(), decoders: FxHashMap::default(), audit: Vec::new() }
    }

    /// Keeps only what is of interest.
    #[must_use]
    pub fn interested(self, interest: &Arc<Interest>) -> Self {
        Self { worker: self.worker.interested(Some(Arc::clone(interest))), ..self }
    }

    /// Reads a row; records of auditd wait until there are many, or all.
    pub fn row(&mut self, row: Kept) {
        if row.format == AUDITD {
            self.audit.push(row);
            if self.audit.len() >= AUDIT {
                self.audit();
            }
            return;
        }
        self.worker.known(Some(EventId(row.id)));
        self.record(&Record { format: &row.format, stream: &row.stream, received: row.time.unwrap_or(row.received), raw: &row.raw });
        self.worker.known(None);
    }

    /// Reads a record by itself. `received` is when it was, at the latest: of times without a year.
    pub fn record(&mut self, record: &Record<'_>) {
        let Some(format) = format(record.format) else { return };
        let about = About { format: format.id, host: watchbell_io::host_of(record.stream).map(str::to_owned), day: record.received.div_euclid(DAY) };
        let mut decoder = self.decoders.remove(&about).unwrap_or_else(|| self.decoder(format, &about));
        let file = file(record.stream);
        self.worker.block(&file, format.id, &mut *decoder, Block { bytes: record.raw, first_line: 1, offset: 1 });
        if format.framing != watchbell_formats::Framing::Lines {
            // An entry may be told only when its stream ends.
            self.worker.finish(&file, format.id, &mut *decoder);
        }
        if self.decoders.len() >= DECODERS {
            self.decoders.clear();
        }
        self.decoders.insert(about, decoder);
    }

    /// What was found; the second is what the logs of hosts (by key) do not show.
    pub fn end(mut self) -> (Found, Vec<(String, Gap)>) {
        self.audit();
        (std::mem::take(&mut self.worker.found), self.worker.coverage.gaps())
    }

    /// Streams one after another, each in its order.
    fn audit(&mut self) {
        let mut rows = std::mem::take(&mut self.audit);
        rows.sort_by(|a, b| (&a.stream, a.time, a.serial, a.id).cmp(&(&b.stream, b.time, b.serial, b.id)));
        let Some(format) = format(AUDITD) else { return };
        for stream in rows.chunk_by(|a, b| a.stream == b.stream) {
            let about = About { format: format.id, host: watchbell_io::host_of(&stream[0].stream).map(str::to_owned), day: 0 };
            let (mut decoder, file) = (self.decoder(format, &about), file(&stream[0].stream));
            for row in stream {
                self.worker.block(&file, format.id, &mut *decoder, Block { bytes: &row.raw, first_line: 1, offset: 1 });
            }
            self.worker.finish(&file, format.id, &mut *decoder);
        }
    }

    fn decoder(&self, format: &Format, about: &About) -> Box<dyn Decoder> {
        // No event of the day is after its end.
        let modified = Some(about.day.saturating_add(1).saturating_mul(86_400));
        let stream = Stream { modified, host: about.host.clone(), zone: self.zone.clone(), year: None };
        (format.decoder)(&self.catalogue, &Arc::new(stream))
    }
}

fn format(id: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.id == id).copied()
}

/// The stream as triggered alerts name it.
fn file(stream: &str) -> Arc<File> {
    let place = stream.split_once('|').map_or(stream, |(_, place)| place);
    Arc::new(File { numbered: true, ..File::new(place, [0; 32]) })
}
