//! Answers as clients of Elasticsearch read them: items, errors, and the header by which they know the product.

use super::bulk::{Item, Outcome};
use crate::Refused;
use crate::http::Refusal;
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What of a bulk's answer is wanted: `filter_path`.
#[derive(Debug, Default)]
pub struct Filter(Option<Vec<Vec<String>>>);

impl Filter {
    pub fn new(paths: Option<&str>) -> Self {
        Self(paths.map(|paths| paths.split(',').map(|path| path.split('.').map(str::to_owned).collect()).collect()))
    }

    fn wants(&self, key: &str) -> bool {
        self.0.as_ref().is_none_or(|paths| paths.iter().any(|path| matches(path.first(), key)))
    }

    /// Whether a member of an item is wanted.
    fn wants_of_item(&self, key: &str) -> bool {
        let of_items = |path: &Vec<String>| {
            path.first().is_some_and(|first| first == "**") || (matches(path.first(), "items") && path.get(2).is_none_or(|last| matches(Some(last), key)))
        };
        self.0.as_ref().is_none_or(|paths| paths.iter().any(of_items))
    }
}

fn matches(pattern: Option<&String>, key: &str) -> bool {
    pattern.is_some_and(|pattern| pattern == key || pattern == "*" || pattern == "**" || pattern.strip_suffix('*').is_some_and(|start| key.starts_with(start)))
}

pub fn results(items: &[Item], filter: &Filter, refused: Option<&Refused>, headers: &HeaderMap) -> Response {
    let errors = items.iter().any(|item| item.outcome != Outcome::Kept);
    let mut body = Map::new();
    if filter.wants("took") {
        body.insert("took".into(), 0.into());
    }
    if filter.wants("errors") {
        body.insert("errors".into(), errors.into());
    }
    if filter.wants("items") {
        let told: Vec<Value> = items.iter().map(|item| json!({item.action: result(item, filter, refused)})).collect();
        body.insert("items".into(), told.into());
    }
    let response = say(StatusCode::OK, &body.into(), headers);
    match refused {
        Some(refused) => Refusal::from(refused.clone()).with_headers(response),
        None => response,
    }
}

/// The answer to one document by itself.
pub fn one(item: &Item, headers: &HeaderMap) -> Response {
    match &item.outcome {
        Outcome::Wrong { why, .. } => error(StatusCode::BAD_REQUEST, "document_parsing_exception", why, headers),
        _ => say(StatusCode::CREATED, &result(item, &Filter::default(), None), headers),
    }
}

fn result(item: &Item, filter: &Filter, refused: Option<&Refused>) -> Value {
    let mut told = Map::new();
    let mut tell = |key: &str, value: Value| {
        if filter.wants_of_item(key) {
            told.insert(key.to_owned(), value);
        }
    };
    tell("_index", item.index.as_str().into());
    tell("_id", item.id.as_deref().unwrap_or_default().into());
    match &item.outcome {
        Outcome::Kept => {
            tell("_version", 1.into());
            tell("result", "created".into());
            tell("_shards", json!({"total": 1, "successful": 1, "failed": 0}));
            tell("_seq_no", 0.into());
            tell("_primary_term", 1.into());
            tell("status", 201.into());
        }
        Outcome::Refused => {
            tell("status", 429.into());
            let reason = refused.map(ToString::to_string).unwrap_or_default();
            tell("error", json!({"type": "es_rejected_execution_exception", "reason": reason}));
        }
        Outcome::Wrong { why, .. } => {
            tell("status", 400.into());
            tell("error", json!({"type": "document_parsing_exception", "reason": why}));
        }
    }
    told.into()
}

pub fn refuse(refusal: &Refusal, headers: &HeaderMap) -> Response {
    let kind = match refusal {
        Refusal::NoToken | Refusal::BadToken => "security_exception",
        Refusal::Busy | Refusal::Refused(Refused::Full { .. }) => "es_rejected_execution_exception",
        Refusal::Refused(_) => "unavailable_shards_exception",
        Refusal::TooLarge(_) | Refusal::UnpacksTooLarge(_) => "content_too_long_exception",
        _ => "illegal_argument_exception",
    };
    refusal.with_headers(error(refusal.status(), kind, &refusal.to_string(), headers))
}

pub fn error(status: StatusCode, kind: &str, reason: &str, headers: &HeaderMap) -> Response {
    let cause = json!({"type": kind, "reason": reason});
    say(status, &json!({"error": {"root_cause": [cause], "type": kind, "reason": reason}, "status": status.as_u16()}), headers)
}

/// In the content type that the client asked for: newer ones name their version in it.
pub fn say(status: StatusCode, body: &Value, headers: &HeaderMap) -> Response {
    let versioned = compatible_with(headers).map(|version| format!("application/vnd.elasticsearch+json;compatible-with={version}"));
    let content_type = versioned.and_then(|text| HeaderValue::from_str(&text).ok()).unwrap_or(HeaderValue::from_static("application/json"));
    let product = HeaderValue::from_static("Elasticsearch");
    (status, [(CONTENT_TYPE, content_type)], [("x-elastic-product", product)], body.to_string()).into_response()
}

/// The major version that a client expects.
pub fn compatible_with(headers: &HeaderMap) -> Option<u32> {
    let accept = headers.get(ACCEPT)?.to_str().ok()?;
    let version = accept.split_once("application/vnd.elasticsearch+json")?.1.split_once("compatible-with=")?.1;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok().filter(|version| (7..100).contains(version))
}
