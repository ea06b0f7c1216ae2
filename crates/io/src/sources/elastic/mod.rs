//! Elasticsearch's `_bulk`, and as much of the handshake as clients ask for before it.

mod answer;
mod bulk;
mod handshake;

use crate::batch::Batch;
use crate::http::{Doors, HttpConfig, Refusal, Taken, decode, param};
use crate::names::{stream, unit_of};
use crate::{Delivery, Kind, Make, Promise, Refused, offer_all};
use answer::{Filter, refuse, results};
use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Router, routing};
use bulk::{Item, Outcome};
use schemars::schema_for;
use std::sync::Arc;

pub const KIND: Kind = Kind {
    id: "elastic",
    title: "Elasticsearch's _bulk",
    example: "\
sources:
  beats:
    kind: elastic
    listen: 0.0.0.0:9200
    tls: {certificate: /etc/watchbell/server.pem, key: /etc/watchbell/server.key}
    token_file: /etc/watchbell/elastic.token
",
    promise: Promise {
        acknowledged: "with each item's 201, after the fsync",
        lost: "nothing that was acknowledged",
        again: "the same body counts once; a document with an `_id` counts once whatever carries it",
        full: "each item 429, `Retry-After`",
    },
    schema: || schema_for!(HttpConfig),
    make: Make::Http { prefix: "/elastic", routes },
};

fn routes(doors: Doors) -> Router {
    Router::new()
        .route("/_bulk", routing::post(all).put(all))
        .route("/{index}/_bulk", routing::post(of_index).put(of_index))
        .route("/{index}/_doc", routing::post(document))
        .route("/{index}/_doc/{id}", routing::post(document).put(document))
        .route("/{index}/_create/{id}", routing::post(document).put(document))
        .fallback(handshake::handshake)
        .with_state(doors)
}

async fn all(State(doors): State<Doors>, request: Request) -> Response {
    bulk(&doors, None, request).await
}

async fn of_index(State(doors): State<Doors>, Path(index): Path<String>, request: Request) -> Response {
    bulk(&doors, Some(index), request).await
}

async fn bulk(doors: &Doors, index: Option<String>, request: Request) -> Response {
    let headers = request.headers().clone();
    match taken(doors, index.as_deref(), request).await {
        Ok((items, filter, refused)) => results(&items, &filter, refused.as_ref(), &headers),
        Err(refusal) => refuse(&refusal, &headers),
    }
}

async fn taken(doors: &Doors, index: Option<&str>, request: Request) -> Result<(Vec<Item>, Filter, Option<Refused>), Refusal> {
    let taken = doors.take(request).await?;
    let filter = Filter::new(param(&taken.parts.uri, "filter_path").as_deref());
    let mut items = bulk::read(&taken.body.bytes, index, &taken.door.limits).map_err(|why| doors.unreadable(&taken, "bad_bulk", why))?;
    let refused = keep(doors, &taken, &mut items).await;
    Ok((items, filter, refused))
}

/// Offers what can be kept; where it is not, each of these items may be sent again.
async fn keep(doors: &Doors, taken: &Taken, items: &mut [Item]) -> Option<Refused> {
    let offered = offer_all(&*doors.intake, deliveries(taken, items)).await;
    for item in items.iter_mut() {
        match &item.outcome {
            Outcome::Wrong { code, .. } if offered.is_ok() => doors.intake.quarantine(&taken.door.source, code, &item.document, &taken.peer),
            Outcome::Kept if offered.is_err() => item.outcome = Outcome::Refused,
            _ => {}
        }
    }
    let refused = offered.err()?;
    doors.refused(&taken.door.source, refused.clone().into());
    Some(refused)
}

fn deliveries(taken: &Taken, items: &[Item]) -> Vec<Delivery> {
    let mut batch = Batch::default();
    let mut all = Vec::new();
    for item in items.iter().filter(|item| item.outcome == Outcome::Kept) {
        let format = if taken.door.format.is_empty() { "json-lines" } else { taken.door.format };
        match &item.id {
            None => batch.push("", &item.index, format, &item.document),
            Some(id) => all.push(Delivery {
                source: Arc::clone(&taken.door.source),
                stream: stream("", &item.index).into(),
                peer: Arc::clone(&taken.peer),
                format,
                unit: unit_of(format!("{}\0{id}", item.index).as_bytes()),
                first: 1,
                bytes: item.document.clone(),
            }),
        }
    }
    all.extend(batch.deliveries(taken, unit_of(&taken.body.bytes)));
    all
}

/// One document by itself, answered as the one item of a bulk.
async fn document(State(doors): State<Doors>, request: Request) -> Response {
    let headers: HeaderMap = request.headers().clone();
    let path: Vec<String> = request.uri().path().split('/').skip(1).map(decode).collect();
    let taken = match doors.take(request).await {
        Ok(taken) => taken,
        Err(refusal) => return refuse(&refusal, &headers),
    };
    let (index, id) = (path.first().cloned().unwrap_or_default(), path.get(2).cloned());
    let mut items = vec![Item::new("create", index, id, taken.body.bytes.clone(), &taken.door.limits)];
    let refused = keep(&doors, &taken, &mut items).await;
    match (refused, items.pop()) {
        (Some(refused), _) => refuse(&refused.into(), &headers),
        (None, Some(item)) => answer::one(&item, &headers),
        (None, None) => refuse(&Refusal::Broken, &headers),
    }
}

#[cfg(feature = "fuzz")]
pub fn read(body: &bytes::Bytes, index: Option<&str>, limits: &crate::Limits) {
    let _ = bulk::read(body, index, limits);
}
