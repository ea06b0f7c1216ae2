//! Searches: SQL or the simple form, over what is kept.

use super::problem::Problem;
use super::route::{Method, Needs, Route, schema};
use crate::app::House;
use crate::auth::{Reaches, Who};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use watchbell_lake::{Error, Limits, form};

pub const PATH: &str = "/search";

pub const ROUTES: &[Route] = &[
    Route {
        method: Method::Get,
        path: PATH,
        does: "Searches what is kept, as `POST` does, for those who keep a link or may change nothing.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: Some(schema::<SearchBody>),
        takes: None,
        answers: 200,
        gives: Some(schema::<SearchView>),
        handler: || get(linked),
    },
    Route {
        method: Method::Post,
        path: PATH,
        does: "Searches what is kept, the newest minutes included: with SQL, or with the simple form.",
        needs: Needs::Analyst,
        reaches: Reaches::All,
        query: None,
        takes: Some(schema::<SearchBody>),
        answers: 200,
        gives: Some(schema::<SearchView>),
        handler: || post(sent),
    },
];

/// One of `sql` and `form`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// A query that reads: `SELECT host, count(*) FROM events WHERE matches('…') GROUP BY host`.
    #[serde(default)]
    pub sql: Option<String>,
    /// `host=dc1 user=bob schtasks last=1h`.
    #[serde(default)]
    pub form: Option<String>,
    /// The most rows of the answer: a thousand if not told, at most a hundred thousand.
    #[serde(default)]
    pub limit: Option<u32>,
    /// After so many seconds the search is given up: sixty if not told, at most six hundred.
    #[serde(default)]
    pub seconds: Option<u32>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct SearchView {
    pub columns: Vec<String>,
    /// A value for each column.
    pub rows: Vec<Vec<Value>>,
    /// There were more rows than the limit lets through.
    pub more: bool,
    pub elapsed_millis: u64,
}

const ROWS: u32 = 1000;
const MOST_ROWS: u32 = 100_000;
const SECONDS: u32 = 60;
const MOST_SECONDS: u32 = 600;
/// Memory of a search, and of its answer.
const BYTES: usize = 256 << 20;

async fn linked(house: State<Arc<House>>, who: Extension<Who>, Query(asked): Query<SearchBody>) -> Result<Json<SearchView>, Problem> {
    sent(house, who, Json(asked)).await
}

async fn sent(State(house): State<Arc<House>>, Extension(who): Extension<Who>, Json(asked): Json<SearchBody>) -> Result<Json<SearchView>, Problem> {
    let (rows, seconds) = (asked.limit.unwrap_or(ROWS).clamp(1, MOST_ROWS), asked.seconds.unwrap_or(SECONDS).clamp(1, MOST_SECONDS));
    let limits = Limits { rows: rows as usize, bytes: BYTES, deadline: Duration::from_secs(seconds.into()) };
    let now = house.clock.now().nanos;
    let (sql, text) = match (asked.sql, asked.form) {
        (Some(sql), None) => (sql.clone(), sql),
        // One more than wanted tells whether there are more.
        (None, Some(text)) => (form(&text, now, limits.rows + 1).map_err(|error| wrong(&error, seconds))?, text),
        _ => return Err(Problem::bad("search/what", "give one of `sql` and `form`")),
    };
    house.store.record(&who.actor(), "search", "events", "", Some(&text), now)?;
    let busy = || Problem::new(StatusCode::TOO_MANY_REQUESTS, "search/busy", "too many searches are running").retry_after(5);
    let _turn = house.desk.turn().await.ok_or_else(busy)?;
    let began = tokio::time::Instant::now();
    let found = crate::search::search(&house, &who, &sql, &limits).await.map_err(|error| wrong(&error, seconds))?;
    let elapsed_millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Json(SearchView { columns: found.columns, rows: found.rows, more: found.more, elapsed_millis }))
}

/// What the lake says, to whoever asked.
pub fn wrong(error: &Error, seconds: u32) -> Problem {
    let long = StatusCode::UNPROCESSABLE_ENTITY;
    match error {
        Error::Query(_) => Problem::bad("search/query", error.to_string()),
        Error::Form { .. } => Problem::bad("search/form", error.to_string()),
        Error::Refused(_) => Problem::bad("search/refused", error.to_string()),
        Error::Denied(_) => Problem::new(StatusCode::FORBIDDEN, "auth/role", error.to_string()),
        Error::Deadline => {
            Problem::new(long, "search/deadline", format!("the search took longer than {seconds} s; ask of less time, of one host, or give it more seconds"))
        }
        Error::Memory(_) => Problem::new(long, "search/memory", format!("{error}; ask of less time, or for fewer columns")),
        _ => Problem::fault(error),
    }
}
