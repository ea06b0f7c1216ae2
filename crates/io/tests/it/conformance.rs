//! What every source over HTTP must do, whatever it speaks.

use crate::fake::Fake;
use crate::world::{Answer, TOKEN, World, ask};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use watchbell_io::{Count, Refused};

/// A protocol: a request that carries two records, and how it says no.
struct Speaks {
    kind: &'static str,
    path: &'static str,
    fields: &'static str,
    body: &'static [u8],
    /// The lines that come out.
    lines: &'static [&'static str],
    accepted: u16,
    no_token: u16,
    /// Full: the status, and a word of the answer.
    full: (u16, &'static str),
    broken: u16,
    garbage: u16,
}

const SPOKEN: &[Speaks] = &[
    Speaks {
        kind: "ndjson",
        path: "/ingest/ndjson",
        fields: "",
        body: b"{\"a\":1}\n{\"a\":2}\n",
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (429, "\"code\":\"full\""),
        broken: 503,
        garbage: 400,
    },
    Speaks {
        kind: "hec",
        path: "/services/collector/event",
        fields: "",
        body: b"{\"event\":{\"a\":1}}{\"event\":{\"a\":2}}",
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (503, "\"code\":9"),
        broken: 503,
        garbage: 400,
    },
    Speaks {
        kind: "elastic",
        path: "/logs/_bulk",
        fields: "content-type: application/x-ndjson",
        body: b"{\"create\":{}}\n{\"a\":1}\n{\"index\":{}}\n{\"a\":2}\n",
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (200, "\"status\":429"),
        broken: 200,
        garbage: 400,
    },
    Speaks {
        kind: "otlp",
        path: "/v1/logs",
        fields: "content-type: application/json",
        body: br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"kvlistValue":{"values":[{"key":"a","value":{"intValue":"1"}}]}}},{"body":{"stringValue":"{\"a\":2}"}}]}]}]}"#,
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (429, "\"code\":8"),
        broken: 503,
        garbage: 400,
    },
    Speaks {
        kind: "loki",
        path: "/loki/api/v1/push",
        fields: "content-type: application/json",
        body: br#"{"streams":[{"stream":{},"values":[["","{\"a\":1}"],["","{\"a\":2}",{"x":"y"}]]}]}"#,
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 204,
        no_token: 401,
        full: (429, "too much is waiting"),
        broken: 503,
        garbage: 400,
    },
    Speaks {
        kind: "azure",
        path: "/ingest/azure",
        fields: "content-type: application/json",
        body: b"{\"records\":[{\"a\":1},\n{\"a\":2}]}",
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (429, "\"code\":\"full\""),
        broken: 503,
        garbage: 400,
    },
    Speaks {
        kind: "kubernetes",
        path: "/ingest/kubernetes?timeout=30s",
        fields: "content-type: application/json",
        body: br#"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":[{"a":1},{"a":2}]}"#,
        lines: &["{\"a\":1}", "{\"a\":2}"],
        accepted: 200,
        no_token: 401,
        full: (429, "\"code\":\"full\""),
        broken: 503,
        garbage: 400,
    },
];

impl Speaks {
    fn request(&self, token: &str, more: &str) -> String {
        format!("POST {}\nauthorization: Bearer {token}\n{}\n{more}", self.path, self.fields).trim_end().replace("\n\n", "\n")
    }

    async fn post(&self, world: &World, more: &str, body: &[u8]) -> Answer {
        world.ask(&self.request(TOKEN, more), body).await
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = GzEncoder::new(Vec::new(), Compression::fast());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

#[tokio::test]
async fn delivers_each_record_once_plain_and_compressed() {
    for spoken in SPOKEN {
        let fake = Fake::new();
        let world = World::http(spoken.kind, "", &fake);
        let plain = spoken.post(&world, "", spoken.body).await;
        assert_eq!(plain.status, spoken.accepted, "{}: {plain:?}", spoken.kind);
        assert_eq!(fake.lines(), spoken.lines, "{}", spoken.kind);
        let packed = spoken.post(&world, "content-encoding: gzip", &gzip(spoken.body)).await;
        assert_eq!(packed.status, spoken.accepted, "{}: {packed:?}", spoken.kind);
        {
            let seen = fake.seen.lock().unwrap();
            let (first, again) = seen.deliveries.split_at(seen.deliveries.len() / 2);
            let key = |d: &watchbell_io::Delivery| (d.unit, d.first, d.bytes.clone(), d.stream.clone());
            assert_eq!(first.iter().map(key).collect::<Vec<_>>(), again.iter().map(key).collect::<Vec<_>>(), "{}: sent again is the same", spoken.kind);
        }
        world.end().await;
    }
}

#[tokio::test]
async fn answers_after_it_is_kept() {
    for spoken in SPOKEN {
        let fake = Fake::slow();
        let world = World::http(spoken.kind, "", &fake);
        let mut connection = world.connect().await;
        let request = spoken.request(TOKEN, "");
        let mut asked = std::pin::pin!(ask(&mut connection, &request, spoken.body));
        tokio::select! {
            answer = asked.as_mut() => panic!("{}: answered before it was kept: {answer:?}", spoken.kind),
            () = fake.until(|seen| !seen.deliveries.is_empty()) => {}
        }
        fake.let_go(100);
        assert_eq!(asked.await.status, spoken.accepted, "{}", spoken.kind);
        world.end().await;
    }
}

#[tokio::test]
async fn says_no_in_its_own_way() {
    for spoken in SPOKEN {
        let fake = Fake::refusing(&[Refused::Full { retry_after_seconds: 7 }, Refused::Storage("gone".into()), Refused::Stopping]);
        let world = World::http(spoken.kind, "", &fake);
        let full = spoken.post(&world, "", spoken.body).await;
        assert_eq!((full.status, full.field("retry-after")), (spoken.full.0, Some("7")), "{}: {full:?}", spoken.kind);
        assert!(full.body.contains(spoken.full.1), "{}: {full:?}", spoken.kind);
        for _ in 0..2 {
            let broken = spoken.post(&world, "", spoken.body).await;
            assert_eq!(broken.status, spoken.broken, "{}: {broken:?}", spoken.kind);
            assert!(broken.field("retry-after").is_some());
        }
        assert_eq!(fake.count(Count::Refused("full")), 1);
        assert_eq!(spoken.post(&world, "", spoken.body).await.status, spoken.accepted);
        assert_eq!(fake.lines(), spoken.lines, "{}", spoken.kind);
        world.end().await;
    }
}

#[tokio::test]
async fn opens_to_its_token_only() {
    for spoken in SPOKEN {
        let fake = Fake::new();
        let world = World::http(spoken.kind, "", &fake);
        for token in ["", "a-token-of-the-test", "a-token-of-the-tests-", "\u{e4}"] {
            let answer = world.ask(&spoken.request(token, ""), spoken.body).await;
            assert!([spoken.no_token, 403].contains(&answer.status), "{} {token}: {answer:?}", spoken.kind);
        }
        let basic = "d2hvOmEtdG9rZW4tb2YtdGhlLXRlc3Rz"; // who:a-token-of-the-tests
        let with_basic = spoken.request("X", "").replace("Bearer X", &format!("Basic {basic}"));
        assert_eq!(world.ask(&with_basic, spoken.body).await.status, spoken.accepted, "{}", spoken.kind);
        assert_eq!(fake.lines(), spoken.lines);
        world.end().await;
    }
}

#[tokio::test]
async fn holds_its_limits() {
    let bomb = gzip(&vec![b' '; 100_000]);
    for spoken in SPOKEN {
        let fake = Fake::new();
        let world = World::http(spoken.kind, ", limits: {body_bytes: 2000, unpacked_bytes: 5000}", &fake);
        for (more, body, status) in [
            ("", vec![b' '; 3000], 413),
            ("content-encoding: gzip", bomb.clone(), 413),
            ("content-encoding: gzip", b"no gzip".to_vec(), 400),
            ("content-encoding: zstd", b"no zstd".to_vec(), 400),
            ("content-encoding: br", spoken.body.to_vec(), 415),
        ] {
            let answer = spoken.post(&world, more, &body).await;
            assert_eq!(answer.status, status, "{} {more}: {answer:?}", spoken.kind);
        }
        assert_eq!(spoken.post(&world, "", spoken.body).await.status, spoken.accepted, "{}: goes on", spoken.kind);
        assert_eq!(fake.lines(), spoken.lines);
        world.end().await;
    }
}

#[tokio::test]
async fn survives_garbage() {
    let deep = [b"{\"a\":".repeat(100_000), b"}".repeat(100_000)].concat();
    for spoken in SPOKEN {
        let fake = Fake::new();
        let world = World::http(spoken.kind, "", &fake);
        for body in [&b"\0\xff\xfe garbage"[..], b"{", b"{\"a\":", &deep] {
            let answer = spoken.post(&world, "", body).await;
            assert_eq!(answer.status, spoken.garbage, "{} {:?}: {answer:?}", spoken.kind, &body[..body.len().min(20)]);
        }
        assert_eq!(spoken.post(&world, "", spoken.body).await.status, spoken.accepted, "{}", spoken.kind);
        assert_eq!(fake.lines(), spoken.lines);
        world.end().await;
    }
}

#[tokio::test]
async fn closes_on_heads_and_bodies_that_do_not_come() {
    tokio::time::pause();
    for spoken in SPOKEN {
        let fake = Fake::new();
        let world = World::http(spoken.kind, ", limits: {connections: 1}", &fake);
        let mut slow = world.connect().await;
        slow.write_all(b"POST / HTTP/1.1\r\nhost: ").await.unwrap();
        let mut rest = Vec::new();
        slow.read_to_end(&mut rest).await.unwrap();
        assert!(rest.is_empty() || rest.starts_with(b"HTTP/1.1 408"), "{}: {:?}", spoken.kind, String::from_utf8_lossy(&rest));
        // Its place is free again; a body that does not come is told so.
        let mut slow = world.connect().await;
        let head = spoken.request(TOKEN, "content-length: 10");
        let (line, fields) = head.split_once('\n').unwrap();
        slow.write_all(format!("{line} HTTP/1.1\r\nhost: test\r\n{}\r\n\r\n{{", fields.replace('\n', "\r\n")).as_bytes()).await.unwrap();
        let answer = crate::world::answer(&mut slow, false).await;
        assert_eq!(answer.status, 408, "{}: {answer:?}", spoken.kind);
        world.end().await;
    }
}
