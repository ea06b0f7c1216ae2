//! Threads that take files and blocks from the pool and run the pipeline over them.

use crate::scan::covered::{Covered, Known};
use crate::scan::pool::{Pool, Shared, Work, lock};
use crate::scan::progress::Progress;
use crate::scan::source::Source;
use bumpalo::Bump;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::{Arc, Mutex};
use watchbell_formats::{Decoder, FORMATS, Format, Framing, HEAD, Stream as About};
use watchbell_input::{InputFile, Options, Piece, Problem, Stream, expand, open};
use watchbell_model::Quarantined;
use watchbell_pipeline::{Coverage, Definitions, Explainer, File, Found, Interest, Tally, Worker};

/// What to read and how.
#[derive(Clone)]
pub struct Plan {
    pub files: Vec<InputFile>,
    pub options: Options,
    pub threads: usize,
    /// For records that do not say.
    pub about: About,
    /// What a reading before this one has learned, and what is wanted now.
    pub again: Option<Again>,
}

/// A second reading of the same inputs, for what matters.
#[derive(Clone)]
pub struct Again {
    pub interest: Arc<Interest>,
    pub covered: Covered,
}

/// What reading came to.
#[derive(Default)]
pub struct Reading {
    pub found: Found,
    pub tally: Tally,
    pub bytes: u64,
    /// Streams that were read, at least in part.
    pub streams: u64,
    pub problems: Vec<Problem>,
    pub covered: Covered,
    /// The latest second that an event told at a glance.
    pub latest: Option<i64>,
    pub coverage: Coverage,
    pub crowded: bool,
}

/// Reads everything; the order in which threads come by does not show in the result.
pub fn read_all(definitions: &Arc<Definitions>, plan: Plan, progress: &Progress) -> Reading {
    let threads = plan.threads.max(1);
    let scan = Scan::new(definitions, plan, progress);
    let workers: Vec<Worker> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(|| scan.thread())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    });
    scan.reading(workers)
}

/// Reads logs that are in memory: name and content.
pub fn read_memory(definitions: &Arc<Definitions>, logs: Vec<(String, Vec<u8>)>) -> Reading {
    let plan = Plan { files: Vec::new(), options: Options::default(), threads: 1, about: About::default(), again: None };
    let progress = Progress::silent();
    let scan = Scan::new(definitions, plan, &progress);
    let mut worker = Worker::new(definitions);
    for (name, bytes) in logs {
        let input = Arc::from(name.as_str());
        scan.stream(&input, Stream::new(name, Cursor::new(bytes)), &mut worker);
    }
    scan.reading(vec![worker])
}

struct Scan<'a> {
    definitions: &'a Arc<Definitions>,
    pool: Pool,
    options: Options,
    about: About,
    progress: &'a Progress,
    again: Option<Again>,
    covered: Mutex<Covered>,
    problems: Mutex<BTreeMap<String, Problem>>,
    streams: Mutex<u64>,
}

impl<'a> Scan<'a> {
    fn new(definitions: &'a Arc<Definitions>, plan: Plan, progress: &'a Progress) -> Self {
        Self {
            definitions,
            pool: Pool::new(plan.files),
            options: plan.options,
            about: plan.about,
            again: plan.again,
            covered: Mutex::default(),
            progress,
            problems: Mutex::new(BTreeMap::new()),
            streams: Mutex::new(0),
        }
    }

    fn reading(self, workers: Vec<Worker>) -> Reading {
        let mut reading = Reading { bytes: self.progress.bytes(), streams: *lock(&self.streams), ..Reading::default() };
        for worker in workers {
            reading.latest = reading.latest.max(worker.latest());
            reading.crowded |= worker.crowded;
            reading.coverage.add(worker.coverage);
            reading.tally.add(worker.tally);
            reading.found.add(worker.found);
        }
        reading.covered = std::mem::take(&mut *lock(&self.covered));
        reading.problems = std::mem::take(&mut *lock(&self.problems)).into_values().collect();
        reading
    }

    fn thread(&self) -> Worker {
        let mut worker = Worker::new(self.definitions).interested(self.again.as_ref().map(|again| Arc::clone(&again.interest)));
        while let Some(work) = self.pool.next() {
            match work {
                Work::Open(file) => {
                    self.file(&file, &mut worker);
                    self.pool.closed();
                }
                Work::Help(shared) => self.help(&shared, &mut worker),
            }
        }
        worker
    }

    fn file(&self, file: &InputFile, worker: &mut Worker) {
        if self.again.as_ref().is_some_and(|again| !again.covered.needs_input(&file.name, &again.interest)) {
            return;
        }
        let input = Arc::from(file.name.as_str());
        lock(&self.covered).opened(&file.name);
        match open(file, &self.options) {
            Ok(streams) => streams.for_each(|stream| match stream {
                Ok(stream) => self.stream(&input, stream, worker),
                Err(problem) => self.problem(problem),
            }),
            Err(problem) => self.problem(problem),
        }
    }

    fn stream(&self, input: &Arc<str>, mut stream: Stream, worker: &mut Worker) {
        stream.text();
        let head = stream.head(HEAD);
        let unit = *blake3::hash(&head[..head.len().min(1024)]).as_bytes();
        let Some(format) = recognise(head) else { return };
        let about = Arc::new(About { modified: stream.modified, ..self.about.clone() });
        let file = Arc::new(File::new(&stream.name, unit));
        let parallel = matches!(format.framing, Framing::Lines | Framing::Chunks);
        let needed = self.again.as_ref().and_then(|again| again.covered.needed(input, &file.name, &again.interest));
        let source = match needed {
            Some(blocks) => Source::pick(stream, format.framing, &self.options, blocks),
            None => Source::new(stream, format.framing, &self.options),
        };
        *lock(&self.streams) += 1;
        let shared = Arc::new(Shared::new(Arc::clone(input), file, format, about, source));
        if parallel {
            self.pool.share(&shared);
        }
        self.help(&shared, worker);
    }

    /// Takes blocks of a stream until there are no more.
    fn help(&self, shared: &Arc<Shared>, worker: &mut Worker) {
        let mut decoder = (shared.format.decoder)(&self.definitions.catalogue, &shared.about);
        let mut worked_off = None;
        loop {
            let piece = {
                let mut source = shared.source();
                worked_off.take().into_iter().for_each(|buffer| source.recycle(buffer));
                source.next()
            };
            match piece {
                Some(Ok(piece)) => worked_off = self.piece(shared, piece, &mut *decoder, worker),
                Some(Err(problem)) => self.problem(problem),
                None => break,
            }
        }
        self.pool.drained(shared);
        worker.finish(&shared.file, shared.format.id, &mut *decoder);
    }

    fn piece(&self, shared: &Shared, piece: Piece, decoder: &mut dyn Decoder, worker: &mut Worker) -> Option<Vec<u8>> {
        let Shared { input, file, format, .. } = shared;
        match piece {
            Piece::Block(block) if self.again.as_ref().is_some_and(|again| !again.covered.needs_block(input, &file.name, block.offset, &again.interest)) => {
                Some(block.bytes)
            }
            Piece::Block(block) => {
                let bytes = watchbell_formats::Block { bytes: &block.bytes, first_line: block.first_line, offset: block.offset };
                self.progress.add(block.bytes.len() as u64);
                let known = |span| Known { length: block.bytes.len(), first_line: block.first_line, span };
                let span = worker.block(file, format.id, decoder, bytes);
                lock(&self.covered).block(input, &file.name, block.offset, span.map(known));
                Some(block.bytes)
            }
            Piece::LongLine(long) => {
                self.progress.add(long.bytes);
                worker.left_out(file, format.id, &Quarantined { line: Some(long.line), record: None, reason: "long_line", records: 1 });
                None
            }
        }
    }

    fn problem(&self, problem: Problem) {
        lock(&self.problems).insert(problem.to_string(), problem);
    }
}

/// Explains one file's events, in its order.
pub fn explain_all(definitions: &Arc<Definitions>, path: &Path, explainer: &mut Explainer) -> anyhow::Result<()> {
    let options = Options::default();
    let (files, problems) = expand(&[path.to_owned()], &options);
    problems.into_iter().next().map_or(Ok(()), Err)?;
    for file in &files {
        for stream in open(file, &options)? {
            let mut stream = stream?;
            stream.text();
            let Some(format) = recognise(stream.head(HEAD)) else { continue };
            let about = Arc::new(About { modified: stream.modified, ..About::default() });
            let mut decoder = (format.decoder)(&definitions.catalogue, &about);
            let mut source = Source::new(stream, format.framing, &options);
            while let Some(piece) = source.next() {
                if let Piece::Block(block) = piece? {
                    let bytes = watchbell_formats::Block { bytes: &block.bytes, first_line: block.first_line, offset: block.offset };
                    decoder.decode(bytes, &Bump::new(), explainer);
                }
            }
            decoder.finish(&Bump::new(), explainer);
        }
    }
    Ok(())
}

fn recognise(head: &[u8]) -> Option<&'static Format> {
    FORMATS.iter().find(|format| (format.recognise)(head)).copied()
}
