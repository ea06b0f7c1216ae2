//! What is durable, shared by the writer and the readers: segments, and the end up to which they may be read.

use crate::{Disk, Error, Position, header};
use std::{
    collections::VecDeque,
    io,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub base: u64,
    /// Durable up to here.
    pub end: u64,
    pub salt: u64,
}

impl Segment {
    pub fn bytes(&self) -> u64 {
        self.end - self.base + header::BYTES
    }
}

pub struct Log {
    state: Mutex<State>,
    grown: Condvar,
}

struct State {
    /// Never empty; the last is being written.
    segments: VecDeque<Segment>,
    bytes: u64,
    closed: bool,
}

/// Locks what a panicking thread may have left: each change here is whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    pub fn new(segments: VecDeque<Segment>) -> Self {
        let bytes = segments.iter().map(Segment::bytes).sum();
        Self { state: Mutex::new(State { segments, bytes, closed: false }), grown: Condvar::new() }
    }

    pub fn first(&self) -> u64 {
        lock(&self.state).segments.front().map_or(0, |segment| segment.base)
    }

    pub fn end(&self) -> u64 {
        end(&lock(&self.state))
    }

    pub fn bytes(&self) -> u64 {
        lock(&self.state).bytes
    }

    pub fn grow(&self, to: u64) {
        let mut state = lock(&self.state);
        if let Some(last) = state.segments.back_mut() {
            let more = to - std::mem::replace(&mut last.end, to);
            state.bytes += more;
        }
        drop(state);
        self.grown.notify_all();
    }

    /// A segment after the last; one that stayed empty is replaced.
    pub fn begin(&self, segment: Segment) {
        let mut state = lock(&self.state);
        if state.segments.back().is_some_and(|last| last.base == segment.base) {
            state.segments.pop_back();
            state.bytes -= header::BYTES;
        }
        state.bytes += segment.bytes();
        state.segments.push_back(segment);
    }

    pub fn is_closed(&self) -> bool {
        lock(&self.state).closed
    }

    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.grown.notify_all();
    }

    /// The segment that holds `at` or, past skipped positions, what comes next; `None` if nothing came in time.
    pub fn wait(&self, at: u64, timeout: Duration) -> Result<Option<Segment>, Error> {
        let state = lock(&self.state);
        let (state, _) = self.grown.wait_timeout_while(state, timeout, |state| end(state) <= at && !state.closed).unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = state.segments.front().filter(|first| at < first.base) {
            return Err(Error::Gone { wanted: Position(at), first: Position(first.base) });
        }
        let next = state.segments.partition_point(|segment| segment.end <= at);
        match state.segments.get(next) {
            Some(segment) => Ok(Some(segment.clone())),
            None if state.closed => Err(Error::Closed),
            None => Ok(None),
        }
    }

    /// Removes segments that lie wholly before a position, the oldest first; never the last.
    pub fn drop_before(&self, position: u64, disk: &dyn Disk) -> Result<(), Error> {
        while let Some(segment) = self.take_before(position) {
            let name = header::file_name(segment.base);
            let removed = match disk.remove(&name) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()), // an attempt before this one
                other => other,
            };
            if let Err(error) = removed.and_then(|()| disk.sync()) {
                let mut state = lock(&self.state);
                state.bytes += segment.bytes();
                state.segments.push_front(segment);
                return Err(Error::io("removing", &name)(error));
            }
        }
        Ok(())
    }

    fn take_before(&self, position: u64) -> Option<Segment> {
        let mut state = lock(&self.state);
        if state.segments.get(1)?.base > position {
            return None;
        }
        let segment = state.segments.pop_front()?;
        state.bytes -= segment.bytes();
        Some(segment)
    }
}

fn end(state: &State) -> u64 {
    state.segments.back().map_or(0, |last| last.end)
}

pub type Shared = Arc<Log>;
