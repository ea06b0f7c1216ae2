//! What went wrong with a request, as RFC 9457 has it: a stable code, what is wrong, what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable word, `triggered/not-found`.
    pub code: &'static str,
    pub detail: String,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into() }
    }

    pub fn bad(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    pub fn missing(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, code, detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("error");
        let body = json!({"type": format!("urn:watchbell:problem:{}", self.code), "title": title, "status": self.status.as_u16(), "code": self.code, "detail": self.detail});
        let kind = HeaderValue::from_static("application/problem+json");
        (self.status, [(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
    }
}

impl From<watchbell_store::Error> for Problem {
    fn from(error: watchbell_store::Error) -> Self {
        use watchbell_store::Error;
        let status = match &error {
            Error::Missing { .. } => StatusCode::NOT_FOUND,
            Error::Conflict { .. } => StatusCode::PRECONDITION_FAILED,
            Error::Invalid { .. } | Error::TooLong { .. } | Error::Refused(_) => StatusCode::BAD_REQUEST,
            Error::Exists { .. } | Error::InUse { .. } => StatusCode::CONFLICT,
            _ => StatusCode::SERVICE_UNAVAILABLE,
        };
        Self::new(status, error.code(), error.to_string())
    }
}
