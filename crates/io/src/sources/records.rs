//! Records that come as a list within one JSON document: each becomes a line, so that one that is wrong costs no other.

use crate::batch::Batch;
use crate::envelope::{Told, object};
use crate::http::{Doors, Refusal, problem};
use crate::lines::{Rejected, is_deeper};
use crate::{Limits, unit_of};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde_json::json;
use serde_json::value::RawValue;

/// Finds the records of a body.
pub type Find = fn(&[u8]) -> Option<Vec<&RawValue>>;

/// Takes a document of records and answers how many there were.
pub async fn post(doors: &Doors, request: Request, find: Find, what: &'static str) -> Response {
    match taken(doors, request, find, what).await {
        Ok((accepted, quarantined)) => {
            let body = json!({"accepted": accepted, "quarantined": quarantined});
            (StatusCode::OK, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
        }
        Err(refusal) => problem(&refusal),
    }
}

async fn taken(doors: &Doors, request: Request, find: Find, what: &'static str) -> Result<(usize, usize), Refusal> {
    let taken = doors.take(request).await?;
    let records = find(&taken.body.bytes).ok_or_else(|| doors.unreadable(&taken, "bad_document", what))?;
    let (all, mut batch, mut rejected) = (records.len(), Batch::default(), Vec::new());
    for (number, record) in records.into_iter().enumerate() {
        match line(record.get(), &taken.door.limits) {
            Ok(line) => batch.push("", "", "json-lines", line.as_bytes()),
            Err(reason) => rejected.push(Rejected { line: number as u64, reason, bytes: Bytes::copy_from_slice(record.get().as_bytes()) }),
        }
    }
    let deliveries = batch.deliveries(&taken, unit_of(&taken.body.bytes));
    doors.keep(&taken, deliveries, &rejected).await?;
    Ok((all - rejected.len(), rejected.len()))
}

fn line(record: &str, limits: &Limits) -> Result<String, &'static str> {
    if record.len() > limits.line_bytes {
        return Err("line_too_long");
    }
    if is_deeper(record.as_bytes(), limits.nesting) {
        return Err("nested_too_deep");
    }
    object(record, &Told::default()).map(|line| line.text).ok_or("no_json_object")
}
