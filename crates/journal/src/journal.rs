//! The journal as others see it: open, append, read, drop, close.

use crate::{
    Disk, Entry, Error, Folder, MOST_ENTRY_BYTES, Options, Position, Reader, Recovered,
    frame::Frame,
    header::Header,
    log::{Log, Shared, lock},
    queue::{Pending, Queue},
    recover::{self, Kept},
    writer::{Active, Writer, begin_segment, salt},
};
use std::{
    path::Path,
    sync::{Arc, Mutex, mpsc},
    thread::{self, JoinHandle},
};

pub struct Journal {
    disk: Arc<dyn Disk>,
    log: Shared,
    queue: Arc<Queue>,
    options: Options,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Journal {
    pub fn open(folder: impl AsRef<Path>, options: Options) -> Result<(Self, Recovered), Error> {
        let folder = folder.as_ref();
        let disk = Folder::new(folder).map_err(Error::io("making", &folder.display().to_string()))?;
        Self::open_on(Arc::new(disk), options)
    }

    /// On a file system of the caller's own.
    pub fn open_on(disk: Arc<dyn Disk>, mut options: Options) -> Result<(Self, Recovered), Error> {
        options.group_bytes = options.group_bytes.min(MOST_ENTRY_BYTES);
        let place = disk.place();
        let lock = disk.lock().map_err(Error::io("locking", &place))?;
        let lock = lock.ok_or_else(|| Error::Locked { folder: place.as_str().into() })?;
        let (kept, mut recovered) = recover::recover(&*disk)?;
        let (active, log) = resume(&*disk, kept, &options)?;
        let log = Arc::new(log);
        recovered.end = Position(log.end());
        let queue = Arc::new(Queue::default());
        let end = log.end();
        let writer = Writer { disk: disk.clone(), log: log.clone(), queue: queue.clone(), options: options.clone(), active: Some(active), end, lock };
        let thread = thread::Builder::new().name("journal".into()).spawn(move || writer.run());
        let thread = thread.map_err(Error::io("starting the writer of", &place))?;
        let journal = Self { disk, log, queue, options, writer: Mutex::new(Some(thread)) };
        Ok((journal, recovered))
    }

    /// Returns at once. `done` is called exactly once, on the writer's thread after the group's sync, or right here with
    /// the reason of a refusal; it must be quick, everybody waits for it.
    pub fn append(&self, entry: Entry, done: impl FnOnce(Result<Position, Error>) + Send + 'static) {
        if let Err(error) = self.within_limit() {
            return done(Err(error));
        }
        match Frame::encode(entry) {
            Err(error) => done(Err(error)),
            Ok(frame) => self.queue.push(Pending { frame, done: Box::new(done) }, self.options.max_pending_bytes),
        }
    }

    /// As `append`, and waits.
    pub fn append_and_wait(&self, entry: Entry) -> Result<Position, Error> {
        let (tell, told) = mpsc::sync_channel(1);
        self.append(entry, move |outcome| {
            let _ = tell.send(outcome); // the one who waits is below
        });
        told.recv().unwrap_or(Err(Error::Closed))
    }

    /// Reads from an entry's position, the first or the end on.
    pub fn reader(&self, from: Position) -> Result<Reader, Error> {
        let (first, end) = (self.first(), self.end());
        if from < first {
            return Err(Error::Gone { wanted: from, first });
        }
        if from > end {
            return Err(Error::Beyond { wanted: from, end });
        }
        Ok(Reader::new(self.disk.clone(), self.log.clone(), from))
    }

    /// Lets go of segments that lie wholly before a position.
    pub fn drop_before(&self, position: Position) -> Result<(), Error> {
        self.log.drop_before(position.0, &*self.disk)
    }

    /// The oldest position that is kept.
    pub fn first(&self) -> Position {
        Position(self.log.first())
    }

    /// Where the next entry will stand; everything before it is durable.
    pub fn end(&self) -> Position {
        Position(self.log.end())
    }

    /// Bytes on disk.
    pub fn bytes(&self) -> u64 {
        self.log.bytes()
    }

    /// Bytes that wait for their sync.
    pub fn pending_bytes(&self) -> usize {
        self.queue.bytes()
    }

    /// Whether nothing comes any more.
    pub fn is_closed(&self) -> bool {
        self.log.is_closed()
    }

    /// Refuses new entries, writes those that wait, lets readers come to the end, gives the folder free.
    pub fn close(&self) {
        self.queue.close();
        let writer = lock(&self.writer).take();
        if let Some(writer) = writer
            && writer.thread().id() != thread::current().id()
        {
            let _ = writer.join(); // it does not panic; a callback that does is caught there
        }
    }

    fn within_limit(&self) -> Result<(), Error> {
        let most = self.options.max_bytes;
        if most == u64::MAX {
            return Ok(());
        }
        let held = self.log.bytes();
        if held < most { Ok(()) } else { Err(Error::Limit { held, most }) }
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.close();
    }
}

/// The segment to go on with: the last, or a new one where there is none or positions must be skipped.
fn resume(disk: &dyn Disk, kept: Kept, options: &Options) -> Result<(Active, Log), Error> {
    let mut segments = kept.segments;
    let end = segments.last().map_or(0, |last| last.end);
    let base = end.max(options.not_before.0);
    let active = match (kept.last, segments.last()) {
        (Some(file), Some(last)) if base == end => Active { file, segment: last.clone() },
        _ => {
            let begun = begin_segment(disk, Header { base, follows: end, salt: salt() })?;
            segments.push(begun.segment.clone());
            begun
        }
    };
    Ok((active, Log::new(segments.into())))
}
