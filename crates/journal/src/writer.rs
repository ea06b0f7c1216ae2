//! The one thread that writes: a group at a time, one sync, then the answers.

use crate::{
    Disk, DiskFile, Error, Options, Position,
    header::{self, Header},
    log::{Segment, Shared},
    queue::{Pending, Queue},
};
use std::{
    any::Any,
    hash::{BuildHasher as _, RandomState},
    io::{self, IoSlice},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

pub struct Writer {
    pub disk: Arc<dyn Disk>,
    pub log: Shared,
    pub queue: Arc<Queue>,
    pub options: Options,
    /// The segment that is being written; `None` after a failure that leaves it untrusted.
    pub active: Option<Active>,
    /// Where everything that was acknowledged ends.
    pub end: u64,
    /// Keeps other processes out until the last group is answered.
    pub lock: Box<dyn Any + Send>,
}

pub struct Active {
    pub file: Box<dyn DiskFile>,
    pub segment: Segment,
}

impl Writer {
    pub fn run(mut self) {
        while let Some(mut group) = self.queue.take(&self.options) {
            let outcome = self.commit(&mut group);
            answer(group, &outcome, &self.queue);
        }
        drop(self.lock);
        self.log.close();
    }

    /// Writes a group and syncs it; gives where it begins.
    fn commit(&mut self, group: &mut [Pending]) -> Result<u64, Error> {
        let begin = self.end;
        let name = self.ready()?;
        let Some(active) = &mut self.active else { return Err(Error::Closed) };
        let mut at = begin;
        for pending in &mut *group {
            pending.frame.seal(at, (at - begin) as u32, active.segment.salt);
            at += pending.frame.length() as u64;
        }
        let mut parts: Vec<IoSlice<'_>> = group.iter().flat_map(|pending| pending.frame.parts()).map(IoSlice::new).collect();
        let place = begin - active.segment.base + header::BYTES;
        if let Err(error) = write_all(&mut *active.file, place, &mut parts) {
            self.cut_back(place);
            return Err(Error::io("writing", &name)(error));
        }
        if let Err(error) = active.file.sync() {
            // What the system made of the pages is unknown now, and a second sync could claim success: no more of this file.
            let _ = active.file.cut(place); // the next segment says where this one ends
            self.active = None;
            return Err(Error::io("syncing", &name)(error));
        }
        self.end = at;
        self.log.grow(at);
        Ok(begin)
    }

    /// Takes back what was written of a group, for good: whole frames of it must not stand behind what comes next. A
    /// segment that cannot be cut is used no more.
    fn cut_back(&mut self, length: u64) {
        let cut = |file: &mut dyn DiskFile| file.cut(length).and_then(|()| file.sync());
        self.active.take_if(|active| cut(&mut *active.file).is_err());
    }

    /// Sees to it that there is a segment with room; gives its name.
    fn ready(&mut self) -> Result<String, Error> {
        if let Some(active) = &self.active
            && self.end - active.segment.base < self.options.segment_bytes
        {
            return Ok(header::file_name(active.segment.base));
        }
        let begun = begin_segment(&*self.disk, Header { base: self.end, follows: self.end, salt: salt() })?;
        self.log.begin(begun.segment.clone());
        self.active = Some(begun);
        Ok(header::file_name(self.end))
    }
}

/// A new file, its header and its name durable before the first frame.
pub fn begin_segment(disk: &dyn Disk, header: Header) -> Result<Active, Error> {
    let name = header::file_name(header.base);
    create(disk, &name, header).map_err(|error| {
        // Without room for a header there may still be a file; the next attempt begins by removing it.
        let _ = disk.remove(&name);
        Error::io("beginning", &name)(error)
    })
}

fn create(disk: &dyn Disk, name: &str, header: Header) -> io::Result<Active> {
    let mut file = match disk.create(name) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            // A failed attempt, or a segment of which nothing was ever acknowledged.
            disk.remove(name)?;
            disk.create(name)?
        }
        other => other?,
    };
    write_all(&mut *file, 0, &mut [IoSlice::new(&header.encode())])?;
    file.sync()?;
    disk.sync()?;
    Ok(Active { file, segment: Segment { base: header.base, end: header.base, salt: header.salt } })
}

pub fn salt() -> u64 {
    RandomState::new().hash_one(0)
}

pub fn write_all(file: &mut dyn DiskFile, mut at: u64, mut parts: &mut [IoSlice<'_>]) -> io::Result<()> {
    IoSlice::advance_slices(&mut parts, 0);
    while !parts.is_empty() {
        match file.write(at, parts) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => {
                at += count as u64;
                IoSlice::advance_slices(&mut parts, count);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Tells each entry of a group what became of it, in order.
fn answer(group: Vec<Pending>, outcome: &Result<u64, Error>, queue: &Queue) {
    let mut at = *outcome.as_ref().unwrap_or(&0);
    for pending in group {
        let length = pending.frame.length();
        let told = outcome.as_ref().map(|_| Position(at)).map_err(Error::clone);
        queue.answered(length);
        at += length as u64;
        // Somebody's callback must not end the thread on which all others wait.
        let _ = catch_unwind(AssertUnwindSafe(|| (pending.done)(told)));
    }
}
