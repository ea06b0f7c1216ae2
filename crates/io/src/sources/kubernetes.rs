//! The audit webhook of Kubernetes' API server: an `EventList` a request.

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
    id: "kubernetes",
    title: "Kubernetes' audit webhook",
    example: "\
sources:
  cluster:
    kind: kubernetes
    listen: 0.0.0.0:8443
    tls: {certificate: /etc/watchbell/server.pem, key: /etc/watchbell/server.key}
    token_file: /etc/watchbell/cluster.token
",
    promise: Promise {
        acknowledged: "with the answer 200, after the fsync",
        lost: "what the API server drops when its own buffer is full: it counts that itself",
        again: "the same event (`auditID` and stage) counts once",
        full: "429 with `Retry-After`",
    },
    schema: || schema_for!(HttpConfig),
    make: Make::Http { prefix: "", routes },
};

fn routes(doors: Doors) -> Router {
    Router::new().route("/ingest/kubernetes", routing::post(events)).with_state(doors)
}

async fn events(State(doors): State<Doors>, request: Request) -> Response {
    post(&doors, request, find, "an `EventList` of audit.k8s.io is expected").await
}

pub fn find(body: &[u8]) -> Option<Vec<&RawValue>> {
    #[derive(Deserialize)]
    struct List<'a> {
        kind: &'a str,
        #[serde(borrow, default)]
        items: Vec<&'a RawValue>,
    }
    serde_json::from_slice::<List<'_>>(body).ok().filter(|list| list.kind == "EventList").map(|list| list.items)
}
