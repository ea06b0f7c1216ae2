//! The costly side of a journal entry: its cursor as identity, all its fields as a document.

use super::export;
use super::fields::{Field, Fields};
use watchbell_model::{Basis, IdWriter, Identity, Timestamp, Value, Whole, Written};

pub(crate) struct EntryWhole<'l> {
    pub fields: &'l Fields<'l>,
    /// The entry as written.
    pub raw: &'l [u8],
    pub json: bool,
    pub host: Option<&'l str>,
}

impl Whole for EntryWhole<'_> {
    fn identity(&self) -> Identity {
        let basis = match self.fields.get(Field::Cursor) {
            Some(cursor) => Basis::Own(IdWriter::new("journald").part(cursor).finish()),
            None => Basis::Raw(IdWriter::new("raw").part(self.raw).finish()),
        };
        let micros = self.fields.number(Field::Sent).or_else(|| self.fields.number(Field::Received));
        let time = micros.and_then(|micros| Some(Timestamp { nanos: micros.checked_mul(1_000)?, digits: 6 }));
        let host = self.fields.get(Field::Host).map(text).or_else(|| self.host.map(str::to_owned));
        Identity { basis, time, guessed: false, host }
    }

    fn document(&self) -> Value {
        if self.json {
            return serde_json::from_slice(self.raw).unwrap_or_default();
        }
        Value::Object(export::pairs(self.raw).map(|(name, value)| (text(name), text(value).into())).collect())
    }

    fn written(&self) -> Written<'_> {
        let format = if self.json { super::JOURNAL_JSON.id } else { super::JOURNAL_EXPORT.id };
        Written { format, bytes: self.raw.into() }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
