//! Log records to lines: a body that is a text as the text, a body that is a map as an object.

use super::message::{Any, AnyValue, KeyValue, LogRecord, Logs};
use crate::Limits;
use crate::batch::Batch;
use crate::envelope::{Line, Told, nanoseconds, object, text};
use crate::lines::{Rejected, is_deeper};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Attributes that tell the file of a record, and those of a resource that tell who speaks.
const FILES: [&str; 2] = ["log.file.path", "log.file.name"];
const SPEAKERS: [&str; 1] = ["service.name"];

pub fn lines(logs: &Logs, limits: &Limits) -> (Batch, Vec<Rejected>) {
    let (mut batch, mut rejected, mut number) = (Batch::default(), Vec::new(), 0);
    for of in &logs.resources {
        let resource = of.resource.as_ref().map_or(&[][..], |resource| &resource.attributes);
        let host = first(resource, &["host.name"]).unwrap_or_default();
        for record in of.scopes.iter().flat_map(|scope| &scope.records) {
            let line = line(record, host, resource);
            let rest = first(&record.attributes, &FILES).or_else(|| first(resource, &SPEAKERS)).unwrap_or_default();
            match wrong(&line, limits) {
                None => batch.push(host, rest, line.format, line.text.as_bytes()),
                Some(reason) => rejected.push(Rejected { line: number, reason, bytes: line.text.into() }),
            }
            number += 1;
        }
    }
    (batch, rejected)
}

fn line(record: &LogRecord, host: &str, resource: &[KeyValue]) -> Line {
    let time = nanoseconds(record.time).or_else(|| nanoseconds(record.observed));
    let mut told = Told { host: Some(host).filter(|host| !host.is_empty()), time, more: Vec::new() };
    let mut tell = |key: &'static str, value: Value| {
        if !matches!(&value, Value::String(text) if text.is_empty()) && !matches!(&value, Value::Object(map) if map.is_empty()) {
            told.more.push((key, value));
        }
    };
    tell("severity", record.severity.as_str().into());
    tell("event_name", record.event_name.as_str().into());
    tell("attributes", map(&record.attributes));
    tell("resource", map(resource));
    match record.body.as_ref().and_then(|body| body.any.as_ref()) {
        Some(Any::Text(body)) => text(body, &told),
        Some(Any::Bytes(body)) => text(&String::from_utf8_lossy(body), &told),
        Some(Any::Map(body)) => in_object(&map(&body.values), &told),
        None => in_object(&Value::Object(Map::new()), &told),
        Some(other) => text(&value(other).to_string(), &told),
    }
}

fn in_object(body: &Value, told: &Told<'_>) -> Line {
    let written = body.to_string();
    object(&written, told).unwrap_or(Line { format: "json-lines", text: written })
}

fn wrong(line: &Line, limits: &Limits) -> Option<&'static str> {
    if line.text.len() > limits.line_bytes {
        return Some("line_too_long");
    }
    (line.format == "json-lines" && is_deeper(line.text.as_bytes(), limits.nesting)).then_some("nested_too_deep")
}

fn first<'a>(attributes: &'a [KeyValue], names: &[&str]) -> Option<&'a str> {
    attributes.iter().filter(|pair| names.contains(&pair.key.as_str())).find_map(|pair| match pair.value.as_ref()?.any.as_ref()? {
        Any::Text(text) => Some(text.as_str()),
        _ => None,
    })
}

fn map(pairs: &[KeyValue]) -> Value {
    pairs.iter().map(|pair| (pair.key.clone(), any(pair.value.as_ref()))).collect::<Map<_, _>>().into()
}

fn any(value: Option<&AnyValue>) -> Value {
    value.and_then(|value| value.any.as_ref()).map_or(Value::Null, self::value)
}

/// Messages stand in each other no deeper than their decoders allow.
fn value(any: &Any) -> Value {
    match any {
        Any::Text(text) => text.as_str().into(),
        Any::Bool(bool) => (*bool).into(),
        Any::Int(int) => (*int).into(),
        Any::Double(double) => (*double).into(),
        Any::List(list) => list.values.iter().map(|value| self::any(Some(value))).collect::<Vec<_>>().into(),
        Any::Map(pairs) => map(&pairs.values),
        Any::Bytes(bytes) => STANDARD.encode(bytes).into(),
    }
}
