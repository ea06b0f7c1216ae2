//! Lines over HTTP, and what all sources over HTTP share.

use crate::fake::Fake;
use crate::world::{World, sources};
use std::sync::Arc;
use watchbell_io::{Intake, NoPositions, Positions, assemble};

#[tokio::test]
async fn lines_that_are_not_taken_are_told_and_kept_aside() {
    let deep = format!("{}1{}", "{\"a\":".repeat(70), "}".repeat(70));
    let long = format!("{{\"a\":\"{}\"}}", "x".repeat(300));
    for (body, status, lines, rejected) in [
        ("{\"a\":1}\nnonsense\n\n{\"a\":2}".to_owned(), 200, vec!["{\"a\":1}", "{\"a\":2}"], vec![(2, "no_json_object")]),
        (format!("{long}\r\n{{\"a\":1}}\r\n"), 200, vec!["{\"a\":1}"], vec![(1, "line_too_long")]),
        (format!("{{\"a\":1}}\n{deep}\n"), 200, vec!["{\"a\":1}"], vec![(2, "line_too_long")]),
        (String::new(), 200, vec![], vec![]),
        ("1\n2\n".into(), 400, vec![], vec![(1, "no_json_object"), (2, "no_json_object")]),
    ] {
        let fake = Fake::new();
        let world = World::http("ndjson", ", limits: {line_bytes: 200}", &fake);
        let answer = world.post("/ingest/ndjson", body.as_bytes()).await;
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(fake.lines(), lines, "{body:?}");
        let told: Vec<(u64, String)> =
            answer.json()["problems"].as_array().unwrap().iter().map(|p| (p["line"].as_u64().unwrap(), p["reason"].as_str().unwrap().to_owned())).collect();
        assert_eq!(told, rejected.iter().map(|(line, reason)| (*line, (*reason).to_owned())).collect::<Vec<_>>());
        assert_eq!(fake.reasons(), rejected.iter().map(|(_, reason)| *reason).collect::<Vec<_>>());
        world.end().await;
    }
}

#[test]
fn wrong_configuration_is_told() {
    for (yaml, code, word) in [
        ("sources: {a: {kind: nothing}}", "source/kind", "nothing"),
        ("sources: {a: {kind: ndjson}}", "source/token", "no token"),
        ("sources: {a: {kind: ndjson, token_sha256: [12]}}", "source/config", "string"),
        ("sources: {a: {kind: ndjson, token_sha256: ['12']}}", "source/token", "64"),
        ("sources: {a: {kind: ndjson, anonymous: true, colour: red}}", "source/config", "colour"),
        ("sources: {a: {kind: ndjson, anonymous: true, format: yaml}}", "source/format", "yaml"),
        ("sources: {a: {kind: ndjson, anonymous: true}, b: {kind: ndjson, anonymous: true}}", "source/listen", "same token"),
        ("sources: {a: {kind: syslog}}", "source/config", "listen"),
        ("sources: {a: {kind: syslog, tls: {listen: '127.0.0.1:0', certificate: /nowhere, key: /nowhere}}}", "source/tls", "/nowhere"),
    ] {
        let intake: Arc<dyn Intake> = Fake::new();
        let positions: Arc<dyn Positions> = Arc::new(NoPositions);
        let Err(problems) = assemble(&sources(yaml), &intake, &positions) else { panic!("{yaml} is taken") };
        assert_eq!(problems[0].code, code, "{yaml}: {problems:?}");
        assert!(problems[0].message.contains(word), "{yaml}: {problems:?}");
    }
}
