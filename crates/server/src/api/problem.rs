//! What went wrong with a request, as RFC 9457 has it: a stable code, what is wrong, what to do.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;

/// As it is sent.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemView {
    #[serde(rename = "type")]
    pub kind: String,
    pub title: &'static str,
    pub status: u16,
    /// Stable word, `conflict`.
    pub code: &'static str,
    /// What is wrong, and what to do.
    pub detail: String,
}

#[derive(Debug)]
pub struct Problem {
    pub status: StatusCode,
    /// Stable word, `triggered/not-found`.
    pub code: &'static str,
    pub detail: String,
    /// Seconds after which it makes sense to try again.
    pub again: Option<u64>,
}

impl Problem {
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), again: None }
    }

    #[must_use]
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { again: Some(seconds), ..self }
    }

    /// A fault of the server's own.
    pub fn fault(error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", error.to_string())
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
        let kind = format!("urn:watchbell:problem:{}", self.code);
        let view = ProblemView { kind, title, status: self.status.as_u16(), code: self.code, detail: self.detail };
        let body = serde_json::to_string(&view).unwrap_or_default();
        let kind = HeaderValue::from_static("application/problem+json");
        let mut answer = (self.status, [(header::CONTENT_TYPE, kind)], body).into_response();
        if let Some(seconds) = self.again {
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"watchbell\""));
        }
        answer
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
