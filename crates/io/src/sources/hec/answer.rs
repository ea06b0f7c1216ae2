//! The collector's answers: a code, a text, and the status that goes with it.

use crate::Refused;
use crate::http::Refusal;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// A code of the protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    pub number: u32,
    status: u16,
    text: &'static str,
}

impl Code {
    pub const SUCCESS: Self = Self { number: 0, status: 200, text: "Success" };
    pub const NO_TOKEN: Self = Self { number: 2, status: 401, text: "Token is required" };
    pub const BAD_TOKEN: Self = Self { number: 4, status: 403, text: "Invalid token" };
    pub const NO_DATA: Self = Self { number: 5, status: 400, text: "No data" };
    pub const BAD_DATA: Self = Self { number: 6, status: 400, text: "Invalid data format" };
    pub const BUSY: Self = Self { number: 9, status: 503, text: "Server is busy" };
    pub const NO_CHANNEL: Self = Self { number: 10, status: 400, text: "Data channel is missing" };
    pub const NO_EVENT: Self = Self { number: 12, status: 400, text: "Event field is required" };
    pub const BLANK_EVENT: Self = Self { number: 13, status: 400, text: "Event field cannot be blank" };
    pub const HEALTHY: Self = Self { number: 17, status: 200, text: "HEC is healthy" };
    pub const STOPPING: Self = Self { number: 23, status: 503, text: "Server is shutting down" };
    pub const TOO_LARGE: Self = Self { number: 27, status: 413, text: "Request entity too large" };
}

pub fn say(code: Code, event: Option<u64>, ack: Option<u64>) -> Response {
    let mut body = Map::new();
    body.insert("text".into(), code.text.into());
    body.insert("code".into(), code.number.into());
    body.extend(event.map(|event| ("invalid-event-number".into(), event.into())));
    body.extend(ack.map(|ack| ("ackId".into(), ack.into())));
    answer(StatusCode::from_u16(code.status).unwrap_or(StatusCode::OK), &body.into())
}

/// In the protocol's code; where it has none, invalid data with the status of HTTP.
pub fn refuse(refusal: &Refusal) -> Response {
    let code = match refusal {
        Refusal::NoToken => Code::NO_TOKEN,
        Refusal::BadToken => Code::BAD_TOKEN,
        Refusal::TooLarge(_) | Refusal::UnpacksTooLarge(_) => Code::TOO_LARGE,
        Refusal::Busy | Refusal::Refused(Refused::Full { .. } | Refused::Storage(_)) => Code::BUSY,
        Refusal::Refused(Refused::Stopping) => Code::STOPPING,
        _ => Code { status: refusal.status().as_u16(), ..Code::BAD_DATA },
    };
    refusal.with_headers(say(code, None, None))
}

/// Every id that is asked for was given for what was kept by then.
pub fn ack(body: &[u8]) -> Response {
    #[derive(Deserialize)]
    struct Asked {
        acks: Vec<u64>,
    }
    match serde_json::from_slice::<Asked>(body) {
        Err(_) => say(Code::BAD_DATA, None, None),
        Ok(asked) => {
            let acks: Map<String, Value> = asked.acks.iter().map(|id| (id.to_string(), true.into())).collect();
            answer(StatusCode::OK, &json!({"acks": acks}))
        }
    }
}

fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
