//! Lines over HTTP: `POST /ingest/ndjson` takes JSON objects, `POST /ingest/lines` whatever has lines.

use crate::http::{Doors, HttpConfig, Refusal, Taken, problem};
use crate::lines::{Cut, any, cut, object};
use crate::names::{stream, unit_of};
use crate::{Delivery, Kind, Limits, Make, Promise};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use schemars::schema_for;
use serde_json::json;
use std::sync::Arc;

pub const KIND: Kind = Kind {
    id: "ndjson",
    title: "Lines over HTTP",
    example: "\
sources:
  curl:
    kind: ndjson
    token_file: /etc/watchbell/curl.token
",
    promise: Promise {
        acknowledged: "with the answer 200, after the fsync",
        lost: "nothing that was acknowledged",
        again: "the same body counts once",
        full: "429 with `Retry-After`",
    },
    schema: || schema_for!(HttpConfig),
    make: Make::Http { prefix: "", routes },
};

fn routes(doors: Doors) -> Router {
    Router::new()
        .route("/ingest/ndjson", routing::post(|State(doors), request| post(doors, request, object)))
        .route("/ingest/lines", routing::post(|State(doors), request| post(doors, request, any)))
        .with_state(doors)
}

/// How many of the lines that were not taken are named in the answer.
const NAMED: usize = 20;

async fn post(doors: Doors, request: Request, rejects: fn(&[u8], &Limits) -> Option<&'static str>) -> Response {
    match taken(&doors, request, rejects).await {
        Ok(cut) => answer(&cut),
        Err(refusal) => problem(&refusal),
    }
}

async fn taken(doors: &Doors, request: Request, rejects: fn(&[u8], &Limits) -> Option<&'static str>) -> Result<Cut, Refusal> {
    let taken = doors.take(request).await?;
    let cut = cut(&taken.body.bytes, &taken.door.limits, rejects);
    doors.keep(&taken, deliveries(&taken, &cut), &cut.rejected).await?;
    Ok(cut)
}

fn deliveries(taken: &Taken, cut: &Cut) -> Vec<Delivery> {
    let unit = unit_of(&taken.body.bytes);
    let address = taken.peer.rsplit_once(':').map_or("", |(address, _)| address);
    let stream: Arc<str> = stream(host(&taken.parts.uri).unwrap_or_default(), address).into();
    let delivery = |piece: &crate::lines::Piece| Delivery {
        source: Arc::clone(&taken.door.source),
        stream: Arc::clone(&stream),
        peer: Arc::clone(&taken.peer),
        format: taken.door.format,
        unit,
        first: piece.first,
        bytes: piece.bytes.clone(),
    };
    cut.pieces.iter().map(delivery).collect()
}

/// `?host=NAME`: whose lines these are, where they do not say it themselves.
fn host(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find_map(|pair| pair.strip_prefix("host="))
}

fn answer(cut: &Cut) -> Response {
    let accepted = cut.lines();
    let problems: Vec<_> = cut.rejected.iter().take(NAMED).map(|line| json!({"line": line.line, "reason": line.reason})).collect();
    let status = if accepted == 0 && !problems.is_empty() { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    let body = json!({"accepted": accepted, "quarantined": cut.rejected.len(), "problems": problems});
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
