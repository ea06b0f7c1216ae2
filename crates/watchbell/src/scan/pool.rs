//! What is left to read, shared by the threads: files nobody has opened, and open streams whose blocks anyone may take.

use crate::scan::source::Source;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use watchbell_formats::Format;
use watchbell_input::InputFile;
use watchbell_pipeline::File;

/// A stream whose blocks are decoded by themselves.
pub struct Shared {
    /// The name of the input that it is read from.
    pub input: Arc<str>,
    pub file: Arc<File>,
    pub format: &'static Format,
    pub about: Arc<watchbell_formats::Stream>,
    source: Mutex<Source>,
}

impl Shared {
    pub fn new(input: Arc<str>, file: Arc<File>, format: &'static Format, about: Arc<watchbell_formats::Stream>, source: Source) -> Self {
        Self { input, file, format, about, source: Mutex::new(source) }
    }

    pub fn source(&self) -> MutexGuard<'_, Source> {
        lock(&self.source)
    }
}

/// What a thread is to do next.
pub enum Work {
    /// Open this file.
    Open(InputFile),
    /// Help with this stream until it is read.
    Help(Arc<Shared>),
}

pub struct Pool {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    files: VecDeque<InputFile>,
    shared: Vec<Arc<Shared>>,
    /// Threads that are at a file and may still share it.
    opening: usize,
}

impl Pool {
    pub fn new(files: Vec<InputFile>) -> Self {
        Self { state: Mutex::new(State { files: files.into(), shared: Vec::new(), opening: 0 }), changed: Condvar::new() }
    }

    /// New files first: each is a stream of its own, and threads get in each other's way in a shared one. Waits while
    /// another thread may still share what it has opened; none is the end.
    pub fn next(&self) -> Option<Work> {
        let mut state = lock(&self.state);
        loop {
            if let Some(file) = state.files.pop_front() {
                state.opening += 1;
                return Some(Work::Open(file));
            }
            if let Some(shared) = state.shared.first() {
                return Some(Work::Help(Arc::clone(shared)));
            }
            if state.opening == 0 {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn share(&self, shared: &Arc<Shared>) {
        lock(&self.state).shared.push(Arc::clone(shared));
        self.changed.notify_all();
    }

    /// A shared stream has no more blocks.
    pub fn drained(&self, shared: &Arc<Shared>) {
        lock(&self.state).shared.retain(|other| !Arc::ptr_eq(other, shared));
    }

    /// A thread is done with the file it opened.
    pub fn closed(&self) {
        lock(&self.state).opening -= 1;
        self.changed.notify_all();
    }
}

pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
