//! Splunk's HTTP Event Collector, with acknowledgement: what its senders are set up for works with another address.

mod answer;
mod events;

use crate::http::{Doors, HttpConfig, Refusal, Taken, param};
use crate::lines::{any, cut};
use crate::names::{stream, unit_of};
use crate::{Delivery, Kind, Make, Promise};
use answer::{Code, ack, say};
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::{Router, routing};
pub use events::read;
use schemars::schema_for;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

pub const KIND: Kind = Kind {
    id: "hec",
    title: "Splunk HTTP Event Collector",
    example: "\
sources:
  splunk:
    kind: hec
    listen: 0.0.0.0:8088
    tls: {certificate: /etc/watchbell/server.pem, key: /etc/watchbell/server.key}
    token_file: /etc/watchbell/hec.token
",
    promise: Promise {
        acknowledged: "with the answer, after the fsync; `ackId`s are true from the beginning",
        lost: "nothing that was acknowledged",
        again: "the same body counts once",
        full: "503, code 9, `Retry-After`",
    },
    schema: || schema_for!(HttpConfig),
    make: Make::Http { prefix: "", routes },
};

/// What the routes share. An `ackId` is only given for what is kept, so there is nothing to remember but the next number.
#[derive(Clone)]
struct Collector {
    doors: Doors,
    next_ack: Arc<AtomicU64>,
}

fn routes(doors: Doors) -> Router {
    let collector = Collector { doors, next_ack: Arc::default() };
    let mut router = Router::new().route("/services/collector", routing::post(event)).route("/services/collector/ack", routing::post(acks));
    for version in ["", "/1.0"] {
        router = router
            .route(&format!("/services/collector/event{version}"), routing::post(event))
            .route(&format!("/services/collector/raw{version}"), routing::post(raw))
            .route(&format!("/services/collector/health{version}"), routing::get(health));
    }
    router.with_state(collector)
}

async fn health() -> Response {
    say(Code::HEALTHY, None, None)
}

async fn event(State(collector): State<Collector>, request: Request) -> Response {
    match collector.events(request).await {
        Ok(response) => response,
        Err(refusal) => answer::refuse(&refusal),
    }
}

async fn raw(State(collector): State<Collector>, request: Request) -> Response {
    match collector.raw(request).await {
        Ok(response) => response,
        Err(refusal) => answer::refuse(&refusal),
    }
}

async fn acks(State(collector): State<Collector>, request: Request) -> Response {
    match collector.doors.take(request).await {
        Err(refusal) => answer::refuse(&refusal),
        Ok(taken) if channel(&taken).is_none() => say(Code::NO_CHANNEL, None, None),
        Ok(taken) => ack(&taken.body.bytes),
    }
}

impl Collector {
    async fn events(&self, request: Request) -> Result<Response, Refusal> {
        let taken = self.doors.take(request).await?;
        if taken.body.bytes.trim_ascii().is_empty() {
            return Ok(say(Code::NO_DATA, None, None));
        }
        let read = read(&taken.body.bytes, &taken.door.limits);
        self.doors.keep(&taken, read.batch.deliveries(&taken, unit_of(&taken.body.bytes)), &read.rejected).await?;
        Ok(match read.wrong {
            Some((code, number)) => say(code, Some(number), None),
            None => self.success(&taken),
        })
    }

    /// Lines, whatever they are; the query tells of them what an event's envelope does.
    async fn raw(&self, request: Request) -> Result<Response, Refusal> {
        let taken = self.doors.take(request).await?;
        let query = |name| param(&taken.parts.uri, name).unwrap_or_default();
        let cut = cut(&taken.body.bytes, &taken.door.limits, any);
        if cut.pieces.is_empty() && cut.rejected.is_empty() {
            return Ok(say(Code::NO_DATA, None, None));
        }
        let (unit, stream): (_, Arc<str>) = (unit_of(&taken.body.bytes), stream(&query("host"), &query("source")).into());
        let delivery = |piece: crate::lines::Piece| Delivery {
            source: Arc::clone(&taken.door.source),
            stream: Arc::clone(&stream),
            peer: Arc::clone(&taken.peer),
            format: taken.door.format,
            unit,
            first: piece.first,
            bytes: piece.bytes,
        };
        self.doors.keep(&taken, cut.pieces.into_iter().map(delivery).collect(), &cut.rejected).await?;
        Ok(self.success(&taken))
    }

    fn success(&self, taken: &Taken) -> Response {
        let ack = channel(taken).map(|_| self.next_ack.fetch_add(1, Ordering::Relaxed));
        say(Code::SUCCESS, None, ack)
    }
}

/// Senders that want an acknowledgement name a channel.
fn channel(taken: &Taken) -> Option<String> {
    let header = |headers: &HeaderMap| headers.get("x-splunk-request-channel").and_then(|value| value.to_str().ok()).map(str::to_owned);
    header(&taken.parts.headers).or_else(|| param(&taken.parts.uri, "channel")).filter(|channel| !channel.is_empty())
}
