//! What machines ask for: whether the server lives, whether it is ready; and for those with a name, why not.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::Reaches;
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

pub const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: "/status",
    does: "Tells whether the server is ready and what is wrong, with the texts that `/readyz` keeps to itself; and how far it is.",
    needs: Needs::Viewer,
    reaches: Reaches::All,
    query: None,
    takes: None,
    answers: 200,
    gives: Some(schema::<Status>),
    handler: || get(status),
}];

/// What anybody may know.
#[derive(Debug, Serialize)]
struct Shown {
    ready: bool,
    /// Checks that fail: `rules`, `detection`, `store`, `lake`, `sources`.
    failing: Vec<&'static str>,
    rules: usize,
    /// Bytes of the journal that detection, and the lake, have not read yet.
    behind_bytes: u64,
    lake_behind_bytes: u64,
    /// How many triggered alerts were kept within so many milliseconds of their receipt.
    kept_within_millis: Vec<(Option<u64>, u64)>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Status {
    pub ready: bool,
    pub failing: Vec<Failing>,
    /// What went wrong since the start, though the server goes on.
    pub troubles: Vec<String>,
    /// Rules and correlations in use.
    pub rules: usize,
    /// Bytes of the journal that detection, and the lake, have not read yet.
    pub detection_behind: u64,
    pub lake_behind: u64,
    pub lake: LakeStatus,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct Failing {
    pub check: &'static str,
    pub why: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct LakeStatus {
    pub files: usize,
    pub events_in_files: u64,
    pub bytes: u64,
    pub events_in_memory: usize,
}

pub fn router() -> Router<Arc<House>> {
    Router::new().route("/healthz", get(|| async { "ok\n" })).route("/readyz", get(ready))
}

async fn ready(State(house): State<Arc<House>>) -> (StatusCode, Json<Shown>) {
    let asked = Arc::clone(&house);
    let failing: Vec<&'static str> = match tokio::task::spawn_blocking(move || asked.failing()).await {
        Ok(failing) => failing.into_iter().map(|(check, _)| check).collect(),
        Err(_) => vec!["server"],
    };
    let status = if failing.is_empty() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let shown = Shown {
        ready: failing.is_empty(),
        failing,
        rules: house.content.current().rules,
        behind_bytes: house.detection_behind(),
        lake_behind_bytes: house.lake_behind(),
        kept_within_millis: house.feed.lags().collect(),
    };
    (status, Json(shown))
}

async fn status(State(house): State<Arc<House>>) -> Result<Json<Status>, Problem> {
    tokio::task::spawn_blocking(move || told(&house)).await.map(Json).map_err(Problem::fault)
}

fn told(house: &House) -> Status {
    let failing: Vec<Failing> = house.failing().into_iter().map(|(check, why)| Failing { check, why }).collect();
    let lake = house.lake.stats();
    Status {
        ready: failing.is_empty(),
        failing,
        troubles: house.feed.troubles(),
        rules: house.content.current().rules,
        detection_behind: house.detection_behind(),
        lake_behind: house.lake_behind(),
        lake: LakeStatus { files: lake.files, events_in_files: lake.rows, bytes: lake.bytes, events_in_memory: lake.buffered_rows },
    }
}
