//! The systemd journal: its export format and its JSON; the same views as syslog has, audit records joined.

mod export;
mod fields;
mod json;
mod whole;

use crate::auditd::{self, Audit, Out, Record};
use crate::lines::{is_blank, lines};
use crate::syslog::{Classes, Entry, Giver, Sysmon};
use crate::{Block, Catalogue, Decoder, Format, Framing, Stream};
use bumpalo::Bump;
use fields::{Field, Fields};
use std::sync::Arc;
use watchbell_model::{Quarantined, Sink};
use whole::EntryWhole;

pub const JOURNAL_EXPORT: Format = Format {
    id: "journald-export",
    title: "systemd journal, export format",
    framing: Framing::LinesInOrder,
    recognise: recognise_export,
    decoder: export_decoder,
};
pub const JOURNAL_JSON: Format =
    Format { id: "journald-json", title: "systemd journal, JSON", framing: Framing::LinesInOrder, recognise: recognise_json, decoder: json_decoder };

/// Bytes of the longest entry that is waited for.
const LONGEST: usize = 8 << 20;

fn recognise_export(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let name = head.iter().take_while(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || **b == b'_').count();
    name > 1 && head.get(name) == Some(&b'=') && [&b"__CURSOR="[..], b"__REALTIME_TIMESTAMP="].iter().any(|mark| memchr::memmem::find(head, mark).is_some())
}

fn recognise_json(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    let line = head.split(|b| *b == b'\n').next().unwrap_or_default();
    let has = |name: &[u8]| memchr::memmem::find(line, name).is_some();
    line.starts_with(b"{") && (has(b"\"__CURSOR\"") || has(b"\"__REALTIME_TIMESTAMP\"")) && has(b"\"MESSAGE\"") | has(b"\"_TRANSPORT\"") | has(b"\"_BOOT_ID\"")
}

fn export_decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Export { journal: Journal::new(catalogue, stream), open: Vec::new(), measured: 0, line: 1 })
}

fn json_decoder(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Box<dyn Decoder> {
    Box::new(Json { journal: Journal::new(catalogue, stream) })
}

/// Gives entries out, however they were written.
struct Journal {
    giver: Giver,
    audit: Audit,
    sysmon: Sysmon,
    stream: Arc<Stream>,
}

/// An entry as written, and where.
struct Written<'a> {
    raw: &'a [u8],
    json: bool,
    lines: (u64, u64),
}

impl Journal {
    fn new(catalogue: &Arc<Catalogue>, stream: &Arc<Stream>) -> Self {
        Self {
            giver: Giver::new(catalogue.kept(Classes::new)),
            audit: Audit::new(catalogue, stream),
            sysmon: Sysmon::new(catalogue, stream),
            stream: Arc::clone(stream),
        }
    }

    fn give<'a>(&mut self, fields: &Fields<'a>, written: &Written<'a>, out: &mut Out<'_, 'a>) {
        if let Some(record) = audit_record(fields) {
            let host = fields.get(Field::Host).unwrap_or_default();
            if self.audit.push(&Record { line: &record, number: written.lines.0, last: written.lines.1, place: None, host, bare: false }, out) {
                return;
            }
        }
        if fields.get(Field::Message).is_some_and(|message| self.sysmon.take(message, written.lines, out)) {
            return;
        }
        let small = |field| fields.number(field).and_then(|n| u8::try_from(n).ok());
        let entry = Entry {
            host: fields.get(Field::Host).or_else(|| self.stream.host.as_ref().map(|host| &*out.arena.alloc_slice_copy(host.as_bytes()))),
            program: fields.get(Field::Identifier).or_else(|| fields.get(Field::Comm)),
            pid: fields.get(Field::SyslogPid).or_else(|| fields.get(Field::Pid)),
            message: fields.get(Field::Message).unwrap_or_default(),
            facility: small(Field::Facility),
            severity: small(Field::Priority),
            image: fields.get(Field::Exe),
            command_line: fields.get(Field::CommandLine),
            uid: fields.get(Field::Uid),
            login: fields.get(Field::LoginUid).filter(|uid| *uid != b"4294967295"),
            unit: fields.get(Field::Unit).or_else(|| fields.get(Field::UserUnit)),
        };
        let whole = EntryWhole { fields, raw: written.raw, json: written.json, host: self.stream.host.as_deref() };
        self.giver.give(&entry, written.lines, &whole, out.arena, out.sink);
    }
}

/// The audit record of an entry as auditd would write it. The journal keeps type, serial and time apart; its message is
/// the type's name and the record's fields.
fn audit_record(fields: &Fields<'_>) -> Option<Vec<u8>> {
    if fields.get(Field::Transport) != Some(b"audit") {
        return auditd::within(fields.get(Field::Message)?).filter(|_| fields.get(Field::Transport) == Some(b"kernel")).map(<[u8]>::to_vec);
    }
    let message = fields.get(Field::Message)?;
    let body = &message[memchr::memchr(b' ', message).unwrap_or(message.len())..];
    let kind = String::from_utf8_lossy(fields.get(Field::AuditType)?);
    let serial = fields.number(Field::AuditId)?;
    let micros = fields.number(Field::Sent).or_else(|| fields.number(Field::Received))?;
    let head = format!("type={kind} msg=audit({}.{:03}:{serial}):", micros / 1_000_000, micros / 1_000 % 1_000);
    Some([head.as_bytes(), body].concat())
}

struct Json {
    journal: Journal,
}

impl Decoder for Json {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let mut out = Out { block: block.bytes, arena, sink };
        for (number, _, line) in lines(&block) {
            // `json-seq` puts a record separator before each.
            let text = line.strip_prefix(b"\x1E").unwrap_or(line).trim_ascii();
            match json::read(text, arena) {
                Some(fields) => self.journal.give(&fields, &Written { raw: text, json: true, lines: (number, number) }, &mut out),
                None => out.sink.quarantined(Quarantined { line: Some(number), record: None, reason: "bad_json", records: 1 }),
            }
        }
        self.journal.audit.keep(block.bytes);
    }

    fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        self.journal.audit.finish(arena, sink);
    }
}

struct Export {
    journal: Journal,
    /// The beginning of an entry that the last block did not end, and how much of it is whole fields.
    open: Vec<u8>,
    measured: usize,
    /// The line that it begins on.
    line: u64,
}

impl Decoder for Export {
    fn decode<'a>(&mut self, block: Block<'a>, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let bytes: &'a [u8] = if self.open.is_empty() {
            self.line = block.first_line;
            block.bytes
        } else {
            self.open.extend_from_slice(block.bytes);
            let rest = export::measure(&self.open[self.measured..]);
            if let (export::Entry::Cut(measured), true) = (rest, self.open.len() <= LONGEST) {
                self.measured += measured;
                return;
            }
            arena.alloc_slice_copy(&self.open)
        };
        self.open.clear();
        self.measured = 0;
        let mut out = Out { block: bytes, arena, sink };
        let mut at = 0;
        while let export::Entry::Whole(length) = export::measure(&bytes[at..]) {
            self.entry(&bytes[at..at + length], &mut out);
            at += length;
        }
        let rest = &bytes[at..];
        if rest.len() > LONGEST {
            self.quarantine(rest, &mut out);
        } else {
            self.open.extend_from_slice(rest);
        }
        self.journal.audit.keep(bytes);
    }

    fn finish<'a>(&mut self, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let rest: &'a [u8] = arena.alloc_slice_copy(&self.open);
        self.open.clear();
        self.entry(rest, &mut Out { block: rest, arena, sink });
        self.journal.audit.finish(arena, sink);
    }
}

impl Export {
    fn entry<'a>(&mut self, raw: &'a [u8], out: &mut Out<'_, 'a>) {
        let (records, last) = count(raw, self.line);
        if records == 0 {
            self.line += newlines(raw);
            return;
        }
        let mut fields = Fields::default();
        for (name, value) in export::pairs(raw) {
            if let Some(field) = fields::of_use(name) {
                fields.set(field, value);
            }
        }
        if fields.get(Field::Received).or(fields.get(Field::Cursor)).or(fields.get(Field::Message)).is_none() {
            self.quarantine(raw, out);
            return;
        }
        self.journal.give(&fields, &Written { raw, json: false, lines: (self.line, last) }, out);
        if records > 1 {
            out.sink.skipped(records - 1);
        }
        self.line += newlines(raw);
    }

    fn quarantine(&mut self, raw: &[u8], out: &mut Out<'_, '_>) {
        let records = count(raw, self.line).0;
        out.sink.quarantined(Quarantined { line: Some(self.line), record: None, reason: "bad_entry", records });
        self.line += newlines(raw);
    }
}

/// How many lines of an entry are not blank, and the number of the last of them.
fn count(raw: &[u8], first: u64) -> (u64, u64) {
    let lines = (first..).zip(raw.split(|b| *b == b'\n')).filter(|(_, line)| !is_blank(line));
    lines.fold((0, first), |(records, _), (number, _)| (records + 1, number))
}

fn newlines(raw: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', raw).count() as u64
}
