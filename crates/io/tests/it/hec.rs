//! Splunk's collector: envelopes, codes, acknowledgement.

use crate::fake::Fake;
use crate::world::{TOKEN, World};
use watchbell_io::host_of;

#[tokio::test]
async fn envelopes_are_opened_and_codes_told() {
    for (body, status, answer, lines) in [
        (
            r#"{"event":"hello","host":"h","time":1700000000.5}"#,
            200,
            r#"{"text":"Success","code":0}"#,
            vec![r#"{"@timestamp":"2023-11-14T22:13:20.5Z","host":{"name":"h"},"message":"hello"}"#],
        ),
        (
            r#"{"event":{"a":1},"host":"h","time":"1700000000"}"#,
            200,
            r#"{"text":"Success","code":0}"#,
            vec![r#"{"a":1,"@timestamp":"2023-11-14T22:13:20Z","host":{"name":"h"}}"#],
        ),
        (
            r#"{"event":{"EventCode":4698,"TimeCreated":"x","ComputerName":"dc"},"host":"h","source":"WinEventLog:Security"}"#,
            200,
            r#"{"text":"Success","code":0}"#,
            vec![r#"{"EventCode":4698,"TimeCreated":"x","ComputerName":"dc","source":"WinEventLog:Security"}"#],
        ),
        (r#"{"event":"<34>Oct 11 22:14:15 web su: x","sourcetype":"syslog"}"#, 200, r#"{"text":"Success","code":0}"#, vec!["<34>Oct 11 22:14:15 web su: x"]),
        (" ", 400, r#"{"text":"No data","code":5}"#, vec![]),
        (
            r#"{"event":{"a":1}} {"host":"h"} {"event":{"a":3}}"#,
            400,
            r#"{"text":"Event field is required","code":12,"invalid-event-number":1}"#,
            vec![r#"{"a":1}"#, r#"{"a":3}"#],
        ),
        (r#"{"event":""}"#, 400, r#"{"text":"Event field cannot be blank","code":13,"invalid-event-number":0}"#, vec![]),
        (r#"{"event":{"a":1}} [1]"#, 400, r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#, vec![r#"{"a":1}"#]),
        (r#"{"event":{"a":1}} {"event":"#, 400, r#"{"text":"Invalid data format","code":6,"invalid-event-number":1}"#, vec![r#"{"a":1}"#]),
    ] {
        let fake = Fake::new();
        let world = World::http("hec", "", &fake);
        let got = world.post("/services/collector", body.as_bytes()).await;
        assert_eq!((got.status, got.body.as_str()), (status, answer), "{body}");
        assert_eq!(fake.lines(), lines, "{body}");
        world.end().await;
    }
}

#[tokio::test]
async fn raw_lines_acks_and_health() {
    let fake = Fake::new();
    let world = World::http("hec", "", &fake);
    let splunk = |path: &str| format!("POST {path}\nauthorization: Splunk {TOKEN}\nx-splunk-request-channel: 6a9e");
    for (number, body) in ["one\ntwo", "three\n"].iter().enumerate() {
        let answer = world.ask(&splunk("/services/collector/raw?host=web%201&source=x"), body.as_bytes()).await;
        assert_eq!(answer.body, format!(r#"{{"text":"Success","code":0,"ackId":{number}}}"#));
    }
    assert_eq!(fake.lines(), ["one", "two", "three"]);
    assert_eq!(host_of(&fake.seen.lock().unwrap().deliveries[0].stream), Some("web 1"));
    let acks = world.ask(&splunk("/services/collector/ack"), b"{\"acks\":[0,1]}").await;
    assert_eq!(acks.body, r#"{"acks":{"0":true,"1":true}}"#);
    for (path, body, code) in [("/services/collector/ack", "{\"acks\":[0]}", 10), ("/services/collector/raw", "", 5)] {
        assert_eq!(world.post(path, body.as_bytes()).await.json()["code"], code, "{path}");
    }
    let health = world.ask("GET /services/collector/health", b"").await;
    assert_eq!((health.status, health.json()["code"].as_u64()), (200, Some(17)));
    for (request, status, code) in [("POST /services/collector", 401, 2), ("POST /services/collector\nauthorization: Splunk 12345678-wrong", 403, 4)] {
        let answer = world.ask(request, b"{\"event\":1}").await;
        assert_eq!((answer.status, answer.json()["code"].as_u64()), (status, Some(code)));
    }
    world.end().await;
}
