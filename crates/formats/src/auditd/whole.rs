//! The costly side of a serial: who it is, and its records as a document.

use super::argv;
use super::fields::{self, Fields};
use super::header;
use super::join::{Counter, JoinKey};
use bumpalo::Bump;
use watchbell_model::{Basis, EventId, IdWriter, Identity, Timestamp, Value, Whole};

/// A closed serial's lines.
pub(crate) struct SerialWhole<'a> {
    pub key: JoinKey,
    pub host: Option<String>,
    pub lines: &'a [&'a [u8]],
}

impl SerialWhole<'_> {
    fn id(&self, counter: &[u8]) -> EventId {
        let host = self.host.as_deref().unwrap_or_default();
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
        Identity { basis, time: Some(Timestamp::from_millis(self.key.millis)), guessed: false, host: self.host.clone() }
    }

    fn document(&self) -> Value {
        let records = self.lines.iter().map(|line| record(line)).collect();
        Value::Object([("records".to_owned(), Value::Array(records))].into_iter().collect())
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
