//! Records of one serial gathered over a stream, however they are mixed, until the serial is whole or too old.

use super::Record;
use super::header::Header;
use foldhash::fast::RandomState;
use std::collections::{HashMap, VecDeque};

/// How long a serial waits for its records, in its stream's audit time.
const PATIENCE: i64 = 2_000;
/// Serials open at once; past it the older half is closed.
const MOST_OPEN: usize = 8_192;
/// Records and bytes of one serial; what comes on top is left out of the event.
const MOST_RECORDS: usize = 2_048;
const MOST_BYTES: usize = 1 << 20;
/// Bytes of all open serials.
const MOST_HELD: usize = 32 << 20;
/// Closed serials remembered, to tell what comes late.
const REMEMBERED: usize = 16_384;
/// Hosts told apart in one stream.
const MOST_NODES: usize = 4_096;

/// What joins records: the same host, audit time and serial, numbered by the same counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct JoinKey {
    pub node: u32,
    pub millis: i64,
    pub serial: u64,
    pub counter: Counter,
}

/// Who numbered a serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Counter {
    Kernel,
    Daemon,
    /// We did: the record lost its own.
    Ours,
}

/// A line of a serial: in the current block, or kept from an earlier one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub number: u64,
    pub last: u64,
    start: u32,
    length: u32,
    kept: bool,
}

/// A serial that waits for more.
#[derive(Default)]
pub(crate) struct Open {
    key: Option<JoinKey>,
    lines: Vec<Line>,
    kept: Vec<u8>,
    bytes: usize,
    /// The place in the order of opening.
    opened: u64,
    call: bool,
    title: bool,
    /// What SYSCALL says of PATHs, and how many came.
    items: u32,
    paths: u32,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Joined {
    Taken,
    /// An end mark of a serial that is closed already.
    Mark,
    /// Its serial is closed.
    Late,
    /// Its serial is as long as is allowed.
    TooMany,
}

struct Node {
    name: Box<[u8]>,
    now: i64,
    /// Open serials by deadline: slot, order of opening.
    waiting: VecDeque<(i64, u32, u64)>,
}

/// The open serials of one stream.
#[derive(Default)]
pub(crate) struct Joiner {
    nodes: Vec<Node>,
    by_name: HashMap<Box<[u8]>, u32, RandomState>,
    last_node: u32,
    open: Vec<Open>,
    free: Vec<u32>,
    slots: HashMap<JoinKey, u32, RandomState>,
    closed: VecDeque<JoinKey>,
    last: Option<(JoinKey, u32)>,
    /// Serials to be given out, in the order of their closing.
    ready: VecDeque<u32>,
    count: u64,
    held: usize,
}

const CLOSED: u32 = u32::MAX;

impl Joiner {
    /// Takes one record.
    pub fn push(&mut self, header: &Header<'_>, record: &Record<'_>) -> Joined {
        let line = record.line;
        let counter = match record.bare {
            true => Counter::Ours,
            false if header.of_daemon() => Counter::Daemon,
            false => Counter::Kernel,
        };
        let node = self.node(header.node.unwrap_or(record.host));
        self.advance(node, header.millis);
        let key = JoinKey { node, millis: header.millis, serial: header.serial, counter };
        let slot = match self.last {
            Some((last, slot)) if last == key => slot,
            _ => self.slot(key),
        };
        if slot == CLOSED {
            return if header.kind == b"EOE" { Joined::Mark } else { Joined::Late };
        }
        self.last = Some((key, slot));
        let open = &mut self.open[slot as usize];
        if open.lines.len() >= MOST_RECORDS || open.bytes + line.len() > MOST_BYTES {
            return Joined::TooMany;
        }
        open.add(record);
        self.held += line.len();
        if open.note(header, line) {
            self.close(slot);
        } else if self.held > MOST_HELD {
            self.close_older_half();
        }
        Joined::Taken
    }

    /// The next serial that is closed, with the node's name. Give it back with [`Self::recycle`].
    pub fn next_ready(&mut self) -> Option<(JoinKey, Open)> {
        let slot = self.ready.pop_front()?;
        let open = std::mem::take(&mut self.open[slot as usize]);
        self.free.push(slot);
        self.held -= open.bytes;
        Some((open.key?, open))
    }

    pub fn recycle(&mut self, mut open: Open) {
        let Some(slot) = self.free.last() else { return };
        open.clear();
        self.open[*slot as usize] = open;
    }

    pub fn node_name(&self, node: u32) -> &[u8] {
        self.nodes.get(node as usize).map_or(&[], |node| &node.name)
    }

    /// Whether there are as many hosts as can be told apart. Close all, then forget them.
    pub fn is_crowded(&self) -> bool {
        self.nodes.len() >= MOST_NODES
    }

    /// Forgets the hosts and all that was closed of them. Nothing may be open.
    pub fn forget(&mut self) {
        self.nodes.clear();
        self.by_name.clear();
        self.slots.clear();
        self.closed.clear();
        self.last = None;
    }

    /// The block ends: what is still open is copied out of it.
    pub fn keep(&mut self, block: &[u8]) {
        self.open.iter_mut().for_each(|open| open.keep(block));
    }

    /// The stream ends: everything is closed.
    pub fn close_all(&mut self) {
        self.close_where(|_| true);
    }

    fn node(&mut self, name: &[u8]) -> u32 {
        if self.nodes.get(self.last_node as usize).is_some_and(|node| *node.name == *name) {
            return self.last_node;
        }
        if let Some(id) = self.by_name.get(name) {
            self.last_node = *id;
            return *id;
        }
        let id = self.nodes.len() as u32;
        self.nodes.push(Node { name: name.into(), now: i64::MIN, waiting: VecDeque::new() });
        self.by_name.insert(name.into(), id);
        self.last_node = id;
        id
    }

    /// Moves the node's time on and closes what has waited long enough.
    fn advance(&mut self, node: u32, millis: i64) {
        let node = &mut self.nodes[node as usize];
        if millis <= node.now {
            return;
        }
        node.now = millis;
        let mut due = Vec::new();
        while let Some((_, slot, opened)) = node.waiting.pop_front_if(|(deadline, ..)| *deadline < millis) {
            due.push((slot, opened));
        }
        for (slot, opened) in due {
            if self.open[slot as usize].opened == opened {
                self.close(slot);
            }
        }
    }

    /// The open serial of a key, opened if the key is new.
    fn slot(&mut self, key: JoinKey) -> u32 {
        if let Some(slot) = self.slots.get(&key) {
            return *slot;
        }
        if self.slots.len() - self.closed.len() >= MOST_OPEN {
            self.close_older_half();
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.open.push(Open::default());
            self.open.len() as u32 - 1
        });
        self.count += 1;
        let open = &mut self.open[slot as usize];
        (open.key, open.opened) = (Some(key), self.count);
        self.wait(key.node, slot, self.count);
        self.slots.insert(key, slot);
        slot
    }

    fn wait(&mut self, node: u32, slot: u32, opened: u64) {
        let (node, open) = (&mut self.nodes[node as usize], &self.open);
        if node.waiting.len() > 2 * MOST_OPEN {
            node.waiting.retain(|(_, slot, opened)| open[*slot as usize].opened == *opened);
        }
        node.waiting.push_back((node.now.saturating_add(PATIENCE), slot, opened));
    }

    fn close(&mut self, slot: u32) {
        let open = &mut self.open[slot as usize];
        let Some(key) = open.key else { return };
        open.opened = 0;
        self.ready.push_back(slot);
        self.slots.insert(key, CLOSED);
        self.closed.push_back(key);
        self.last = None;
        if self.closed.len() > REMEMBERED
            && let Some(old) = self.closed.pop_front()
        {
            self.slots.remove(&old);
        }
    }

    fn close_older_half(&mut self) {
        let mut orders: Vec<u64> = self.open.iter().map(|open| open.opened).filter(|order| *order > 0).collect();
        if !orders.is_empty() {
            let half = orders.len() / 2;
            let newest = *orders.select_nth_unstable(half).1;
            self.close_where(|open| open.opened <= newest);
        }
    }

    fn close_where(&mut self, wanted: impl Fn(&Open) -> bool) {
        let mut due: Vec<(u64, u32)> =
            (0..).zip(&self.open).filter(|(_, open)| open.opened > 0 && wanted(open)).map(|(slot, open)| (open.opened, slot)).collect();
        due.sort_unstable();
        for (_, slot) in due {
            self.close(slot);
        }
    }
}

impl Open {
    /// The lines, those of earlier blocks out of `kept`.
    pub fn lines<'a>(&self, block: &'a [u8], kept: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let text = move |line: &Line| if line.kept { kept } else { block };
        self.lines.iter().map(move |line| &text(line)[line.start as usize..(line.start + line.length) as usize])
    }

    /// The first and last line of the file that the serial stands on.
    pub fn span(&self) -> (u64, u64) {
        let first = self.lines.iter().map(|line| line.number).min();
        let last = self.lines.iter().map(|line| line.last).max();
        (first.unwrap_or_default(), last.unwrap_or_default())
    }

    pub fn kept(&self) -> &[u8] {
        &self.kept
    }

    fn clear(&mut self) {
        let (mut lines, mut kept) = (std::mem::take(&mut self.lines), std::mem::take(&mut self.kept));
        lines.clear();
        kept.clear();
        *self = Self { lines, kept, ..Self::default() };
    }

    fn add(&mut self, record: &Record<'_>) {
        let Record { line, number, last, place, .. } = *record;
        let start = place.unwrap_or(self.kept.len()) as u32;
        if place.is_none() {
            self.kept.extend_from_slice(line);
        }
        self.bytes += line.len();
        self.lines.push(Line { number, last, start, length: line.len() as u32, kept: place.is_none() });
    }

    /// Notes what closes a serial; true if this record does.
    fn note(&mut self, header: &Header<'_>, line: &[u8]) -> bool {
        match header.kind {
            b"EOE" => return true,
            b"PATH" => self.paths += 1,
            b"SYSCALL" | b"URINGOP" => {
                self.call = true;
                self.items = items(&line[header.body..]);
            }
            b"PROCTITLE" if self.call => self.title = true,
            _ => {}
        }
        self.title && header.kind == b"PROCTITLE" && self.paths >= self.items
    }

    fn keep(&mut self, block: &[u8]) {
        for line in self.lines.iter_mut().filter(|line| !line.kept) {
            let text = &block[line.start as usize..(line.start + line.length) as usize];
            (line.start, line.kept) = (self.kept.len() as u32, true);
            self.kept.extend_from_slice(text);
        }
    }
}

fn items(body: &[u8]) -> u32 {
    let Some(at) = memchr::memmem::find(body, b" items=") else { return 0 };
    let digits = body[at + 7..].iter().take(4).take_while(|b| b.is_ascii_digit());
    digits.fold(0, |n, d| n * 10 + u32::from(d - b'0'))
}
