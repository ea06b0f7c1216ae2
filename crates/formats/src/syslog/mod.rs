//! syslog: lines of RFC 3164 and 5424 and with ISO times, as files and `journalctl` write them; audit records in them too.

mod classes;
mod entry;
mod head;
mod programs;
mod stamp;
mod sysmon;
mod whole;

pub(crate) use classes::Classes;
pub(crate) use entry::{Entry, Giver};
pub(crate) use sysmon::Sysmon;

use crate::auditd::{self, Audit, Out, Record, Runs};
use crate::lines::lines;
use crate::{Block, Catalogue, Decoder, Format, Framing, HEAD, Stream};
use bumpalo::Bump;
use head::Head;
use stamp::{Stamp, Years};
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};
use whole::LineWhole;

pub const SYSLOG: Format = Format { id: "syslog", title: "syslog and journalctl's lines", framing: Framing::LinesInOrder, recognise, decoder };

fn decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    let years = Years::new(stream.year, stream.modified, &stream.zone);
    let giver = Giver::new(catalogue.kept(Classes::new));
    Box::new(Syslog {
        giver,
        audit: Audit::new(catalogue, stream),
        runs: Runs::default(),
        sysmon: Sysmon::new(catalogue, stream),
        years,
        stream: Arc::clone(stream),
    })
}

/// Half of the first lines have the head of a syslog line; those that are indented go on from another.
fn recognise(head: &[u8]) -> bool {
    let begins = |line: &&[u8]| line.first().is_some_and(|b| !b.is_ascii_whitespace()) && !is_remark(line);
    let lines = head.split(|b| *b == b'\n').filter(begins).take(32);
    let (known, all) = lines.fold((0, 0), |(known, all), line| (known + usize::from(head::read(line).is_some()), all + 1));
    known > 0 && known * 2 >= all
}

/// `-- Logs begin at …`, `-- Reboot --`, as `journalctl` writes between lines.
fn is_remark(line: &[u8]) -> bool {
    line.starts_with(b"-- ")
}

struct Syslog {
    giver: Giver,
    audit: Audit,
    runs: Runs,
    sysmon: Sysmon,
    years: Years,
    stream: Arc<Stream>,
}

impl Decoder for Syslog {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        if block.offset == 0 {
            self.look_ahead(&block);
        }
        let mut out = Out { block: block.bytes, arena, sink };
        for (number, start, line) in lines(&block) {
            self.line(number, start, line, &mut out);
        }
        self.audit.keep(block.bytes);
    }

    fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        self.audit.finish(arena, sink);
    }
}

impl Syslog {
    fn line<'a>(&mut self, number: u64, start: usize, line: &'a [u8], out: &mut Out<'_, 'a>) {
        let Some(head) = head::read(line) else { return self.headless(number, start, line, out) };
        let year = self.year(&head);
        let whole = LineWhole { line, head: &head, year, stream: &self.stream };
        let host = head.host.unwrap_or_default();
        if let Some(payload) = audit_record(&head) {
            // The payload is the line's end.
            let place = Some(start + line.len() - payload.len());
            self.audit.push(&Record { line: payload, number, last: number, place, host, bare: false }, out);
            return;
        }
        if head.program == Some(b"audit") {
            let millis = whole.time().map_or(0, |time| time.nanos / 1_000_000);
            if let Some(record) = self.runs.record(head.message, millis) {
                self.audit.push(&Record { line: &record, number, last: number, place: None, host, bare: true }, out);
                return;
            }
        }
        if self.sysmon.take(head.message, (number, number), out) {
            return;
        }
        let entry = entry(&head, self.stream.host.as_deref(), out.arena);
        self.giver.give(&entry, (number, number), &whole, out.arena, out.sink);
    }

    /// A line without a head: a bare audit record, a remark, or nothing that is known.
    fn headless<'a>(&mut self, number: u64, start: usize, line: &'a [u8], out: &mut Out<'_, 'a>) {
        if self.audit.push(&Record { line, number, last: number, place: Some(start), host: b"", bare: false }, out) {
            return;
        }
        if is_remark(line) {
            if let Some((year, month)) = remark_year(line) {
                self.years.see(year, month);
            }
            out.sink.skipped(1);
        } else {
            out.sink.quarantined(Quarantined { line: Some(number), record: None, reason: "unknown_format", records: 1 });
        }
    }

    fn year(&mut self, head: &Head<'_>) -> Option<i16> {
        match head.stamp {
            Stamp::None => None,
            Stamp::Short { month, day, .. } => self.years.next(month, day),
            Stamp::Full(text) => {
                let (year, month) = stamp::year_month(text)?;
                self.years.see(year, month);
                Some(year)
            }
        }
    }

    /// The first line of a stream may lack the year that a later one has.
    fn look_ahead(&mut self, block: &Block<'_>) {
        let ahead = Block { bytes: &block.bytes[..block.bytes.len().min(HEAD)], ..*block };
        let told = lines(&ahead).find_map(|(_, _, line)| match head::read(line).map(|head| head.stamp) {
            Some(Stamp::Full(text)) => stamp::year_month(text),
            Some(_) => None,
            None => remark_year(line),
        });
        if let (Some((year, month)), None) = (told, self.stream.year) {
            self.years.see(year, month);
        }
    }
}

fn entry<'a>(head: &Head<'a>, host: Option<&str>, arena: &'a Bump) -> Entry<'a> {
    Entry {
        host: head.host.or_else(|| host.map(|host| &*arena.alloc_slice_copy(host.as_bytes()))),
        program: head.program,
        pid: head.pid,
        message: head.message,
        facility: head.priority.map(|p| p / 8),
        severity: head.priority.map(|p| p % 8),
        ..Entry::default()
    }
}

/// `-- Logs begin at Wed 2019-10-02 02:13:51 UTC, …`, `-- Journal begins at …`.
fn remark_year(line: &[u8]) -> Option<(i16, i8)> {
    let line = std::str::from_utf8(line).ok()?;
    let date = line.split_once(" begin").and_then(|(_, rest)| rest.split_whitespace().find(|word| word.len() == 10 && word.as_bytes()[4] == b'-'))?;
    stamp::year_month(date)
}

/// The audit record that a line carries.
fn audit_record<'a>(head: &Head<'a>) -> Option<&'a [u8]> {
    match head.program {
        Some(b"audit" | b"kernel" | b"audispd" | b"auditd" | b"audisp-syslog" | b"audisp-remote" | b"tag_audit_log" | b"audit_log") => {
            auditd::within(head.message)
        }
        None if head.message.starts_with(b"type=") => auditd::within(head.message),
        _ => None,
    }
}
