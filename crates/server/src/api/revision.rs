//! Revisions: each single thing is given with an `ETag`, and an edit may name the one that it was made on.

use super::problem::Problem;
use axum::Json;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A thing and its revision.
pub struct Tagged<T>(pub i64, pub T);

impl<T: Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let tag = HeaderValue::from_str(&format!("\"{}\"", self.0));
        let mut answer = Json(self.1).into_response();
        if let Ok(tag) = tag {
            answer.headers_mut().insert(header::ETAG, tag);
        }
        answer
    }
}

/// The revision that `If-Match` names.
pub fn expected(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim().trim_start_matches("W/").trim_matches('"');
    if text == "*" {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| Problem::bad("if-match", format!("`{text}` is no revision; give the ETag")))
}
