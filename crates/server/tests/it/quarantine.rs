//! What cannot be read: every record is accounted for, what is kept aside is looked at, sent in again, thrown away.

use crate::served::{Asker, Served};
use serde_json::{Value, json};

const SYSLOG: &str = "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8";

fn served() -> Served {
    Served::with(&[("web", "ndjson", json!({"anonymous": true, "limits": {"line_bytes": 2000, "nesting": 8}}))])
}

/// Sends good and bad lines: how many came, and how many of them were framed.
async fn nasty(served: &Served) -> (u64, u64) {
    let (long, deep) = (format!("{{\"a\":\"{}\"}}", "x".repeat(3000)), format!("{}1{}", "{\"a\":".repeat(9), "}".repeat(9)));
    let lines = ["{\"a\":1}", "{\"a\":2,}", "", SYSLOG, &long, &deep, "{\"b\":[]}", "\u{0}\u{1}", "{\"c\":1}"];
    let answer = served.send("/ingest/ndjson", &[], lines.join("\n").into_bytes()).await;
    assert_eq!((answer.status.as_u16(), answer.body["accepted"].as_u64(), answer.body["quarantined"].as_u64()), (200, Some(4), Some(4)));
    let prose = "Dear diary,\ntoday nothing happened\n\nat all.\n";
    assert_eq!(served.send("/ingest/lines", &[], prose.into()).await.body["accepted"], 3);
    let packed = served.send("/ingest/ndjson", &[("content-encoding", "gzip")], b"no gzip".to_vec()).await;
    assert_eq!(packed.status, 400, "{}", packed.body);
    served.caught_up().await;
    (8 + 3 + 1, 4 + 3)
}

fn reasons(listed: &Value) -> Vec<&str> {
    let mut reasons: Vec<&str> = listed["items"].as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    reasons.sort_unstable();
    reasons
}

async fn find(asker: &Asker, reason: &str) -> Value {
    let listed = asker.get(&format!("/quarantine?reason={reason}")).await.body;
    let id = listed["items"][0]["id"].as_i64().unwrap();
    asker.get(&format!("/quarantine/{id}")).await.body
}

#[tokio::test(flavor = "multi_thread")]
async fn every_record_is_accounted_for() {
    let served = served();
    let socket = served.socket();
    let (came, framed) = nasty(&served).await;
    let listed = socket.get("/quarantine").await.body;
    let wanted = ["bad_encoding", "bad_json", "line_too_long", "nested_too_deep", "no_json_object", "no_json_object", "unknown_format", "unknown_format"];
    assert_eq!(reasons(&listed), wanted, "{listed}");
    let (events, skipped, quarantined) = served.house.feed.tally(|tally| (tally.events, tally.skipped, tally.quarantined));
    assert_eq!((events + skipped + quarantined, quarantined), (framed, 4));
    let page = socket.get("/metrics").await.body.as_str().unwrap().to_owned();
    let sum = |name: &str| page.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum::<u64>();
    assert_eq!(sum("watchbell_source_quarantined_total{"), 5, "{page}");
    assert_eq!(sum("watchbell_events_total ") + sum("watchbell_skipped_total ") + sum("watchbell_quarantined_total{") + 5, came);
    assert_eq!((sum("watchbell_quarantine_rows "), sum("watchbell_source_dropped_total{")), (8, 0));
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_aside_is_what_came() {
    let served = served();
    let socket = served.socket();
    nasty(&served).await;
    for (reason, text) in [("bad_json", "{\"a\":2,}"), ("bad_encoding", "no gzip"), ("unknown_format", "at all.")] {
        let row = find(&socket, reason).await;
        assert_eq!((row["text"].as_str(), row["source"].as_str()), (Some(text), Some("web")), "{row}");
    }
    let long = find(&socket, "line_too_long").await;
    assert_eq!((long["length"].as_u64(), long["kept"].as_u64()), (Some(3008), Some(3008)));
    // The same again is there once.
    let before = socket.get("/quarantine").await.body["items"].as_array().unwrap().len();
    nasty(&served).await;
    assert_eq!(socket.get("/quarantine").await.body["items"].as_array().unwrap().len(), before);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_in_again_goes_the_way_of_everything() {
    let served = served();
    let socket = served.socket();
    nasty(&served).await;
    let events = || served.house.feed.tally(|tally| tally.events);
    let (before, syslog) = (events(), find_syslog(&socket).await);
    let told = socket.post("/quarantine/replay", &json!({"ids": [syslog], "format": "syslog"})).await;
    assert_eq!((told.status.as_u16(), told.body["replayed"].as_u64()), (200, Some(1)), "{}", told.body);
    served.caught_up().await;
    assert_eq!(events(), before + 1);
    assert!(socket.get(&format!("/quarantine/{syslog}")).await.body["replayed"].is_string());
    // What still cannot be read is there anew; the old one is marked.
    let told = socket.post("/quarantine/replay", &json!({"reason": "bad_json"})).await;
    assert_eq!(told.body["replayed"], 1, "{}", told.body);
    served.caught_up().await;
    let listed = socket.get("/quarantine?reason=bad_json").await.body;
    let replayed: Vec<bool> = listed["items"].as_array().unwrap().iter().map(|row| row["replayed"].is_string()).collect();
    assert_eq!(replayed, [false, true]);
    for (body, status, code) in
        [(json!({}), 400, "quarantine/none"), (json!({"all": true, "format": "yaml"}), 400, "quarantine/format"), (json!({"ids": [4711]}), 200, "")]
    {
        let told = socket.post("/quarantine/replay", &body).await;
        assert_eq!((told.status.as_u16(), told.code()), (status, code), "{}", told.body);
    }
    served.end().await;
}

async fn find_syslog(asker: &Asker) -> i64 {
    let listed = asker.get("/quarantine?reason=no_json_object").await.body;
    for row in listed["items"].as_array().unwrap() {
        let id = row["id"].as_i64().unwrap();
        if asker.get(&format!("/quarantine/{id}")).await.body["text"] == SYSLOG {
            return id;
        }
    }
    panic!("it is kept: {listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_thrown_away_by_those_who_may() {
    let served = served();
    let socket = served.socket();
    nasty(&served).await;
    let analyst = served.token("analyst").await;
    for path in ["/quarantine/delete", "/quarantine/replay"] {
        assert_eq!(analyst.post(path, &json!({"all": true})).await.status, 403, "{path}");
    }
    assert_eq!(socket.post("/quarantine/delete", &json!({"reason": "no_json_object"})).await.body["deleted"], 2);
    assert_eq!(socket.post("/quarantine/delete", &json!({"all": true})).await.body["deleted"], 6);
    assert_eq!(socket.get("/quarantine").await.body["items"], json!([]));
    let acts = socket.get("/audit?action=quarantine.remove").await.body;
    assert_eq!(acts["items"].as_array().unwrap().len(), 8);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_nonsense_stays_bounded_and_is_counted() {
    let served = served();
    let socket = served.socket();
    for n in 0..3 {
        let body = (0..1000).map(|line| format!("nonsense {n} {line}\n")).collect::<Vec<_>>().concat();
        assert_eq!(served.send("/ingest/ndjson", &[], body.into_bytes()).await.status, 400);
    }
    let page = socket.get("/metrics").await.body.as_str().unwrap().to_owned();
    let sum = |name: &str| page.lines().filter(|line| line.starts_with(name)).filter_map(|line| line.rsplit_once(' ')?.1.parse::<u64>().ok()).sum::<u64>();
    let listed = socket.get("/quarantine?limit=1000").await.body["items"].as_array().unwrap().len() as u64;
    assert_eq!(sum("watchbell_source_quarantined_total{"), 3000);
    assert_eq!(listed + sum("watchbell_source_dropped_total{source=\"web\",reason=\"quarantine_crowded\"}"), 3000, "{page}");
    assert!(listed < 1000, "{listed}");
    served.end().await;
}
