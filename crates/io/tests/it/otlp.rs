//! OpenTelemetry's logs: both codings, bodies of every kind, what is rejected.

use crate::fake::Fake;
use crate::world::{Answer, TOKEN, World};
use watchbell_io::host_of;

async fn post(world: &World, coding: &str, body: &[u8]) -> Answer {
    world.ask(&format!("POST /v1/logs\nauthorization: Bearer {TOKEN}\ncontent-type: application/{coding}"), body).await
}

/// A field of protobuf that has a length.
fn field(tag: u8, inside: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag << 3 | 2];
    prost::encoding::encode_varint(inside.len() as u64, &mut bytes);
    bytes.extend_from_slice(inside);
    bytes
}

#[tokio::test]
async fn bodies_become_lines() {
    let wrap = |resource: &str, record: &str| {
        format!(r#"{{"resourceLogs":[{{"resource":{{"attributes":[{resource}]}},"scopeLogs":[{{"scope":{{}},"logRecords":[{record}]}}]}}]}}"#)
    };
    let host = r#"{"key":"host.name","value":{"stringValue":"web1"}}"#;
    for (resource, record, line) in [
        (
            host,
            r#"{"timeUnixNano":"1700000000000000000","severityText":"INFO","body":{"stringValue":"hello"}}"#,
            r#"{"@timestamp":"2023-11-14T22:13:20Z","host":{"name":"web1"},"message":"hello","severity":"INFO","resource":{"host.name":"web1"}}"#,
        ),
        (
            "",
            r#"{"body":{"stringValue":"<34>Oct 11 22:14:15 web su: x"},"attributes":[{"key":"log.file.name","value":{"stringValue":"m"}}]}"#,
            "<34>Oct 11 22:14:15 web su: x",
        ),
        (
            "",
            r#"{"timeUnixNano":1,"body":{"kvlistValue":{"values":[{"key":"system_time","value":{"stringValue":"t"}},{"key":"n","value":{"arrayValue":{"values":[{"boolValue":true},{"doubleValue":1.5},{"bytesValue":"aGk="}]}}}]}}}"#,
            r#"{"system_time":"t","n":[true,1.5,"aGk="]}"#,
        ),
        (
            "",
            r#"{"observedTimeUnixNano":"1700000000000000000","eventName":"e","attributes":[{"key":"a","value":{"intValue":7}}]}"#,
            r#"{"@timestamp":"2023-11-14T22:13:20Z","event_name":"e","attributes":{"a":7}}"#,
        ),
    ] {
        let fake = Fake::new();
        let world = World::http("otlp", "", &fake);
        let answer = post(&world, "json", wrap(resource, record).as_bytes()).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"partialSuccess":{}}"#));
        assert_eq!(fake.lines(), [line]);
        let stream = fake.seen.lock().unwrap().deliveries[0].stream.to_string();
        assert_eq!(host_of(&stream), (!resource.is_empty()).then_some("web1"));
        world.end().await;
    }
}

#[tokio::test]
async fn protobuf_is_answered_in_protobuf() {
    let body = |text: &str| field(1, &field(2, &field(2, &field(5, &field(1, text.as_bytes())))));
    let fake = Fake::new();
    let world = World::http("otlp", ", limits: {line_bytes: 30}", &fake);
    let long = "x".repeat(40);
    for (sent, status, answer) in [(body("hello"), 200, ""), (body(&long), 200, "kept aside"), (vec![10, 200], 400, "\u{8}\u{3}")] {
        let got = post(&world, "x-protobuf", &sent).await;
        assert_eq!((got.status, got.field("content-type")), (status, Some("application/x-protobuf")));
        assert!(got.body.contains(answer) && got.body.is_empty() == answer.is_empty(), "{got:?}");
    }
    assert_eq!((fake.lines(), fake.reasons()), (vec![r#"{"message":"hello"}"#.to_owned()], vec!["line_too_long", "bad_otlp"]));
    assert_eq!(post(&world, "xml", b"").await.status, 415);
    world.end().await;
}

#[tokio::test]
async fn what_stands_too_deep_is_refused() {
    let mut value = field(1, b"x");
    for _ in 0..1000 {
        value = field(5, &field(1, &value));
    }
    let fake = Fake::new();
    let world = World::http("otlp", "", &fake);
    assert_eq!(post(&world, "x-protobuf", &field(1, &field(2, &field(2, &field(5, &value))))).await.status, 400);
    world.end().await;
}
