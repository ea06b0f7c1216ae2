//! `Idempotency-Key`: a request that is sent again is not done again, and gets the answer that the first one had.

use super::plain::told;
use super::problem::Problem;
use crate::app::House;
use crate::auth::Who;
use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use watchbell_store::{Known, Nanos};

const KEY: &str = "idempotency-key";
const REPLAYED: &str = "idempotency-replayed";
/// The most bytes of a body or an answer with a key.
const MOST: usize = 1 << 20;
const MINUTE: Nanos = 60_000_000_000;
/// How long a request may take before its key is free again, and how long its answer is kept.
const RUNNING: Nanos = 10 * MINUTE;
const KEPT: Nanos = 24 * 60 * MINUTE;

pub async fn once(State(house): State<Arc<House>>, Extension(who): Extension<Option<Who>>, request: Request, next: Next) -> Response {
    // What answers that the method is none of the path's comes by here too.
    if request.method() != Method::POST {
        return next.run(request).await;
    }
    let (Some(key), Some(who)) = (request.headers().get(KEY).cloned(), who) else { return next.run(request).await };
    match keyed(house, &who, &key, request, next).await {
        Ok(answer) => answer,
        Err(problem) => problem.into_response(),
    }
}

async fn keyed(house: Arc<House>, who: &Who, key: &HeaderValue, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key.to_str().map_err(|_| Problem::bad("idempotency/key", "a key is ASCII text"))?.to_owned();
    let actor = format!("{}\n{}", who.via, who.user.as_deref().unwrap_or(&who.name));
    let (parts, body) = request.into_parts();
    let too_large = |_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "request/too-large", "a request with a key has at most 1 MiB");
    let body = to_bytes(body, MOST).await.map_err(too_large)?;
    let digest = digest(parts.uri.path(), &body);
    let now = house.clock.now().nanos;
    match house.store.begin_request(&actor, &key, &digest, now, now + RUNNING)? {
        Known::Answered { status, body } => return Ok(replayed(status, body)),
        Known::Running => return Err(Problem::new(StatusCode::CONFLICT, "idempotency/running", "the first request with this key is still running")),
        Known::Other => return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency/other", "this key was used for another request")),
        Known::New => {}
    }
    let request = Request::from_parts(parts, Body::from(body));
    // In a task of its own: it goes on, and its answer is kept, where the client hangs up.
    tokio::spawn(async move { kept(&house, &actor, &key, next.run(request).await).await }).await.map_err(Problem::fault)?
}

/// Keeps an answer for the next time; a fault of ours frees the key.
async fn kept(house: &House, actor: &str, key: &str, answer: Response) -> Result<Response, Problem> {
    // As it is sent: a refusal of the framework's in our words.
    let (parts, body) = told(answer).await.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(Problem::fault)?;
    let text = std::str::from_utf8(&body).ok().filter(|text| text.len() <= MOST && !parts.status.is_server_error());
    match text {
        Some(text) => house.store.end_request(actor, key, parts.status.as_u16(), text, house.clock.now().nanos + KEPT)?,
        None => house.store.forget_request(actor, key)?,
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replayed(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    if body.is_empty() {
        return (status, [(REPLAYED, "true")]).into_response();
    }
    let kind = if status.is_success() { "application/json" } else { "application/problem+json" };
    (status, [(header::CONTENT_TYPE.as_str(), kind), (REPLAYED, "true")], body).into_response()
}

fn digest(path: &str, body: &Bytes) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(path.as_bytes()).update(b"\0").update(body);
    hasher.finalize().to_hex().to_string()
}
