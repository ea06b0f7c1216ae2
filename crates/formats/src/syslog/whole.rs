//! The costly side of a syslog line: its id from its bytes, its time with the year worked out, its parts as a document.

use super::entry::{facility, severity};
use super::head::Head;
use super::stamp::{self, Stamp};
use crate::Stream;
use watchbell_model::{Basis, IdWriter, Identity, Timestamp, Value, Whole, Written};

pub(crate) struct LineWhole<'l> {
    pub line: &'l [u8],
    pub head: &'l Head<'l>,
    /// Of a time without one.
    pub year: Option<i16>,
    pub stream: &'l Stream,
}

impl LineWhole<'_> {
    pub fn time(&self) -> Option<Timestamp> {
        match self.head.stamp {
            Stamp::None => None,
            Stamp::Full(text) => Timestamp::parse(text, &self.stream.zone),
            Stamp::Short { month, day, clock } => stamp::in_year(self.year?, month, day, clock, &self.stream.zone),
        }
    }

    fn host(&self) -> Option<String> {
        self.head.host.map(text).or_else(|| self.stream.host.clone())
    }
}

impl Whole for LineWhole<'_> {
    fn identity(&self) -> Identity {
        let guessed = matches!(self.head.stamp, Stamp::Short { .. }) && self.stream.year.is_none();
        Identity { basis: Basis::Raw(IdWriter::new("raw").part(self.line).finish()), time: self.time(), guessed, host: self.host() }
    }

    fn document(&self) -> Value {
        let head = self.head;
        let written = match head.stamp {
            Stamp::None => None,
            Stamp::Full(time) => Some(time.to_owned()),
            Stamp::Short { .. } => self.time().map(|time| time.to_string()),
        };
        let fields = [
            ("timestamp", written),
            ("host", head.host.map(text)),
            ("facility", head.priority.and_then(|p| facility(p / 8)).map(str::to_owned)),
            ("severity", head.priority.and_then(|p| severity(p % 8)).map(str::to_owned)),
            ("program", head.program.map(text)),
            ("pid", head.pid.map(text)),
            ("data", head.data.map(text)),
            ("message", Some(text(head.message))),
            ("raw", Some(text(self.line))),
        ];
        Value::Object(fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))).collect())
    }

    fn written(&self) -> Written<'_> {
        Written { format: super::SYSLOG.id, bytes: self.line.into() }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
