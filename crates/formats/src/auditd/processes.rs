//! Which program a process runs, learnt from the records of a stream, so that a parent is more than a number.

use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Processes kept in mind; past it, what was learnt is forgotten.
const MOST: usize = 65_536;

/// What is known of a process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Process {
    pub image: Box<[u8]>,
    /// Empty if its start was not recorded.
    pub command_line: Box<[u8]>,
}

#[derive(Default)]
pub(crate) struct Processes {
    known: HashMap<(u32, u32), Process, RandomState>,
}

impl Processes {
    /// A process started a program.
    pub fn started(&mut self, node: u32, pid: u32, image: &[u8], command_line: &[u8]) {
        self.make_room();
        self.known.insert((node, pid), Process { image: image.into(), command_line: command_line.into() });
    }

    /// A process was seen to run a program.
    pub fn seen(&mut self, node: u32, pid: u32, image: &[u8]) {
        if self.known.get(&(node, pid)).is_none_or(|process| *process.image != *image) {
            self.started(node, pid, image, b"");
        }
    }

    pub fn get(&self, node: u32, pid: u32) -> Option<&Process> {
        self.known.get(&(node, pid))
    }

    fn make_room(&mut self) {
        if self.known.len() >= MOST {
            self.known.clear();
        }
    }
}
