//! A log line by its parts, whatever carried it (syslog, the journal), into the slots of its class.

use super::classes::{Classes, Slot};
use super::programs::Program;
use bumpalo::Bump;
use std::sync::Arc;
use watchbell_model::{Decoded, Kind, Part, PathId, Raw, Sink, Slots, Whole};

/// What is known of a line before its message is looked into.
#[derive(Clone, Copy, Default)]
pub(crate) struct Entry<'a> {
    pub host: Option<&'a [u8]>,
    pub program: Option<&'a [u8]>,
    pub pid: Option<&'a [u8]>,
    pub message: &'a [u8],
    pub facility: Option<u8>,
    pub severity: Option<u8>,
    /// Of a journal, which knows the process.
    pub image: Option<&'a [u8]>,
    pub command_line: Option<&'a [u8]>,
    pub uid: Option<&'a [u8]>,
    pub login: Option<&'a [u8]>,
    pub unit: Option<&'a [u8]>,
}

const FACILITIES: [&str; 24] = [
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "ntp", "audit", "alert", "clock", "local0", "local1",
    "local2", "local3", "local4", "local5", "local6", "local7",
];
const SEVERITIES: [&str; 8] = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"];

pub(crate) fn facility(number: u8) -> Option<&'static str> {
    FACILITIES.get(usize::from(number)).copied()
}

pub(crate) fn severity(number: u8) -> Option<&'static str> {
    SEVERITIES.get(usize::from(number)).copied()
}

/// Gives lines out, one event each.
pub(crate) struct Giver {
    classes: Arc<Classes>,
    spare: Slots<'static>,
    inner: bool,
}

impl Giver {
    pub fn new(classes: Arc<Classes>) -> Self {
        let inner = classes.wants_inner();
        Self { classes, spare: Slots::default(), inner }
    }

    pub fn give<'a>(&mut self, entry: &Entry<'a>, lines: (u64, u64), whole: &dyn Whole, arena: &'a Bump, sink: &mut dyn Sink<'a>) {
        let program = Program::of(entry.program.unwrap_or_default(), entry.facility);
        let (class, keywords) = self.classes.of(program);
        let mut slots = std::mem::take(&mut self.spare).reuse(self.classes.paths);
        let message = unrepeated(entry.message);
        let mut put = |slot: Slot, value: &'a [u8]| slots.push(PathId(slot as u32), Raw { kind: Kind::Text, bytes: value });
        if keywords {
            put(Slot::Keywords, entry.message);
        }
        outer(&self.classes, entry, &mut put);
        if self.inner {
            program.read(message, &mut |slot, value| inner(&self.classes, slot, value, arena, &mut put));
        }
        let mut parts = [Part { class, slots }];
        let mut event = Decoded { parts: &mut parts, lines: Some(lines), record: None, arena, whole };
        sink.event(&mut event);
        self.spare = std::mem::take(&mut event.parts[0].slots).reuse(0);
    }
}

fn outer<'a>(classes: &Classes, entry: &Entry<'a>, put: &mut dyn FnMut(Slot, &'a [u8])) {
    let values = [
        (Slot::Host, entry.host),
        (Slot::Program, entry.program),
        (Slot::ProcessId, entry.pid),
        (Slot::Message, Some(entry.message)),
        (Slot::Facility, entry.facility.and_then(facility).map(str::as_bytes)),
        (Slot::Severity, entry.severity.and_then(severity).map(str::as_bytes)),
        (Slot::Image, entry.image),
        (Slot::CommandLine, entry.command_line),
        (Slot::Uid, entry.uid),
        (Slot::LoginUser, entry.login),
        (Slot::Unit, entry.unit),
    ];
    for (slot, value) in values {
        if let (Some(value), true) = (value, classes.wants(slot)) {
            put(slot, value);
        }
    }
}

/// A field found in the message.
fn inner<'a>(classes: &Classes, slot: Slot, value: &'a [u8], arena: &'a Bump, put: &mut dyn FnMut(Slot, &'a [u8])) {
    if slot == Slot::SpoolName {
        let path = [&b"/var/spool/cron/"[..], value].concat();
        return inner(classes, Slot::TargetFilename, arena.alloc_slice_copy(&path), arena, put);
    }
    if classes.wants(slot) {
        put(slot, value);
    }
}

/// The message inside `message repeated 3 times: [ … ]`.
fn unrepeated(message: &[u8]) -> &[u8] {
    let trimmed = message.trim_ascii_start();
    let Some(rest) = trimmed.strip_prefix(b"message repeated ") else { return trimmed };
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let inner = rest[digits..].strip_prefix(b" times: [").and_then(|rest| rest.trim_ascii_end().strip_suffix(b"]"));
    inner.map_or(trimmed, <[u8]>::trim_ascii)
}
