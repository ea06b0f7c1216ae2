//! What is durable, shared by the writer and the readers: segments, and the end up to which they may be read.

use crate::{Disk, Error, Position, header};
use std::{
    collections::VecDeque,
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
    closed: bool,
}

/// Locks what a panicking thread may have left: each change here is whole.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Log {
    pub fn new(segments: VecDeque<Segment>) -> Self {
        Self { state: Mutex::new(State { segments, closed: false }), grown: Condvar::new() }
    }

    pub fn first(&self) -> u64 {
        lock(&self.state).segments.front().map_or(0, |segment| segment.base)
    }

    pub fn end(&self) -> u64 {
        end(&lock(&self.state))
    }

    pub fn bytes(&self) -> u64 {
        lock(&self.state).segments.iter().map(Segment::bytes).sum()
    }

    pub fn grow(&self, to: u64) {
        if let Some(last) = lock(&self.state).segments.back_mut() {
            last.end = to;
        }
        self.grown.notify_all();
    }

    /// A segment after the last; one that stayed empty is replaced.
    pub fn begin(&self, segment: Segment) {
        let mut state = lock(&self.state);
        if state.segments.back().is_some_and(|last| last.base == segment.base) {
            state.segments.pop_back();
        }
        state.segments.push_back(segment);
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
            if let Err(error) = disk.remove(&name).and_then(|()| disk.sync()) {
                lock(&self.state).segments.push_front(segment);
                return Err(Error::io("removing", &name)(error));
            }
        }
        Ok(())
    }

    fn take_before(&self, position: u64) -> Option<Segment> {
        let mut state = lock(&self.state);
        let past = state.segments.get(1)?.base <= position;
        if past { state.segments.pop_front() } else { None }
    }
}

fn end(state: &State) -> u64 {
    state.segments.back().map_or(0, |last| last.end)
}

pub type Shared = Arc<Log>;
