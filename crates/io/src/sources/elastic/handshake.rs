//! What clients ask before they send: who is there, its licence, whether templates and policies stand. They are told that
//! all of it does, since none of it is needed here.

use super::answer::{compatible_with, error, refuse, say};
use crate::http::Doors;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// Paths of things that are said to stand, and to be made when they are put.
const STAND: [&str; 13] = [
    "_template",
    "_index_template",
    "_component_template",
    "_ilm",
    "_ingest",
    "_data_stream",
    "_alias",
    "_aliases",
    "_cat",
    "_cluster",
    "_security",
    "_lifecycle",
    "_slm",
];

/// The version that is told to clients that do not ask for one.
const VERSION: u32 = 8;

pub async fn handshake(State(doors): State<Doors>, request: Request) -> Response {
    let (headers, method) = (request.headers(), request.method());
    if let Err(refusal) = doors.admit(headers) {
        return refuse(&doors.refused("", refusal), headers);
    }
    let path: Vec<&str> = request.uri().path().split('/').filter(|part| !part.is_empty()).collect();
    match (method, path.as_slice()) {
        (&Method::GET | &Method::HEAD, []) => say(StatusCode::OK, &who(headers), headers),
        (&Method::GET | &Method::HEAD, ["_license"] | ["_xpack", "license"]) => say(StatusCode::OK, &json!({"license": licence()}), headers),
        (&Method::GET | &Method::HEAD, ["_xpack"]) => say(StatusCode::OK, &features(), headers),
        (&Method::GET, ["_nodes", ..]) => say(StatusCode::OK, &json!({"cluster_name": "watchbell", "nodes": {}}), headers),
        (&Method::GET, ["_cluster", "health", ..]) => say(StatusCode::OK, &json!({"cluster_name": "watchbell", "status": "green"}), headers),
        (_, [first, ..]) if STAND.contains(first) => stands(method, &path, headers),
        (&Method::HEAD, [_]) => say(StatusCode::OK, &json!({}), headers),
        (&Method::PUT, [index]) if !index.starts_with('_') => say(StatusCode::OK, &json!({"acknowledged": true, "index": index}), headers),
        (&Method::PUT | &Method::POST, [_, "_alias" | "_aliases" | "_mapping" | "_settings" | "_refresh", ..]) => made(headers),
        _ => error(StatusCode::BAD_REQUEST, "illegal_argument_exception", "logs are taken here by _bulk, nothing else", headers),
    }
}

fn stands(method: &Method, path: &[&str], headers: &HeaderMap) -> Response {
    match *method {
        Method::GET => {
            let name = path.last().copied().unwrap_or_default();
            let all = match path[0] {
                "_index_template" => json!({"index_templates": [{"name": name, "index_template": {}}]}),
                "_component_template" => json!({"component_templates": [{"name": name, "component_template": {}}]}),
                "_data_stream" => json!({"data_streams": []}),
                _ => json!({name: {}}),
            };
            say(StatusCode::OK, &all, headers)
        }
        Method::HEAD => say(StatusCode::OK, &json!({}), headers),
        Method::PUT | Method::POST => made(headers),
        _ => error(StatusCode::METHOD_NOT_ALLOWED, "illegal_argument_exception", "nothing is deleted here", headers),
    }
}

fn made(headers: &HeaderMap) -> Response {
    say(StatusCode::OK, &json!({"acknowledged": true}), headers)
}

fn who(headers: &HeaderMap) -> Value {
    let major = compatible_with(headers).unwrap_or(VERSION);
    let number = if major == VERSION { "8.17.0".to_owned() } else { format!("{major}.0.0") };
    json!({
        "name": "watchbell",
        "cluster_name": "watchbell",
        "cluster_uuid": "d2F0Y2hiZWxsLWluZ2VzdA",
        "version": {
            "number": number,
            "build_flavor": "default",
            "build_type": "tar",
            "build_hash": "0000000000000000000000000000000000000000",
            "build_date": "2024-12-11T12:08:05.663969764Z",
            "build_snapshot": false,
            "lucene_version": "9.12.0",
            "minimum_wire_compatibility_version": "7.17.0",
            "minimum_index_compatibility_version": "7.0.0"
        },
        "tagline": "You Know, for Search"
    })
}

fn licence() -> Value {
    json!({"status": "active", "uid": "00000000-0000-0000-0000-000000000000", "type": "basic", "mode": "basic", "issued_to": "watchbell", "issuer": "watchbell"})
}

fn features() -> Value {
    let on = json!({"available": true, "enabled": true});
    json!({"build": {}, "license": licence(), "features": {"ilm": on, "logs_data_streams": on, "security": on}, "tagline": "You know, for X"})
}
