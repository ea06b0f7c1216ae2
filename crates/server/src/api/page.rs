//! Lists of the API: a page at a time, with what leads on to the next.

use super::problem::Problem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use watchbell_store::{Cursor, Listed, Page};

/// A page of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "List_of_{T}")]
pub struct List<T> {
    pub items: Vec<T>,
    /// Give it as `after` to go on; none at the end. A search may lead on from a page that is not full, or has nothing.
    pub next: Option<String>,
}

/// Which page.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct Which {
    /// `next` of the page before.
    #[serde(default)]
    pub after: Option<String>,
    /// Rows of a page: at most a thousand, a hundred if not told.
    #[serde(default)]
    pub limit: u32,
}

impl Which {
    pub fn page(&self) -> Result<Page, Problem> {
        let cursor = |text: &String| text.parse::<Cursor>().map_err(|_| Problem::bad("page/after", format!("`{text}` is no `next` of a list")));
        Ok(Page { after: self.after.as_ref().map(cursor).transpose()?, limit: self.limit })
    }
}

impl<T> List<T> {
    pub fn of<R>(listed: Listed<R>, show: impl FnMut(R) -> T) -> Self {
        Self { next: listed.next.map(|cursor| cursor.to_string()), items: listed.items.into_iter().map(show).collect() }
    }
}
