//! What could not be read: listed, and looked at.

use super::page::{List, Which};
use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use super::triggered::shown;
use crate::app::House;
use crate::auth::Reaches;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::routing::get;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use watchbell_store::{QuarantineFilter, QuarantineRow};

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
];

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
    /// Bytes that came.
    pub length: u64,
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
    let page = Which { after: query.after.clone(), limit: query.limit }.page()?;
    let filter = QuarantineFilter { source: query.source, reason: query.reason, replayed: query.replayed };
    Ok(Json(List::of(house.store.quarantine_list(&filter, &page)?, view)))
}

async fn show(State(house): State<Arc<House>>, Path(id): Path<i64>) -> Result<Json<QuarantinedWhole>, Problem> {
    let row = house.store.quarantined(id)?;
    let (text, base64) = (String::from_utf8_lossy(&row.record.bytes).into_owned(), STANDARD.encode(&row.record.bytes));
    Ok(Json(QuarantinedWhole { row: view(row), text, base64 }))
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
        length: record.length,
        place: record.place,
        replayed: row.replayed.map(shown),
    }
}
