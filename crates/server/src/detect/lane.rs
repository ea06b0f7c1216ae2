//! One thread's share of what comes in: decodes entries of the journal, each stream with the memory that it needs, and matches them.

use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::Arc;
use watchbell_formats::{Block, Catalogue, Decoder, FORMATS, Format, Framing, HEAD, Stream as About};
use watchbell_journal::{Entry, Position, Read};
use watchbell_model::{Quarantined, Timestamp};
use watchbell_pipeline::{Definitions, File, Found, Interest, Span, Unread, Worker};
use watchbell_story::Gap;

/// What one entry came to.
pub struct Sifted {
    pub found: Found,
    /// When its events happened, as far as all of them say so at a glance.
    pub span: Option<Span>,
    /// What of it could not be read.
    pub unread: Unread,
}

/// What is done with the blocks of streams.
pub trait Work {
    /// What comes next is of this stream, and was received then.
    fn about(&mut self, _stream: &Arc<str>, _received: Timestamp) {}
    /// Tells when the events happened, if it knows.
    fn block(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder, block: Block<'_>) -> Option<Span>;
    fn finish(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder);
    fn left_out(&mut self, file: &Arc<File>, format: &'static str, trouble: &Quarantined);
}

pub struct Lane<W = Worker> {
    catalogue: Arc<Catalogue>,
    pub worker: W,
    zone: TimeZone,
    /// Decoders of formats whose blocks stand for themselves, by format, day and host.
    apart: FxHashMap<(&'static str, i64, Option<String>), Box<dyn Decoder>>,
    /// Decoders that remember, by stream.
    streams: FxHashMap<Arc<str>, Remembering>,
}

/// A stream whose records of different deliveries may be one event.
struct Remembering {
    format: &'static Format,
    decoder: Box<dyn Decoder>,
    file: Arc<File>,
    /// The entries that an event which is still open may have begun in.
    recent: VecDeque<(Position, Timestamp)>,
}

/// An event is closed so many seconds after the last record of its stream, and does not reach farther back.
const CLOSES: i64 = 5;
/// Decoders kept for formats whose blocks stand for themselves.
const APART: usize = 256;

impl Lane {
    /// One that matches.
    pub fn new(definitions: &Arc<Definitions>, zone: &TimeZone) -> Self {
        Self::working(Worker::new(definitions), &definitions.catalogue, zone)
    }

    /// Keeps only what is of interest.
    #[must_use]
    pub fn interested(self, interest: &Arc<Interest>) -> Self {
        Self { worker: self.worker.interested(Some(Arc::clone(interest))), ..self }
    }

    /// Closes everything; the second is what the logs of hosts (by key) do not show.
    pub fn end(mut self) -> (Found, Vec<(String, Gap)>) {
        self.close_where(|_| true);
        (std::mem::take(&mut self.worker.found), self.worker.coverage.gaps())
    }

    /// Decodes and matches one entry.
    pub fn entry(&mut self, read: &Read) -> Sifted {
        let span = self.work(read);
        Sifted { found: std::mem::take(&mut self.worker.found), span, unread: std::mem::take(&mut self.worker.unread) }
    }

    /// Closes what waits for more records of streams that have been silent.
    pub fn close_silent(&mut self, now: Timestamp) -> Found {
        self.end_silent(now);
        std::mem::take(&mut self.worker.found)
    }

    /// Whether entries like this one must all come to the same lane.
    pub fn is_in_order(entry: &Entry) -> bool {
        format_of(entry).is_some_and(|format| format.framing == Framing::LinesInOrder)
    }

    pub fn take_tally(&mut self) -> watchbell_pipeline::Tally {
        std::mem::take(&mut self.worker.tally)
    }
}

impl<W: Work> Lane<W> {
    pub fn working(worker: W, catalogue: &Arc<Catalogue>, zone: &TimeZone) -> Self {
        Self { catalogue: Arc::clone(catalogue), worker, zone: zone.clone(), apart: FxHashMap::default(), streams: FxHashMap::default() }
    }

    /// Decodes one entry, and does the work.
    pub fn work(&mut self, read: &Read) -> Option<Span> {
        let entry = &read.entry;
        self.worker.about(&entry.stream, entry.received);
        let Some(format) = format_of(entry) else {
            let (file, records) = (file_of(entry), entry.payload.split(|b| *b == b'\n').filter(|line| !line.is_empty()).count() as u64);
            let trouble = Quarantined { line: Some(entry.first), record: None, reason: "unknown_format", records };
            self.worker.left_out(&file, "unknown", &trouble);
            return None;
        };
        match format.framing {
            Framing::LinesInOrder => self.remembering(read, format),
            Framing::Lines | Framing::Chunks => self.apart(entry, format),
            Framing::Whole => {
                let (file, mut decoder) = (file_of(entry), self.decoder(format, entry));
                let span = self.worker.block(&file, format.id, &mut *decoder, block(entry));
                self.worker.finish(&file, format.id, &mut *decoder);
                span
            }
        }
    }

    /// Closes what waits for more records of streams that have been silent.
    pub fn end_silent(&mut self, now: Timestamp) {
        self.close_where(|stream| stream.recent.back().is_none_or(|(_, last)| last.seconds() + CLOSES <= now.seconds()));
    }

    fn close_where(&mut self, ends: impl Fn(&Remembering) -> bool) {
        let ended: Vec<Arc<str>> = self.streams.iter().filter(|(_, stream)| ends(stream)).map(|(name, _)| Arc::clone(name)).collect();
        for name in ended {
            if let Some(stream) = self.streams.remove(&name) {
                self.close(&name, stream);
            }
        }
    }

    fn close(&mut self, name: &Arc<str>, mut stream: Remembering) {
        let received = stream.recent.back().map_or(Timestamp::from_seconds(0), |(_, received)| *received);
        self.worker.about(name, received);
        self.worker.finish(&stream.file, stream.format.id, &mut *stream.decoder);
    }

    /// Where reading must begin again for nothing to be cut in two.
    pub fn resume(&self) -> Option<Position> {
        self.streams.values().filter_map(|stream| stream.recent.front()).map(|(position, _)| *position).min()
    }

    fn remembering(&mut self, read: &Read, format: &'static Format) -> Option<Span> {
        let entry = &read.entry;
        let same = self.streams.get(&entry.stream).is_some_and(|stream| stream.format.id == format.id);
        if !same {
            let decoder = self.decoder(format, entry);
            let new = Remembering { format, decoder, file: file_of(entry), recent: VecDeque::new() };
            if let Some(old) = self.streams.insert(Arc::clone(&entry.stream), new) {
                self.close(&entry.stream, old);
            }
        }
        let stream = self.streams.get_mut(&entry.stream)?;
        stream.file = file_of(entry);
        stream.recent.push_back((read.position, entry.received));
        while stream.recent.front().is_some_and(|(_, at)| at.seconds() + CLOSES < entry.received.seconds()) {
            stream.recent.pop_front();
        }
        self.worker.block(&stream.file, format.id, &mut *stream.decoder, block(entry))
    }

    fn apart(&mut self, entry: &Entry, format: &'static Format) -> Option<Span> {
        let key = (format.id, entry.received.seconds().div_euclid(86_400), watchbell_io::host_of(&entry.stream).map(str::to_owned));
        let mut decoder = match self.apart.remove(&key) {
            Some(decoder) => decoder,
            None => self.decoder(format, entry),
        };
        let span = self.worker.block(&file_of(entry), format.id, &mut *decoder, block(entry));
        if self.apart.len() >= APART {
            self.apart.clear();
        }
        self.apart.insert(key, decoder);
        span
    }

    fn decoder(&self, format: &Format, entry: &Entry) -> Box<dyn Decoder> {
        let host = watchbell_io::host_of(&entry.stream).map(str::to_owned);
        let about = About { modified: Some(entry.received.seconds()), host, zone: self.zone.clone(), year: None };
        (format.decoder)(&self.catalogue, &Arc::new(about))
    }
}

impl Work for Worker {
    fn block(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder, block: Block<'_>) -> Option<Span> {
        Self::block(self, file, format, decoder, block)
    }

    fn finish(&mut self, file: &Arc<File>, format: &'static str, decoder: &mut dyn Decoder) {
        Self::finish(self, file, format, decoder);
    }

    fn left_out(&mut self, file: &Arc<File>, format: &'static str, trouble: &Quarantined) {
        Self::left_out(self, file, format, trouble);
    }
}

fn block(entry: &Entry) -> Block<'_> {
    Block { bytes: &entry.payload, first_line: entry.first, offset: entry.first }
}

/// The stream as triggered alerts name it.
fn file_of(entry: &Entry) -> Arc<File> {
    let mut unit = [0; 32];
    unit[..16].copy_from_slice(&entry.unit);
    let place = entry.stream.split_once('|').map_or(&*entry.stream, |(_, rest)| rest);
    let name = if place.is_empty() { entry.source.to_string() } else { format!("{} {place}", entry.source) };
    Arc::new(File { numbered: true, ..File::new(&name, unit) })
}

/// The format that the source tells, else the one that the content looks like.
pub fn format_of(entry: &Entry) -> Option<&'static Format> {
    let head = &entry.payload[..entry.payload.len().min(HEAD)];
    let told = FORMATS.iter().find(|format| *format.id == *entry.format);
    told.or_else(|| FORMATS.iter().find(|format| (format.recognise)(head))).copied()
}
