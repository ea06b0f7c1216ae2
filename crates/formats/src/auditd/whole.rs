//! The costly side of a serial: who it is, and its records as a document.

use super::argv;
use super::deeds::Placed;
use super::fields::{self, Fields};
use super::header;
use super::join::{Counter, JoinKey};
use super::keys::Key;
use super::serial::Serial;
use bumpalo::Bump;
use watchbell_model::{Basis, EventId, IdWriter, Identity, Timestamp, Value, Whole, Written};

/// A closed serial: its lines, and what was read of them.
pub(crate) struct SerialWhole<'a> {
    pub key: JoinKey,
    pub host: Option<&'a str>,
    pub lines: &'a [&'a [u8]],
    pub serial: &'a Serial<'a>,
    pub placed: &'a [Placed<'a>],
}

impl SerialWhole<'_> {
    fn id(&self, counter: &[u8]) -> EventId {
        let host = self.host.unwrap_or_default();
        let id = IdWriter::new("auditd").part(host.as_bytes()).number(self.key.millis).number(self.key.serial.cast_signed());
        id.part(counter).finish()
    }
}

impl Whole for SerialWhole<'_> {
    fn identity(&self) -> Identity {
        let basis = match self.key.counter {
            Counter::Kernel => Basis::Own(self.id(b"kernel")),
            Counter::Daemon => Basis::Own(self.id(b"daemon")),
            Counter::Ours => Basis::Raw(self.lines.iter().fold(IdWriter::new("raw"), |id, line| id.part(line)).finish()),
        };
        Identity { basis, time: Some(Timestamp::from_millis(self.key.millis)), guessed: false, host: self.host.map(str::to_owned) }
    }

    fn document(&self) -> Value {
        let mut document = self.joined();
        document.insert("records".to_owned(), self.lines.iter().map(|line| record(line)).collect());
        Value::Object(document)
    }

    /// Lines whose carrier told the host get it as auditd itself writes it.
    fn written(&self) -> Written<'_> {
        let node = self.host.filter(|_| !self.lines.iter().any(|line| line.starts_with(b"node=")));
        let node = node.map(|host| format!("node={host} ")).unwrap_or_default();
        let lines: Vec<_> = self.lines.iter().map(|line| [node.as_bytes(), line.trim_ascii()].concat()).collect();
        Written { format: super::AUDITD.id, bytes: lines.join(&b'\n').into() }
    }
}

impl SerialWhole<'_> {
    /// What the records say together, under the names of the views.
    fn joined(&self) -> serde_json::Map<String, Value> {
        let (arena, serial) = (Bump::new(), self.serial);
        let text = |bytes: &[u8]| Value::from(String::from_utf8_lossy(bytes));
        let fields = [
            ("Image", serial.text(Key::Exe, &arena)),
            ("CommandLine", serial.command_line(&arena)),
            ("CurrentDirectory", serial.cwd),
            ("User", serial.user()),
            ("LoginUser", serial.login()),
            ("ProcessId", serial.value(Key::Pid)),
            ("ParentProcessId", serial.value(Key::Ppid)),
            ("syscall", serial.syscall().map(str::as_bytes)),
            ("success", serial.value(Key::Success)),
            ("exit", serial.value(Key::Exit)),
        ];
        let mut joined: serde_json::Map<_, _> = fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), text(value?)))).collect();
        let path = |placed: &Placed<'_>| Some(serde_json::json!({"name": text(placed.names().last()?), "nametype": text(placed.path.nametype)}));
        let paths: Vec<Value> = self.placed.iter().filter_map(path).collect();
        if !paths.is_empty() {
            joined.insert("paths".to_owned(), paths.into());
        }
        joined
    }
}

/// A record's fields under their own names, values undone. A name that comes twice keeps the first value.
fn record(line: &[u8]) -> Value {
    let arena = Bump::new();
    let mut map = serde_json::Map::new();
    let Some(header) = header::read(line) else { return Value::Object(map) };
    let mut add = |key: &[u8], value: &[u8]| {
        map.entry(String::from_utf8_lossy(key)).or_insert_with(|| String::from_utf8_lossy(value).into());
    };
    if let Some(node) = header.node {
        add(b"node", node);
    }
    add(b"type", header.kind);
    for field in Fields::new(&line[header.body..]) {
        let untrusted = super::keys::is_untrusted(field.key) || header.kind == b"EXECVE" && argv::place(field.key).is_some();
        let value = if untrusted { fields::untrusted(field.value, &arena) } else { fields::unquoted(field.value) };
        add(field.key, value);
    }
    Value::Object(map)
}
