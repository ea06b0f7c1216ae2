//! `_bulk` and its handshake: items, filters, ids, what clients ask first.

use crate::fake::Fake;
use crate::world::{TOKEN, World};
use serde_json::json;

#[tokio::test]
async fn items_are_answered_one_by_one() {
    let deep = format!("{}1{}", "{\"a\":".repeat(70), "}".repeat(70));
    let body = format!(
        "{{\"create\":{{\"_index\":\"logs\"}}}}\n{{\"a\":1}}\n{{\"index\":{{\"_index\":\"logs\",\"_id\":7}}}}\nnonsense\n\
         {{\"delete\":{{\"_index\":\"logs\",\"_id\":\"x\"}}}}\n{{\"index\":{{\"_index\":\"logs\",\"_type\":\"events\"}}}}\n{deep}\n\
         {{\"index\":{{\"_index\":\"logs\",\"_id\":\"y\"}}}}\n{{\"a\":2}}"
    );
    let fake = Fake::new();
    let world = World::http("elastic", "", &fake);
    let answer = world.post("/_bulk", body.as_bytes()).await;
    let told: Vec<(String, u64)> = answer.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item.as_object().unwrap().iter().map(|(action, of)| (action.clone(), of["status"].as_u64().unwrap())).collect::<Vec<_>>())
        .collect();
    let expected = [("create", 201), ("index", 400), ("delete", 400), ("index", 400), ("index", 201)].map(|(action, status)| (action.to_owned(), status));
    assert_eq!((answer.status, &answer.json()["errors"], told), (200, &json!(true), expected.to_vec()));
    assert_eq!(fake.reasons(), ["bad_json", "unknown_action", "nested_too_deep"]);
    let mut lines = fake.lines();
    lines.sort();
    assert_eq!(lines, ["{\"a\":1}", "{\"a\":2}"]);
    world.end().await;
}

#[tokio::test]
async fn a_document_is_its_id() {
    let fake = Fake::new();
    let world = World::http("elastic", "", &fake);
    for (path, body) in [
        ("/_bulk", "{\"index\":{\"_index\":\"logs\",\"_id\":\"y\"}}\n{\"a\":2}\n"),
        ("/logs/_bulk", "{\"index\":{\"_id\":\"z\"}}\n{\"b\":0}\n{\"create\":{\"_id\":\"y\"}}\n{\"a\":2}\n"),
        ("/logs/_doc/y", "{\"a\":2}"),
        ("/logs/_create/y", "{\n\"a\":2}"),
    ] {
        assert!([200, 201].contains(&world.post(path, body.as_bytes()).await.status), "{path}");
    }
    {
        let seen = fake.seen.lock().unwrap();
        let units: Vec<[u8; 16]> =
            seen.deliveries.iter().filter(|delivery| delivery.bytes.windows(3).any(|three| three == b"\"a\"")).map(|delivery| delivery.unit).collect();
        assert_eq!(units, [units[0]; 4]);
    }
    world.end().await;
}

#[tokio::test]
async fn clients_are_greeted_as_they_expect() {
    let fake = Fake::new();
    let world = World::http("elastic", "", &fake);
    for (request, status, pointer, value) in [
        ("GET /", 200, "/version/number", json!("8.17.0")),
        ("GET /\naccept: application/vnd.elasticsearch+json; compatible-with=9", 200, "/version/number", json!("9.0.0")),
        ("GET /_license?human=false", 200, "/license/type", json!("basic")),
        ("GET /_xpack", 200, "/features/ilm/enabled", json!(true)),
        ("PUT /_index_template/logs", 200, "/acknowledged", json!(true)),
        ("PUT /_ilm/policy/filebeat", 200, "/acknowledged", json!(true)),
        ("PUT /filebeat-000001", 200, "/acknowledged", json!(true)),
        ("GET /_index_template/logs", 200, "/index_templates/0/name", json!("logs")),
        ("POST /logs/_search", 400, "/error/type", json!("illegal_argument_exception")),
        ("POST /_bulk", 400, "/error/reason", json!("request body is required")),
    ] {
        let answer = world.ask(&format!("{request}\nauthorization: ApiKey {}", api_key()), b"").await;
        assert_eq!((answer.status, answer.json().pointer(pointer)), (status, Some(&value)), "{request}");
        assert_eq!(answer.field("x-elastic-product"), Some("Elasticsearch"), "{request}");
        let versioned = request.contains("compatible-with=9").then_some("application/vnd.elasticsearch+json;compatible-with=9");
        assert_eq!(answer.field("content-type"), Some(versioned.unwrap_or("application/json")));
    }
    for path in ["/", "/_template/logs", "/_index_template/logs", "/logs", "/_alias/logs"] {
        assert_eq!(world.ask(&format!("HEAD {path}\nauthorization: Bearer {TOKEN}"), b"").await.status, 200, "{path}");
    }
    assert_eq!(world.ask("GET /", b"").await.json()["error"]["type"], "security_exception");
    world.end().await;
}

/// `id:token`, as clients send it.
fn api_key() -> String {
    "aWQ6YS10b2tlbi1vZi10aGUtdGVzdHM=".into()
}

#[tokio::test]
async fn answers_are_cut_to_what_is_wanted() {
    let fake = Fake::new();
    let world = World::http("elastic", "", &fake);
    let body = b"{\"create\":{\"_index\":\"logs\"}}\n{\"a\":1}\n";
    for (filter, answer) in [
        ("errors,items.*.error,items.*.status", json!({"errors": false, "items": [{"create": {"status": 201}}]})),
        ("errors", json!({"errors": false})),
        ("took,items.create._i*", json!({"took": 0, "items": [{"create": {"_index": "logs", "_id": ""}}]})),
    ] {
        assert_eq!(world.post(&format!("/_bulk?filter_path={filter}"), body).await.json(), answer, "{filter}");
    }
    world.end().await;
}
