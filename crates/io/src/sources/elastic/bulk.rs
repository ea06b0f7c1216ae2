//! A bulk body to items: a line that says what to do, and a line with the document.

use crate::Limits;
use crate::envelope::{Told, object};
use crate::lines::is_deeper;
use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What is done with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Kept,
    /// Not now.
    Refused,
    /// Never.
    Wrong {
        code: &'static str,
        why: &'static str,
    },
}

#[derive(Clone, Debug)]
pub struct Item {
    pub action: &'static str,
    pub index: String,
    pub id: Option<String>,
    pub document: Bytes,
    pub outcome: Outcome,
}

#[derive(Deserialize)]
struct Meta<'a> {
    #[serde(borrow, rename = "_index")]
    index: Option<Cow<'a, str>>,
    #[serde(rename = "_id")]
    id: Option<Id>,
}

/// Some clients write numbers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id {
    Text(String),
    Number(u64),
}

const ACTIONS: [&str; 4] = ["index", "create", "update", "delete"];
/// A document cannot have an index or id of more bytes.
const LONGEST_NAME: usize = 512;

/// All items, or what makes the whole body unreadable, in the words that clients know.
pub fn read(body: &Bytes, index: Option<&str>, limits: &Limits) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    let mut lines = Lines { body, at: 0, number: 0 };
    while let Some(line) = lines.next() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let malformed = || format!("Malformed action/metadata line [{}]", lines.number);
        let actions: BTreeMap<Cow<'_, str>, Meta<'_>> = serde_json::from_slice(&line).map_err(|_| malformed())?;
        let (action, meta) = actions.into_iter().next().ok_or_else(malformed)?;
        let action = ACTIONS.iter().find(|known| **known == action).copied().ok_or_else(malformed)?;
        let index = meta.index.as_deref().or(index).ok_or("Validation Failed: 1: index is missing;")?.to_owned();
        let id = meta.id.map(|id| match id {
            Id::Text(text) => text,
            Id::Number(number) => number.to_string(),
        });
        if index.len() > LONGEST_NAME || id.as_ref().is_some_and(|id| id.len() > LONGEST_NAME) {
            return Err(format!("Validation Failed: 1: id or index is longer than {LONGEST_NAME} bytes;"));
        }
        let document = if action == "delete" { Bytes::new() } else { lines.next().ok_or("The bulk request must be terminated by a newline [\\n]")? };
        items.push(Item::new(action, index, id, document, limits));
    }
    if items.is_empty() { Err("request body is required".into()) } else { Ok(items) }
}

impl Item {
    pub fn new(action: &'static str, index: String, id: Option<String>, document: Bytes, limits: &Limits) -> Self {
        let wrong = wrong(action, &document, limits);
        let document = if wrong.is_none() { one_line(document) } else { document };
        let outcome = wrong.map_or(Outcome::Kept, |(code, why)| Outcome::Wrong { code, why });
        Self { action, index, id: id.filter(|id| !id.is_empty()), document, outcome }
    }
}

fn wrong(action: &str, document: &[u8], limits: &Limits) -> Option<(&'static str, &'static str)> {
    if matches!(action, "update" | "delete") {
        return Some(("unknown_action", "logs are only added"));
    }
    if document.len() > limits.line_bytes {
        return Some(("line_too_long", "the document is longer than it may be"));
    }
    if is_deeper(document, limits.nesting) {
        return Some(("nested_too_deep", "objects and lists stand too deep in each other"));
    }
    let is_object = document.trim_ascii_start().starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(document).is_ok();
    (!is_object).then_some(("bad_json", "failed to parse: the document is no JSON object"))
}

/// A document that came by itself may be written in several lines.
fn one_line(document: Bytes) -> Bytes {
    if memchr::memchr(b'\n', document.trim_ascii()).is_none() {
        return document;
    }
    let line = std::str::from_utf8(&document).ok().and_then(|raw| object(raw, &Told::default()));
    line.map_or(document, |line| line.text.into())
}

struct Lines<'b> {
    body: &'b Bytes,
    at: usize,
    number: usize,
}

impl Iterator for Lines<'_> {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.at >= self.body.len() {
            return None;
        }
        let end = memchr::memchr(b'\n', &self.body[self.at..]).map_or(self.body.len(), |length| self.at + length);
        let line = self.body.slice(self.at..end);
        (self.at, self.number) = (end + 1, self.number + 1);
        Some(line)
    }
}
