//! OpenTelemetry's logs over HTTP, protobuf and JSON.

mod from_json;
mod message;
mod record;

use crate::http::{Doors, HttpConfig, Refusal};
use crate::{Kind, Make, Promise, unit_of};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use message::{Answer, Logs, PartialSuccess, Status};
use prost::Message;
use schemars::schema_for;
use serde_json::json;

pub const KIND: Kind = Kind {
    id: "otlp",
    title: "OpenTelemetry (OTLP/HTTP logs)",
    example: "\
sources:
  otel:
    kind: otlp
    listen: 0.0.0.0:4318
    tls: {certificate: /etc/watchbell/server.pem, key: /etc/watchbell/server.key}
    token_file: /etc/watchbell/otel.token
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
    Router::new().route("/v1/logs", routing::post(logs)).with_state(doors)
}

/// How a request is written, and its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Coding {
    Protobuf,
    Json,
}

fn coding(headers: &HeaderMap) -> Option<Coding> {
    let told = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    match told.split(';').next()?.trim() {
        "application/x-protobuf" => Some(Coding::Protobuf),
        "application/json" => Some(Coding::Json),
        _ => None,
    }
}

async fn logs(State(doors): State<Doors>, request: Request) -> Response {
    let told = coding(request.headers());
    let coding = told.unwrap_or(Coding::Json);
    match taken(&doors, request, told).await {
        Ok(rejected) => success(coding, rejected),
        Err(refusal) => refuse(coding, &refusal),
    }
}

async fn taken(doors: &Doors, request: Request, told: Option<Coding>) -> Result<i64, Refusal> {
    let taken = doors.take(request).await?;
    let coding = told.ok_or_else(|| doors.refused(&taken.door.source, Refusal::UnknownType))?;
    let logs = match coding {
        Coding::Protobuf => Logs::decode(&taken.body.bytes[..]).map_err(|_| "no ExportLogsServiceRequest, or one that is nested too deep".to_owned()),
        Coding::Json => from_json::logs(&taken.body.bytes),
    };
    let logs = logs.map_err(|why| doors.unreadable(&taken, "bad_otlp", why))?;
    let (batch, rejected) = record::lines(&logs, &taken.door.limits);
    let deliveries = batch.deliveries(&taken, unit_of(&taken.body.bytes));
    doors.keep(&taken, deliveries, &rejected).await?;
    Ok(i64::try_from(rejected.len()).unwrap_or(i64::MAX))
}

fn success(coding: Coding, rejected: i64) -> Response {
    let why = if rejected > 0 { "longer or nested deeper than it may be; kept aside" } else { "" };
    match coding {
        Coding::Protobuf => {
            let partial = (rejected > 0).then(|| PartialSuccess { rejected, why: why.to_owned() });
            protobuf(StatusCode::OK, &Answer { partial })
        }
        Coding::Json if rejected > 0 => {
            json_body(StatusCode::OK, &json!({"partialSuccess": {"rejectedLogRecords": rejected.to_string(), "errorMessage": why}}))
        }
        Coding::Json => json_body(StatusCode::OK, &json!({"partialSuccess": {}})),
    }
}

/// gRPC's codes, which stand in the body.
const INVALID_ARGUMENT: i32 = 3;
const RESOURCE_EXHAUSTED: i32 = 8;
const UNAVAILABLE: i32 = 14;
const UNAUTHENTICATED: i32 = 16;

fn refuse(coding: Coding, refusal: &Refusal) -> Response {
    let code = match refusal.status() {
        StatusCode::UNAUTHORIZED => UNAUTHENTICATED,
        StatusCode::TOO_MANY_REQUESTS => RESOURCE_EXHAUSTED,
        StatusCode::SERVICE_UNAVAILABLE => UNAVAILABLE,
        _ => INVALID_ARGUMENT,
    };
    let response = match coding {
        Coding::Protobuf => protobuf(refusal.status(), &Status { code, message: refusal.to_string() }),
        Coding::Json => json_body(refusal.status(), &json!({"code": code, "message": refusal.to_string()})),
    };
    refusal.with_headers(response)
}

fn protobuf(status: StatusCode, message: &impl Message) -> Response {
    (status, [(CONTENT_TYPE, "application/x-protobuf")], message.encode_to_vec()).into_response()
}

fn json_body(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

#[cfg(feature = "fuzz")]
pub fn read(bytes: &[u8], limits: &crate::Limits) {
    for logs in [Logs::decode(bytes).ok(), from_json::logs(bytes).ok()].into_iter().flatten() {
        record::lines(&logs, limits);
    }
}
