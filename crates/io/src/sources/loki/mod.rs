//! Loki's push API: streams of lines with labels, JSON or protobuf in snappy.

mod message;
mod streams;

use crate::http::{Doors, HttpConfig, Refusal};
use crate::{Kind, Make, Promise, unit_of};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use schemars::schema_for;
use streams::{from_json, from_protobuf, lines, unpacked_bytes};

pub const KIND: Kind = Kind {
    id: "loki",
    title: "Loki push",
    example: "\
sources:
  promtail:
    kind: loki
    listen: 0.0.0.0:3100
    tls: {certificate: /etc/watchbell/server.pem, key: /etc/watchbell/server.key}
    token_file: /etc/watchbell/loki.token
",
    promise: Promise {
        acknowledged: "with the answer 204, after the fsync",
        lost: "nothing that was acknowledged",
        again: "the same body counts once",
        full: "429 with `Retry-After`",
    },
    schema: || schema_for!(HttpConfig),
    make: Make::Http { prefix: "", routes },
};

fn routes(doors: Doors) -> Router {
    Router::new()
        .route("/loki/api/v1/push", routing::post(push))
        .route("/api/prom/push", routing::post(push))
        .route("/ready", routing::get(|| async { "ready\n" }))
        .with_state(doors)
}

async fn push(State(doors): State<Doors>, request: Request) -> Response {
    match taken(&doors, request).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        // Its clients expect a text.
        Err(refusal) => refusal.with_headers((refusal.status(), format!("{refusal}\n")).into_response()),
    }
}

async fn taken(doors: &Doors, request: Request) -> Result<(), Refusal> {
    let taken = doors.take(request).await?;
    let told = taken.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json");
    let limits = &taken.door.limits;
    let _room = doors.hold(&taken.door.source, unpacked_bytes(&taken.body.bytes, limits))?;
    let read = match told.split(';').next().unwrap_or_default().trim() {
        "application/x-protobuf" => from_protobuf(&taken.body.bytes, limits),
        "application/json" => from_json(&taken.body.bytes).map_err(Refusal::Malformed),
        _ => Err(Refusal::UnknownType),
    };
    let streams = read.map_err(|refusal| match refusal {
        Refusal::Malformed(why) => doors.unreadable(&taken, "bad_push", why),
        other => doors.refused(&taken.door.source, other),
    })?;
    let (batch, rejected) = lines(&streams, limits);
    let deliveries = batch.deliveries(&taken, unit_of(&taken.body.bytes));
    doors.keep(&taken, deliveries, &rejected).await
}

#[cfg(feature = "fuzz")]
pub fn read(bytes: &[u8], limits: &crate::Limits) {
    for streams in [from_protobuf(bytes, limits).ok(), from_json(bytes).ok(), streams::unpacked(bytes).ok()].into_iter().flatten() {
        lines(&streams, limits);
    }
}
