//! Tokens that send logs and do nothing else: what they open, how each protocol says no, and that a revoked one is over at once.

use crate::served::Served;
use serde_json::{Value, json};

/// Kind, path, body, status when it is taken, status when it is not, and a word of that answer.
const SPOKEN: &[(&str, &str, &str, u16, u16, &str)] = &[
    ("ndjson", "/ingest/ndjson", "{\"a\":1}\n", 200, 401, "bad_token"),
    ("hec", "/services/collector", "{\"event\":{\"a\":1}}", 200, 403, "\"code\":4"),
    ("elastic", "/elastic/_bulk", "{\"create\":{\"_index\":\"x\"}}\n{\"a\":1}\n", 200, 401, "security_exception"),
    ("otlp", "/v1/logs", "{\"resourceLogs\":[]}", 200, 401, "\"code\":16"),
    ("loki", "/loki/api/v1/push", "{\"streams\":[]}", 204, 401, "opens no source"),
    ("azure", "/ingest/azure", "{\"records\":[{\"a\":1}]}", 200, 401, "bad_token"),
    ("kubernetes", "/ingest/kubernetes", "{\"kind\":\"EventList\",\"items\":[]}", 200, 401, "bad_token"),
];

fn served() -> Served {
    let sources: Vec<_> = SPOKEN.iter().map(|spoken| (spoken.0, spoken.0, json!({"ingest_tokens": true}))).collect();
    Served::with(&sources)
}

async fn made(served: &Served, body: &Value) -> (String, String) {
    let made = served.socket().post("/tokens", body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let text = |key: &str| made.body[key].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

/// Which kinds a token opens; the others must say so in their own way.
async fn opened(served: &Served, token: &str) -> Vec<&'static str> {
    let mut opened = Vec::new();
    for (kind, path, body, taken, refused, word) in SPOKEN {
        let headers = [("authorization", format!("Bearer {token}")), ("content-type", "application/json".to_owned())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = served.send(path, &headers, body.as_bytes().to_vec()).await;
        if answer.status.as_u16() == *taken {
            opened.push(*kind);
        } else {
            assert_eq!(answer.status.as_u16(), *refused, "{kind}: {}", answer.body);
            assert!(answer.body.to_string().contains(word), "{kind}: {}", answer.body);
        }
    }
    opened
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ingest_token_opens_what_it_is_for_until_it_is_revoked() {
    let served = served();
    let all: Vec<&str> = SPOKEN.iter().map(|spoken| spoken.0).collect();
    let (id, every) = made(&served, &json!({"name": "every", "role": "ingest-only"})).await;
    let (_, some) = made(&served, &json!({"name": "some", "role": "ingest-only", "scopes": ["ingest:hec", "ingest:loki"]})).await;
    let (_, brief) = made(&served, &json!({"name": "brief", "role": "ingest-only", "days": 1})).await;
    assert_eq!(opened(&served, &every).await, all);
    assert_eq!(opened(&served, &some).await, ["hec", "loki"]);
    assert_eq!(opened(&served, &brief).await, all);
    let revoked = served.socket().ask(reqwest::Method::DELETE, &format!("/tokens/{id}"), None).await;
    assert_eq!(revoked.status, 204);
    assert_eq!(opened(&served, &every).await, [""; 0]);
    served.pass(86_401);
    assert_eq!(opened(&served, &brief).await, [""; 0]);
    assert_eq!(opened(&served, &some).await, ["hec", "loki"]);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_other_token_opens_a_source() {
    let served = served();
    for role in ["viewer", "analyst", "engineer", "admin"] {
        let (_, secret) = made(&served, &json!({"name": role, "role": role})).await;
        assert_eq!(opened(&served, &secret).await, [""; 0], "{role}");
    }
    for wrong in ["wb_", "wb_x", "Bearer", "wb_' OR 1=1 --"] {
        assert_eq!(opened(&served, wrong).await, [""; 0], "{wrong}");
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_name_sources_that_there_are_and_are_for_this_role() {
    let served = served();
    for (role, scope, status) in
        [("ingest-only", "ingest:hec", 201), ("ingest-only", "ingest:none", 400), ("viewer", "ingest:hec", 400), ("viewer", "write", 400)]
    {
        let answer = served.socket().post("/tokens", &json!({"name": "t", "role": role, "scopes": [scope]})).await;
        assert_eq!(answer.status.as_u16(), status, "{role} {scope}: {}", answer.body);
    }
    served.end().await;
}
