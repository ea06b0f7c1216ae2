//! Azure's logs as its diagnostic settings and functions push them: `{"records":[…]}`.

use super::records::post;
use crate::http::{Doors, HttpConfig};
use crate::{Kind, Make, Promise};
use axum::extract::{Request, State};
use axum::response::Response;
use axum::{Router, routing};
use schemars::schema_for;
use serde::Deserialize;
use serde_json::value::RawValue;

pub const KIND: Kind = Kind {
    id: "azure",
    title: "Azure's records",
    example: "\
sources:
  azure:
    kind: azure
    token_file: /etc/watchbell/azure.token
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
    Router::new().route("/ingest/azure", routing::post(records)).with_state(doors)
}

async fn records(State(doors): State<Doors>, request: Request) -> Response {
    post(&doors, request, find, "a document `{\"records\": […]}` is expected").await
}

/// One envelope, or a list of them, as Event Hubs hand them to functions.
pub fn find(body: &[u8]) -> Option<Vec<&RawValue>> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        records: Vec<&'a RawValue>,
    }
    if body.trim_ascii_start().starts_with(b"[") {
        let list: Vec<Envelope<'_>> = serde_json::from_slice(body).ok()?;
        return Some(list.into_iter().flat_map(|envelope| envelope.records).collect());
    }
    serde_json::from_slice::<Envelope<'_>>(body).ok().map(|envelope| envelope.records)
}
