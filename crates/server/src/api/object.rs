//! Bodies are objects: a list would be taken for one by its order.

use super::BODY;
use super::problem::Problem;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

pub async fn object(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY).await else {
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "request/too-large", "the body is too large, or took too long").into_response();
    };
    if body.trim_ascii_start().starts_with(b"[") {
        return Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "request/invalid", "the body is a list, and must be an object").into_response();
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}
