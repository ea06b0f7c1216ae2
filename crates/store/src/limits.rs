//! How long texts and lists may be: what people send is refused beyond, what detection tells is cut, so that no alert is lost.

use crate::{Error, Result};

/// The most of something, and what it is called when it is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub what: &'static str,
    pub most: usize,
}

pub(crate) const ID: Limit = Limit { what: "id", most: 200 };
pub(crate) const NAME: Limit = Limit { what: "name", most: 200 };
pub(crate) const COMMENT: Limit = Limit { what: "comment", most: 10_000 };
pub(crate) const TAG: Limit = Limit { what: "tag", most: 64 };
pub(crate) const CONFIG: Limit = Limit { what: "document", most: 256 * 1024 };
pub(crate) const PACK: Limit = Limit { what: "pack", most: 64 * 1024 * 1024 };
pub(crate) const DOCUMENT: usize = 4 * 1024 * 1024;
pub(crate) const EVENT_COPY: usize = 64 * 1024;
pub(crate) const CURSOR: Limit = Limit { what: "cursor", most: 2_100 };
pub(crate) const CHECKPOINT: Limit = Limit { what: "checkpoint", most: 256 * 1024 * 1024 };
pub(crate) const COLUMN: usize = 400;
/// A host and what else names a stream.
pub(crate) const STREAM: usize = 1_600;
pub(crate) const TEXT: usize = 1_000;
pub(crate) const ANSWER: usize = 2_000;
pub(crate) const QUARANTINED: usize = 256 * 1024;
/// Rows that one page may have.
pub(crate) const PAGE: u32 = 1_000;
/// Things that one bulk act may touch.
pub(crate) const BULK: Limit = Limit { what: "list", most: 1_000 };
pub(crate) const TAGS_EACH: usize = 50;
pub(crate) const COMMENTS_EACH: usize = 1_000;
pub(crate) const EVENTS_EACH: usize = 1_000;

impl Limit {
    pub(crate) fn text<'a>(&self, text: &'a str) -> Result<&'a str> {
        self.count(text.len())?;
        Ok(text)
    }

    pub(crate) fn count(&self, length: usize) -> Result<()> {
        if length > self.most { Err(Error::TooLong { what: self.what, most: self.most }) } else { Ok(()) }
    }
}

/// An id or a key: not empty, without control characters.
pub(crate) fn id(text: &str) -> Result<&str> {
    named(text, ID)
}

/// A name that people read.
pub(crate) fn name(text: &str) -> Result<&str> {
    named(text, NAME)
}

fn named(text: &str, limit: Limit) -> Result<&str> {
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(Error::Invalid { what: limit.what, why: "must not be empty or have control characters".to_owned() });
    }
    limit.text(text)
}

/// A JSON document of a person's: it must be one.
pub(crate) fn json(text: &str) -> Result<&str> {
    CONFIG.text(text)?;
    serde_json::from_str::<serde::de::IgnoredAny>(text).map_err(|error| Error::Invalid { what: "document", why: error.to_string() })?;
    Ok(text)
}

/// The text up to `most` bytes, never in the middle of a character.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

/// A document that is too large is replaced by a note that says so: half a document is none.
pub(crate) fn document(text: &str, most: usize) -> std::borrow::Cow<'_, str> {
    if text.len() <= most { text.into() } else { format!("{{\"cut\":{}}}", text.len()).into() }
}
