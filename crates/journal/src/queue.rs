//! Entries that wait for the writer, bounded by bytes.

use crate::{Error, Options, Position, frame::Frame, log::lock};
use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, PoisonError},
};

pub type Done = Box<dyn FnOnce(Result<Position, Error>) + Send>;

pub struct Pending {
    pub frame: Frame,
    pub done: Done,
}

#[derive(Default)]
pub struct Queue {
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Pending>,
    /// Of what waits and of what is being written.
    bytes: usize,
    waiting_bytes: usize,
    closed: bool,
}

impl Queue {
    /// Answers at once if the entry cannot wait here. One entry alone is always taken.
    pub fn push(&self, pending: Pending, most: usize) {
        let mut state = lock(&self.state);
        let length = pending.frame.length();
        let full = state.bytes > 0 && state.bytes + length > most;
        if state.closed || full {
            let why = if state.closed { Error::Closed } else { Error::Full { waiting: state.bytes } };
            drop(state);
            return (pending.done)(Err(why));
        }
        state.bytes += length;
        state.waiting_bytes += length;
        state.waiting.push_back(pending);
        drop(state);
        self.work.notify_one();
    }

    /// The next group, once there is one; `None` when closed and drained.
    pub fn take(&self, options: &Options) -> Option<Vec<Pending>> {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.closed;
        let mut state = self.work.wait_while(lock(&self.state), idle).unwrap_or_else(PoisonError::into_inner);
        if !options.group_wait.is_zero() {
            let few = |state: &mut State| state.waiting_bytes < options.group_bytes && !state.closed;
            state = self.work.wait_timeout_while(state, options.group_wait, few).unwrap_or_else(PoisonError::into_inner).0;
        }
        let group = state.group(options.group_bytes);
        if group.is_empty() { None } else { Some(group) }
    }

    /// So many bytes have been answered.
    pub fn answered(&self, bytes: usize) {
        lock(&self.state).bytes -= bytes;
    }

    pub fn bytes(&self) -> usize {
        lock(&self.state).bytes
    }

    pub fn close(&self) {
        lock(&self.state).closed = true;
        self.work.notify_all();
    }
}

impl State {
    fn group(&mut self, most: usize) -> Vec<Pending> {
        let mut bytes = 0;
        let count = self.waiting.iter().take_while(|pending| {
            let begins = bytes < most;
            bytes += if begins { pending.frame.length() } else { 0 };
            begins
        });
        let count = count.count();
        self.waiting_bytes -= bytes;
        self.waiting.drain(..count).collect()
    }
}
