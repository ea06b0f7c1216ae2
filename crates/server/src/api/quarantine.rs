//! What could not be read: listed, looked at, sent in again, thrown away.

mod replay;

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::{Reaches, Who};
use axum::extract::{Path, Query, State};
use axum::routing::{get, post};
use axum::{Extension, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{Page, QuarantineFilter, QuarantineRow};

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/quarantine",
        does: "Lists what could not be read, newest first.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: Some(schema::<QuarantineQuery>),
        takes: None,
        answers: 200,
        gives: Some(schema::<List<QuarantineView>>),
        handler: || get(list),
    },
    Route {
        method: Method::Get,
        path: "/quarantine/{id}",
        does: "Shows what could not be read, with its bytes as far as they are kept.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: None,
        takes: None,
        answers: 200,
        gives: Some(schema::<QuarantinedWhole>),
        handler: || get(show),
    },
    Route {
        method: Method::Post,
        path: "/quarantine/replay",
        does: "Sends in again what could not be read, as another format if one is given: by id, or all that a filter finds, a thousand at most.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: Some(schema::<replay::QuarantineReplay>),
        answers: 200,
        gives: Some(schema::<replay::QuarantineReplayed>),
        handler: || post(replay::replay),
    },
    Route {
        method: Method::Post,
        path: "/quarantine/delete",
        does: "Throws away what could not be read: by id, or all that a filter finds, a thousand at most.",
        needs: Needs::Engineer,
        reaches: Reaches::All,
        query: None,
        takes: Some(schema::<QuarantineChoice>),
        answers: 200,
        gives: Some(schema::<QuarantineDeleted>),
        handler: || post(delete),
    },
];

/// Which rows.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct QuarantineChoice {
    pub ids: Vec<i64>,
    pub source: Option<String>,
    pub reason: Option<String>,
    /// All of them; needed where nothing else is given.
    pub all: bool,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuarantineDeleted {
    pub deleted: usize,
    /// Others are left that the filter finds: ask again.
    pub more: bool,
}

#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
pub struct QuarantineQuery {
    pub source: Option<String>,
    /// A word, `not_json`.
    pub reason: Option<String>,
    /// Whether it was sent in again.
    pub replayed: Option<bool>,
    pub after: Option<String>,
    #[serde(default)]
    pub limit: u32,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuarantineView {
    pub id: i64,
    pub at: String,
    pub source: String,
    pub reason: String,
    pub format: String,
    pub peer: String,
    /// Host, and what else the sender told of where it came from.
    pub stream: String,
    /// Bytes that came.
    pub length: u64,
    /// Bytes that are kept of them.
    pub kept: u64,
    pub place: String,
    pub replayed: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct QuarantinedWhole {
    #[serde(flatten)]
    pub row: QuarantineView,
    /// The bytes as text, what is none of it replaced.
    pub text: String,
    /// The bytes themselves.
    pub base64: String,
}

async fn list(State(house): State<Arc<House>>, Query(query): Query<QuarantineQuery>) -> Result<Json<List<QuarantineView>>, Problem> {
    // What a sender was told of a moment ago is on the list.
    house.keep_aside();
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let filter = QuarantineFilter { source: query.source, reason: query.reason, replayed: query.replayed };
    Ok(Json(List::of(house.store.quarantine_list(&filter, &page)?, view)))
}

async fn show(State(house): State<Arc<House>>, Path(id): Path<i64>) -> Result<Json<QuarantinedWhole>, Problem> {
    let row = house.store.quarantined(id)?;
    let (text, base64) = (String::from_utf8_lossy(&row.record.bytes).into_owned(), STANDARD.encode(&row.record.bytes));
    Ok(Json(QuarantinedWhole { row: view(row), text, base64 }))
}

async fn delete(
    State(house): State<Arc<House>>,
    Extension(who): Extension<Who>,
    Json(choice): Json<QuarantineChoice>,
) -> Result<Json<QuarantineDeleted>, Problem> {
    let (ids, more) = choice.ids(&house, None)?;
    let deleted = house.store.remove_quarantined(&ids, &who.actor(), house.clock.now().nanos)?;
    Ok(Json(QuarantineDeleted { deleted, more }))
}

/// As many as are handled at once.
const MOST: u32 = 1000;

impl QuarantineChoice {
    /// The ids of the rows, oldest first, and whether there are others.
    fn ids(&self, house: &House, replayed: Option<bool>) -> Result<(Vec<i64>, bool), Problem> {
        if !self.ids.is_empty() {
            return Ok((self.ids.clone(), false));
        }
        if !self.all && self.source.is_none() && self.reason.is_none() {
            return Err(Problem::bad("quarantine/none", "give `ids`, `source`, `reason`, or say `all: true`"));
        }
        house.keep_aside();
        let filter = QuarantineFilter { source: self.source.clone(), reason: self.reason.clone(), replayed };
        let listed = house.store.quarantine_list(&filter, &Page::first(MOST))?;
        Ok((listed.items.iter().rev().map(|row| row.id).collect(), listed.next.is_some()))
    }
}

fn view(row: QuarantineRow) -> QuarantineView {
    let record = row.record;
    QuarantineView {
        id: row.id,
        at: shown(record.at),
        source: record.source,
        reason: record.reason,
        format: record.format,
        peer: record.peer,
        stream: record.stream,
        length: record.length,
        kept: row.kept,
        place: record.place,
        replayed: row.replayed.map(shown),
    }
}
