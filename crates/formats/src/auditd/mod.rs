//! auditd: the audit log of Linux, its records joined into one event per serial.

mod argv;
mod bare;
mod classes;
mod deeds;
mod fields;
mod folders;
mod header;
mod interpreted;
mod join;
mod keys;
mod names;
mod path;
mod processes;
mod serial;
mod socket;
mod weave;
mod whole;

use crate::lines::lines;
use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
pub(crate) use argv::command_line;
pub(crate) use bare::Runs;
use bumpalo::Bump;
pub use interpreted::{HINT, INTERPRETED, REASON};
use join::{Joined, Joiner};
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};
use weave::Weaver;

pub const AUDITD: Format = Format { id: "auditd", title: "Linux audit log", framing: Framing::LinesInOrder, recognise, decoder };

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Audit::new(catalogue, stream))
}

/// Half of the first lines are audit records. What `ausearch` writes between them does not count.
fn recognise(head: &[u8]) -> bool {
    let lines = head.split(|b| *b == b'\n').filter(|line| !line.trim_ascii().is_empty() && !is_divider(line)).take(32);
    let (records, all) = lines.fold((0, 0), |(records, all), line| (records + usize::from(header::read(line).is_some()), all + 1));
    records > 0 && records * 2 >= all
}

/// `----` and `time->Sat Apr 23 00:58:53 2022`, with which `ausearch` divides events; comments.
fn is_divider(line: &[u8]) -> bool {
    line.starts_with(b"----") || line.starts_with(b"time->") || line.starts_with(b"#")
}

/// An audit record as a line carries it.
pub(crate) struct Record<'l> {
    pub line: &'l [u8],
    /// The first and last line of the file that it stands on.
    pub number: u64,
    pub last: u64,
    /// Where it lies in the block; what lies elsewhere is copied.
    pub place: Option<usize>,
    /// Of the carrier.
    pub host: &'l [u8],
    /// Its serial is ours.
    pub bare: bool,
}

/// Where events go, and what they borrow from.
pub(crate) struct Out<'o, 'a> {
    pub block: &'a [u8],
    pub arena: &'a Bump,
    pub sink: &'o mut dyn Sink<'a>,
}

/// The audit record within a message: at its beginning, or after what the kernel puts before it.
pub(crate) fn within(message: &[u8]) -> Option<&[u8]> {
    let start = &message[..message.len().min(96)];
    let at = if message.starts_with(b"node=") { 0 } else { memchr::memmem::find(start, b"type=")? };
    header::read(&message[at..]).map(|_| &message[at..])
}

/// The joining of one stream's records, for every format that carries them.
pub(crate) struct Audit {
    joiner: Joiner,
    weaver: Weaver,
    host: Option<String>,
}

impl Audit {
    pub fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        let classes = catalogue.kept(classes::Classes::new);
        Self { joiner: Joiner::default(), weaver: Weaver::new(classes), host: stream.host.clone() }
    }

    /// Takes a record. False if it is none.
    pub fn push(&mut self, record: &Record<'_>, out: &mut Out<'_, '_>) -> bool {
        let Some(header) = header::read(record.line) else { return false };
        if self.joiner.is_crowded() {
            self.joiner.close_all();
            self.give(out);
            self.joiner.forget();
            self.weaver.forget();
        }
        let reason = match self.joiner.push(&header, record) {
            Joined::Taken => None,
            Joined::Mark => {
                out.sink.skipped(1);
                None
            }
            Joined::Late => Some("late_record"),
            Joined::TooMany => Some("long_serial"),
        };
        if let Some(reason) = reason {
            out.sink.quarantined(Quarantined { line: Some(record.number), record: None, reason, records: 1 });
        }
        self.give(out);
        true
    }

    /// The block ends.
    pub fn keep(&mut self, block: &[u8]) {
        self.joiner.keep(block);
    }

    /// The stream ends.
    pub fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        self.joiner.close_all();
        self.give(&mut Out { block: &[], arena, sink });
    }

    fn give(&mut self, out: &mut Out<'_, '_>) {
        while let Some((key, open)) = self.joiner.next_ready() {
            let node = String::from_utf8_lossy(self.joiner.node_name(key.node));
            let host = if node.is_empty() { self.host.as_deref() } else { Some(&*node) };
            self.weaver.give(key, &open, host, out);
            self.joiner.recycle(open);
        }
    }
}

impl Decoder for Audit {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let mut out = Out { block: block.bytes, arena, sink };
        for (number, start, line) in lines(&block) {
            if self.push(&Record { line, number, last: number, place: Some(start), host: b"", bare: false }, &mut out) {
                continue;
            }
            if is_divider(line) {
                out.sink.skipped(1);
            } else {
                out.sink.quarantined(Quarantined { line: Some(number), record: None, reason: "bad_record", records: 1 });
            }
        }
        self.keep(block.bytes);
    }

    fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        Self::finish(self, arena, sink);
    }
}
