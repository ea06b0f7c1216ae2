//! What holds for all of the API: refusals in one form, revisions, keys, its description, metrics, and headers that mean nothing.

use crate::served::Served;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use watchbell_server::api::{openapi, routes};

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_problems() {
    let served = Served::begin();
    let socket = served.socket();
    let large = json!({"name": "x".repeat(2 << 20), "role": "viewer"});
    let cases = [
        (Method::GET, "/nothing", None, 404, "route/unknown"),
        (Method::DELETE, "/alerts", None, 405, "route/method"),
        (Method::POST, "/users", None, 415, "request/type"),
        (Method::POST, "/users", Some(json!({"name": 7})), 422, "request/invalid"),
        (Method::POST, "/users", Some(json!({"name": "x", "role": "viewer", "more": 1})), 422, "request/invalid"),
        (Method::POST, "/users", Some(json!({"name": "x", "role": "none"})), 404, "not_found"),
        (Method::POST, "/users", Some(json!({"name": "x", "role": "viewer", "password": "x"})), 400, "password/short"),
        (Method::POST, "/users", Some(large), 413, "request/too-large"),
        (Method::GET, "/triggered-alerts?limit=x", None, 400, "request/malformed"),
        (Method::GET, "/triggered-alerts?after=x", None, 400, "page/after"),
        (Method::GET, "/quarantine/x", None, 400, "request/malformed"),
    ];
    for (method, path, body, status, code) in cases {
        let answer = socket.ask(method.clone(), path, body.as_ref()).await;
        assert_eq!((answer.status.as_u16(), answer.code()), (status, code), "{method} {path}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
        assert_eq!((answer.header("cache-control"), answer.header("x-content-type-options")), ("no-store", "nosniff"));
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn edits_of_an_old_revision_are_refused() {
    let served = Served::begin();
    let socket = served.socket();
    let made = socket.post("/users", &json!({"name": "ada", "role": "viewer"})).await;
    let path = format!("/users/{}", made.body["id"].as_str().unwrap());
    let tag = socket.get(&path).await.header("etag").to_owned();
    assert_eq!((tag.as_str(), made.header("etag")), ("\"1\"", "\"1\""));
    let edit = json!({"display": "Ada"});
    assert_eq!(socket.with("if-match", &tag).ask(Method::PATCH, &path, Some(&edit)).await.header("etag"), "\"2\"");
    let late = socket.with("if-match", &tag).ask(Method::PATCH, &path, Some(&edit)).await;
    assert_eq!((late.status.as_u16(), late.code()), (412, "conflict"));
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_has_a_request_done_once() {
    let served = Served::begin();
    let keyed = served.socket().with("idempotency-key", "k1");
    let body = json!({"name": "ada", "role": "viewer"});
    let (first, again) = (keyed.post("/users", &body).await, keyed.post("/users", &body).await);
    assert_eq!((first.status.as_u16(), again.status.as_u16(), again.header("idempotency-replayed")), (201, 201, "true"));
    assert_eq!(first.body, again.body);
    let other = keyed.post("/users", &json!({"name": "bob", "role": "viewer"})).await;
    assert_eq!((other.status.as_u16(), other.code()), (422, "idempotency/other"));
    assert_eq!(served.socket().get("/users").await.body["items"].as_array().unwrap().len(), 1);
    // A refusal of the framework's is in our words, the second time too; and only what is done once has a key.
    let keyed = served.socket().with("idempotency-key", "k3");
    for replayed in ["", "true"] {
        let answer = keyed.post("/users", &json!({"name": 7})).await;
        let told = (answer.status.as_u16(), answer.code(), answer.header("content-type"), answer.header("idempotency-replayed"));
        assert_eq!(told, (422, "request/invalid", "application/problem+json", replayed));
    }
    assert_eq!(keyed.ask(Method::PUT, "/users", Some(&json!({}))).await.status, 405);
    let keyed = served.socket().with("idempotency-key", "k1");
    served.pass(86_401);
    assert_eq!(keyed.post("/users", &body).await.status, 409);
    served.end().await;
}

#[test]
fn the_description_has_every_route_and_every_reference_resolves() {
    let api = openapi();
    let operations: Vec<&Value> = api["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values()).collect();
    let names: BTreeSet<&str> = operations.iter().map(|operation| operation["operationId"].as_str().unwrap()).collect();
    assert_eq!((operations.len(), names.len()), (routes().len(), routes().len()));
    // Two types of one name would be one schema.
    let of = |path: &str| api["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].clone();
    assert_eq!((of("/users"), of("/roles")), (json!("#/components/schemas/List_of_UserView"), json!("#/components/schemas/List_of_RoleView")));
    let text = api.to_string();
    assert!(!text.contains("$defs"));
    for part in text.split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().unwrap();
        assert!(api["components"]["schemas"].get(name).is_some(), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_viewers_and_are_lines_of_prometheus() {
    let served = Served::begin();
    assert_eq!(served.nobody().get("/metrics").await.status, 401);
    let text = served.token("viewer").await.get("/metrics").await.body;
    let text = text.as_str().unwrap();
    let mut told = BTreeSet::new();
    for line in text.lines() {
        if let Some(kind) = line.strip_prefix("# TYPE ") {
            assert!(told.insert(kind.split(' ').next().unwrap().to_owned()), "{line}");
        } else if !line.starts_with('#') {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert!(value.parse::<f64>().is_ok(), "{line}");
            let name = name.split('{').next().unwrap();
            assert!(told.iter().any(|told| name.starts_with(told.as_str())), "{line}");
        }
    }
    for name in ["watchbell_lag_bytes", "watchbell_journal_bytes", "watchbell_outbox_messages{state=\"dead\"}", "watchbell_active_rules"] {
        assert!(text.contains(name), "{name}");
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_and_cursors_that_mean_nothing_are_no_fault_of_the_server() {
    let served = Served::begin();
    let (socket, nobody, handle) = (served.socket(), served.nobody(), tokio::runtime::Handle::current());
    let ran = tokio::task::spawn_blocking(move || {
        let header = "(Bearer |Basic |W/|\"|__Host-watchbell=|wb_)?[ -~]{0,60}";
        let wanted = (header, "[ -~\u{e9}\u{4e00}]{0,40}|-?[0-9]{1,30}:.{0,10}", 0..routes().len());
        TestRunner::new(Config { cases: 96, ..Config::default() }).run(&wanted, |(header, cursor, at)| {
            let route = routes()[at];
            let method: Method = route.method.word().to_uppercase().parse().unwrap();
            let query = cursor.bytes().map(|byte| format!("%{byte:02x}")).collect::<Vec<_>>().concat();
            let path = format!("{}?after={query}&from={query}", route.path.replace("{id}", &if query.is_empty() { "%20".to_owned() } else { query.clone() }));
            let body = (method != Method::GET).then(|| json!({}));
            for asker in [&socket, &nobody] {
                for name in ["authorization", "if-match", "cookie", "idempotency-key", "last-event-id", "x-csrf-token"] {
                    let asked = asker.with(name, header.trim());
                    let status = handle.block_on(asked.send(method.clone(), &path, body.as_ref())).status();
                    prop_assert!(!status.is_server_error(), "{method} {path} {name}: {header:?}: {status}");
                }
            }
            Ok(())
        })
    });
    ran.await.unwrap().unwrap();
    served.end().await;
}
