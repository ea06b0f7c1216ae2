//! Lists come in pages, by a cursor that stays true while rows are added before and behind it.

use crate::limits::PAGE;
use std::fmt;
use std::str::FromStr;

/// The place of the last row that was given: its sort key and its id. Written `KEY:ID`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub key: i64,
    pub id: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    pub after: Option<Cursor>,
    /// Rows wanted; 0 is a hundred, more than a thousand is a thousand.
    pub limit: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    NewestFirst,
    OldestFirst,
}

/// A page of rows; `next` leads on, and is absent at the end. A search looks at so many rows for a page, and may lead on from
/// one that is not full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    pub items: Vec<T>,
    pub next: Option<Cursor>,
}

impl Page {
    pub fn first(limit: u32) -> Self {
        Self { after: None, limit }
    }

    pub fn after(cursor: Cursor, limit: u32) -> Self {
        Self { after: Some(cursor), limit }
    }

    pub(crate) fn rows(&self) -> u32 {
        if self.limit == 0 { 100 } else { self.limit.min(PAGE) }
    }

    /// What a query asks for: one row more than wanted tells whether there is a next page.
    pub(crate) fn asked(&self) -> i64 {
        i64::from(self.rows()) + 1
    }

    /// The number to go on from in lists that are sorted by a number alone.
    pub(crate) fn key_or(&self, start: i64) -> i64 {
        self.after.as_ref().map_or(start, |cursor| cursor.key)
    }

    /// The text to go on from in lists that are sorted by a text alone.
    pub(crate) fn id_or_start(&self) -> &str {
        self.after.as_ref().map_or("", |cursor| cursor.id.as_str())
    }
}

impl<T> Listed<T> {
    /// Cuts off the row too many, and points behind the last that stays.
    pub(crate) fn cut(mut items: Vec<T>, page: &Page, place: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > page.rows() as usize;
        items.truncate(page.rows() as usize);
        let next = if more { items.last().map(place) } else { None };
        Self { items, next }
    }
}

impl Cursor {
    pub(crate) fn number(key: i64) -> Self {
        Self { key, id: String::new() }
    }

    pub(crate) fn text(id: &str) -> Self {
        Self { key: 0, id: id.to_owned() }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, self.id)
    }
}

impl FromStr for Cursor {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || crate::Error::Invalid { what: "cursor", why: "not one that this server gave".to_owned() };
        let (key, id) = text.split_once(':').ok_or_else(wrong)?;
        crate::limits::CURSOR.text(id)?;
        Ok(Self { key: key.parse().map_err(|_| wrong())?, id: id.to_owned() })
    }
}
