//! Rows of the lake read once more, as they were when they came, and asked of rules.

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use std::sync::Arc;
use watchbell_formats::{Block, Decoder, FORMATS, Format, Framing, Stream as About};
use watchbell_lake::Record;
use watchbell_pipeline::{Definitions, File, Found, Worker};

/// Format, day of receipt and host.
type Key = (&'static str, i64, Option<Box<str>>);

/// One thread's reading.
pub struct Again {
    definitions: Arc<Definitions>,
    worker: Worker,
    zone: TimeZone,
    decoders: FxHashMap<Key, Box<dyn Decoder>>,
    /// The stream of the row before, which the next mostly shares.
    file: (Box<str>, Arc<File>),
}

/// Decoders that are kept.
const KEPT: usize = 256;
const DAY: i64 = 86_400;

impl Again {
    pub fn new(definitions: &Arc<Definitions>, zone: &TimeZone) -> Self {
        Self {
            definitions: Arc::clone(definitions),
            worker: Worker::new(definitions),
            zone: zone.clone(),
            decoders: FxHashMap::default(),
            file: (Box::from(""), Arc::new(File::new("", [0; 32]))),
        }
    }

    /// Reads a row by itself, and asks all rules.
    pub fn row(&mut self, record: &Record<'_>) {
        let Some(format) = FORMATS.iter().find(|format| format.id == record.format) else { return };
        let file = self.file_of(record.stream);
        let block = Block { bytes: record.raw, first_line: 1, offset: 0 };
        let seconds = record.received.div_euclid(1_000_000_000);
        let host = watchbell_io::host_of(record.stream);
        if format.framing == Framing::Whole {
            let mut decoder = self.decoder(format, seconds, host);
            self.worker.block(&file, format.id, &mut *decoder, block);
            self.worker.finish(&file, format.id, &mut *decoder);
            return;
        }
        let key = (format.id, seconds.div_euclid(DAY), host.map(Box::from));
        let mut decoder = match self.decoders.remove(&key) {
            Some(decoder) => decoder,
            None => self.decoder(format, seconds, host),
        };
        self.worker.block(&file, format.id, &mut *decoder, block);
        if format.framing == Framing::LinesInOrder {
            // A row is whole: nothing of it waits for the next.
            self.worker.finish(&file, format.id, &mut *decoder);
        }
        if self.decoders.len() >= KEPT {
            self.decoders.clear();
        }
        self.decoders.insert(key, decoder);
    }

    /// What rules held since the last time.
    pub fn take(&mut self) -> Found {
        std::mem::take(&mut self.worker.found)
    }

    fn decoder(&self, format: &Format, received: i64, host: Option<&str>) -> Box<dyn Decoder> {
        let about = About { modified: Some(received), host: host.map(str::to_owned), zone: self.zone.clone(), year: None };
        (format.decoder)(&self.definitions.catalogue, &Arc::new(about))
    }

    fn file_of(&mut self, stream: &str) -> Arc<File> {
        if *self.file.0 != *stream {
            let place = stream.split_once('|').map_or(stream, |(_, place)| place);
            self.file = (Box::from(stream), Arc::new(File { numbered: true, ..File::new(place, [0; 32]) }));
        }
        Arc::clone(&self.file.1)
    }
}
