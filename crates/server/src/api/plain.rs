//! What every answer of the API has: problem+json also where the framework says no, and headers that keep browsers careful.

use super::problem::Problem;
use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// The most bytes of a refusal of the framework's.
const REFUSAL: usize = 4096;
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-store"),
    (header::REFERRER_POLICY, "no-referrer"),
];

pub async fn plain(request: Request, next: Next) -> Response {
    let mut answer = told(next.run(request).await).await;
    for (name, value) in HEADERS {
        answer.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

/// Nothing is served there.
pub async fn unknown() -> Problem {
    Problem::missing("route/unknown", "nothing is served here; /api/v1/openapi.json tells what is")
}

/// A refusal of the framework's in our words.
pub async fn told(answer: Response) -> Response {
    if !answer.status().is_client_error() && !answer.status().is_server_error() {
        return answer;
    }
    let is_ours = answer.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/problem+json" || kind == "application/json");
    if is_ours {
        return answer;
    }
    let (parts, body) = answer.into_parts();
    let text = to_bytes(body, REFUSAL).await.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    let (code, otherwise) = words(parts.status);
    let detail = if text.is_empty() { otherwise.to_owned() } else { text };
    let mut told = Problem::new(parts.status, code, detail).into_response();
    if let Some(allow) = parts.headers.get(header::ALLOW) {
        told.headers_mut().insert(header::ALLOW, allow.clone());
    }
    told
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("route/unknown", "nothing is served here"),
        StatusCode::METHOD_NOT_ALLOWED => ("route/method", "this path has other methods; `Allow` tells which"),
        StatusCode::PAYLOAD_TOO_LARGE => ("request/too-large", "the body is too large"),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ("request/type", "the body must be application/json"),
        StatusCode::UNPROCESSABLE_ENTITY => ("request/invalid", "the body is not what this route takes"),
        status if status.is_server_error() => ("internal", "a fault of the server's own"),
        _ => ("request/malformed", "the request is malformed"),
    }
}
