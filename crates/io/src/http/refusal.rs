//! Why a request is not taken, and the plain way to say it; protocols with words of their own say it in those.

use crate::Refused;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("a token is needed")]
    NoToken,
    #[error("this token opens no source here")]
    BadToken,
    #[error("the body is longer than {0} bytes")]
    TooLarge(usize),
    #[error("the body, decompressed, is longer than {0} bytes")]
    UnpacksTooLarge(usize),
    #[error("the body took too long")]
    TooSlow,
    #[error("the connection broke within the body")]
    Broken,
    #[error("this content encoding is not known: gzip, deflate and zstd are")]
    UnknownEncoding,
    #[error("the body is not what its content encoding says")]
    BadEncoding,
    #[error("this content type is not known here")]
    UnknownType,
    #[error("{0}")]
    Malformed(String),
    #[error("too many bodies at a time")]
    Busy,
    #[error(transparent)]
    Refused(#[from] Refused),
}

impl Refusal {
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoToken => "no_token",
            Self::BadToken => "bad_token",
            Self::TooLarge(_) => "body_too_large",
            Self::UnpacksTooLarge(_) => "unpacks_too_large",
            Self::TooSlow => "body_too_slow",
            Self::Broken => "body_broken",
            Self::UnknownEncoding => "unknown_encoding",
            Self::BadEncoding => "bad_encoding",
            Self::UnknownType => "unknown_type",
            Self::Malformed(_) => "malformed",
            Self::Busy => "busy",
            Self::Refused(refused) => refused.code(),
        }
    }

    pub fn status(&self) -> StatusCode {
        match self {
            Self::NoToken | Self::BadToken => StatusCode::UNAUTHORIZED,
            Self::TooLarge(_) | Self::UnpacksTooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnknownEncoding | Self::UnknownType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Broken | Self::BadEncoding | Self::Malformed(_) => StatusCode::BAD_REQUEST,
            Self::Busy | Self::Refused(Refused::Full { .. }) => StatusCode::TOO_MANY_REQUESTS,
            Self::Refused(Refused::Storage(_) | Refused::Stopping) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// Seconds after which it makes sense to try again; none where it never does.
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Busy => Some(1),
            Self::Refused(Refused::Full { retry_after_seconds }) => Some((*retry_after_seconds).max(1)),
            Self::Refused(Refused::Storage(_)) => Some(10),
            Self::Refused(Refused::Stopping) => Some(2),
            _ => None,
        }
    }

    /// Adds what every protocol over HTTP understands.
    pub fn with_headers(&self, mut response: Response) -> Response {
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status() == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"watchbell\", Basic realm=\"watchbell\""));
        }
        response
    }
}

/// The plain way: problem+json.
pub fn problem(refusal: &Refusal) -> Response {
    let status = refusal.status();
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({"type": "about:blank", "title": title, "status": status.as_u16(), "code": refusal.code(), "detail": refusal.to_string()});
    let response = (status, [(CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response();
    refusal.with_headers(response)
}
