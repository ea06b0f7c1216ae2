//! Both codings to streams, and streams to lines.

use super::message::Push;
use crate::Limits;
use crate::batch::Batch;
use crate::envelope::{Told, nanoseconds, text};
use crate::http::Refusal;
use crate::lines::{Rejected, is_deeper};
use jiff::Timestamp;
use prost::Message;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

#[derive(Debug, Default, PartialEq)]
pub struct Stream {
    pub labels: BTreeMap<String, String>,
    pub entries: Vec<(Option<Timestamp>, String)>,
}

/// Labels that tell the host, and those that set streams of a host apart.
const HOSTS: [&str; 5] = ["host", "hostname", "nodename", "node_name", "instance"];
const RESTS: [&str; 4] = ["filename", "job", "service_name", "app"];

pub fn from_json(body: &[u8]) -> Result<Vec<Stream>, String> {
    #[derive(Deserialize)]
    struct Push {
        streams: Vec<Pushed>,
    }
    #[derive(Deserialize)]
    struct Pushed {
        #[serde(default)]
        stream: BTreeMap<String, String>,
        /// Nanoseconds as a text, the line, and maybe more labels.
        values: Vec<Vec<Value>>,
    }
    let push: Push = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let entry = |values: Vec<Value>| match values.as_slice() {
        [Value::String(time), Value::String(line), ..] => Ok((time.parse().ok().and_then(nanoseconds), line.clone())),
        _ => Err("a value is a list of time and line, both texts".to_owned()),
    };
    let stream = |pushed: Pushed| Ok(Stream { labels: pushed.stream, entries: pushed.values.into_iter().map(entry).collect::<Result<_, String>>()? });
    push.streams.into_iter().map(stream).collect()
}

/// Bytes that one of snappy's can stand for: a copy of 64 takes three.
const MOST_PACKED: usize = 22;

/// What a body in snappy unpacks to; little where it is none.
pub fn unpacked_bytes(body: &[u8], limits: &Limits) -> usize {
    snap::raw::decompress_len(body).unwrap_or(0).min(body.len().saturating_mul(MOST_PACKED)).min(limits.unpacked_bytes)
}

/// The length of what comes out of snappy stands at its beginning.
pub fn from_protobuf(body: &[u8], limits: &Limits) -> Result<Vec<Stream>, Refusal> {
    let length = snap::raw::decompress_len(body).map_err(|_| Refusal::BadEncoding)?;
    if length > limits.unpacked_bytes {
        return Err(Refusal::UnpacksTooLarge(limits.unpacked_bytes));
    }
    // It would be believed, and that much memory taken.
    if length > body.len().saturating_mul(MOST_PACKED) {
        return Err(Refusal::BadEncoding);
    }
    let unpacked = snap::raw::Decoder::new().decompress_vec(body).map_err(|_| Refusal::BadEncoding)?;
    self::unpacked(&unpacked)
}

pub fn unpacked(bytes: &[u8]) -> Result<Vec<Stream>, Refusal> {
    let push = Push::decode(bytes).map_err(|_| Refusal::Malformed("no PushRequest".into()))?;
    let entry = |entry: super::message::Entry| (entry.time.and_then(|time| Timestamp::new(time.seconds, time.nanoseconds).ok()), entry.line);
    let stream = |stream: super::message::Stream| Stream { labels: labels(&stream.labels), entries: stream.entries.into_iter().map(entry).collect() };
    Ok(push.streams.into_iter().map(stream).collect())
}

/// `{job="x", host="y\"z"}`; what is no label any more ends them.
fn labels(text: &str) -> BTreeMap<String, String> {
    let mut labels = BTreeMap::new();
    let mut rest = text.trim().trim_start_matches('{');
    while let Some((name, after)) = rest.split_once("=\"") {
        let mut value = String::new();
        let mut chars = after.char_indices();
        let end = loop {
            match chars.next() {
                Some((at, '"')) => break at + 1,
                Some((_, '\\')) => value.extend(chars.next().map(|(_, c)| if c == 'n' { '\n' } else { c })),
                Some((_, c)) => value.push(c),
                None => break after.len(),
            }
        };
        labels.insert(name.trim_matches([',', ' ']).to_owned(), value);
        rest = &after[end..];
    }
    labels
}

pub fn lines(streams: &[Stream], limits: &Limits) -> (Batch, Vec<Rejected>) {
    let (mut batch, mut rejected, mut number) = (Batch::default(), Vec::new(), 0);
    for stream in streams {
        let label = |names: &[&str]| names.iter().find_map(|name| stream.labels.get(*name)).map(String::as_str);
        let (host, rest) = (label(&HOSTS), label(&RESTS).unwrap_or_default());
        let more: Vec<(&str, Value)> =
            stream.labels.iter().filter(|(name, _)| !HOSTS.contains(&name.as_str())).map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
        for (time, line) in &stream.entries {
            let line = text(line, &Told { host, time: *time, more: more.clone() });
            if line.text.len() > limits.line_bytes {
                rejected.push(Rejected { line: number, reason: "line_too_long", bytes: line.text.into() });
            } else if line.format == "json-lines" && is_deeper(line.text.as_bytes(), limits.nesting) {
                rejected.push(Rejected { line: number, reason: "nested_too_deep", bytes: line.text.into() });
            } else {
                batch.push(host.unwrap_or_default(), rest, line.format, line.text.as_bytes());
            }
            number += 1;
        }
    }
    (batch, rejected)
}

#[cfg(test)]
mod tests {
    use super::labels;

    #[test]
    fn labels_are_read() {
        for (text, expected) in [
            (r#"{job="x", host="y\"z"}"#, vec![("host", "y\"z"), ("job", "x")]),
            (r#"{a="",b="1,2"}"#, vec![("a", ""), ("b", "1,2")]),
            ("{}", vec![]),
            (r#"{a="open"#, vec![("a", "open")]),
        ] {
            let read = labels(text);
            assert_eq!(read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(), expected, "{text}");
        }
    }
}
