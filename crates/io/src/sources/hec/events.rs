//! A body of envelopes, one after another, to lines.

use super::answer::Code;
use crate::Limits;
use crate::batch::Batch;
use crate::envelope::{Line, Told, object, seconds, text};
use crate::lines::{Rejected, is_deeper};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// What was read.
#[derive(Default)]
pub struct Read {
    pub batch: Batch,
    pub rejected: Vec<Rejected>,
    /// The first event that is wrong.
    pub wrong: Option<(Code, u64)>,
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    #[serde(borrow)]
    time: Option<&'a RawValue>,
    #[serde(borrow)]
    host: Option<Cow<'a, str>>,
    #[serde(borrow)]
    source: Option<Cow<'a, str>>,
}

/// Reads until something is no envelope any more; what stands before counts.
pub fn read(body: &Bytes, limits: &Limits) -> Read {
    let mut read = Read::default();
    let mut envelopes = serde_json::Deserializer::from_slice(body).into_iter::<&RawValue>();
    let (mut number, mut at) = (0, 0);
    while let Some(envelope) = envelopes.next() {
        let end = envelopes.byte_offset();
        let added = match envelope {
            // What follows cannot be told apart from it.
            Err(_) => {
                read.reject(Code::BAD_DATA, number, "bad_json", body.slice(at..));
                return read;
            }
            Ok(raw) => read.envelope(raw.get(), limits),
        };
        if let Err((code, reason)) = added {
            read.reject(code, number, reason, body.slice(at..end));
        }
        (at, number) = (end, number + 1);
    }
    read
}

impl Read {
    fn reject(&mut self, code: Code, number: u64, reason: &'static str, bytes: Bytes) {
        self.wrong.get_or_insert((code, number));
        self.rejected.push(Rejected { line: number, reason, bytes });
    }

    fn envelope(&mut self, raw: &str, limits: &Limits) -> Result<(), (Code, &'static str)> {
        let envelope: Envelope<'_> = serde_json::from_str(raw).map_err(|_| (Code::BAD_DATA, "no_envelope"))?;
        let event = envelope.event.map(RawValue::get).filter(|event| *event != "null").ok_or((Code::NO_EVENT, "no_event"))?;
        if event.len() > limits.line_bytes {
            return Err((Code::BAD_DATA, "line_too_long"));
        }
        if is_deeper(event.as_bytes(), limits.nesting) {
            return Err((Code::BAD_DATA, "nested_too_deep"));
        }
        let (host, source) = (envelope.host.as_deref().unwrap_or_default(), envelope.source.as_deref().unwrap_or_default());
        let time = envelope.time.and_then(|time| seconds(time.get().trim_matches('"')));
        let mut told = Told { host: Some(host).filter(|host| !host.is_empty()), time, more: Vec::new() };
        // The name of a Windows log is told by nothing else in what the classic input sends.
        if source.contains("WinEventLog:") {
            told.more.push(("source", source.into()));
        }
        let line = line(event, &told)?;
        self.batch.push(host, source, line.format, line.text.as_bytes());
        Ok(())
    }
}

fn line(event: &str, told: &Told<'_>) -> Result<Line, (Code, &'static str)> {
    if event.starts_with('{') {
        return object(event, told).ok_or((Code::BAD_DATA, "bad_json"));
    }
    let written: Cow<'_, str> = match serde_json::from_str::<Cow<'_, str>>(event) {
        Ok(written) => written.into_owned().into(),
        Err(_) => event.into(),
    };
    if written.trim().is_empty() { Err((Code::BLANK_EVENT, "blank_event")) } else { Ok(text(&written, told)) }
}
