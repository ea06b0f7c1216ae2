//! What is kept is found again: by SQL, by the simple form, by rules, beside what was triggered, by whoever may.

use crate::served::{Answer, Asker, NOW, Served};
use serde_json::{Value, json};
use watchbell_lake::{Row, Rows};

const SECOND: i64 = 1_000_000_000;

/// A process start of Sysmon's, as a shipper sends it.
fn started(number: i64, command: &str) -> String {
    json!({
        "Event": {
            "System": {
                "Provider": {"#attributes": {"Name": "Microsoft-Windows-Sysmon"}},
                "EventID": 1, "Channel": "Microsoft-Windows-Sysmon/Operational", "Computer": "dc1.corp", "EventRecordID": number,
                "TimeCreated": {"#attributes": {"SystemTime": "2026-11-18T09:46:40.000000Z"}},
            },
            "EventData": {"Image": "C:\\Windows\\System32\\schtasks.exe", "CommandLine": command, "User": "CORP\\bob", "ProcessId": number},
        }
    })
    .to_string()
}

/// Two of Sysmon in the lake, one of them in a file, and a line of syslog.
fn filled() -> Served {
    let served = Served::begin();
    let lake = &served.house.lake;
    for (number, command) in [(1, "schtasks /create /tn evil /tr calc.exe"), (2, "schtasks /query")] {
        let raw = started(number, command);
        let mut rows = Rows::default();
        rows.push(&Row {
            id: [number as u8; 16],
            time: Some((NOW - number * 60) * SECOND),
            received: NOW * SECOND,
            host: "dc1.corp",
            product: "windows",
            service: "sysmon",
            categories: "process_creation",
            event_code: "1",
            user: "CORP\\bob",
            format: "json",
            raw: raw.as_bytes(),
            ..Row::default()
        });
        lake.add(rows, 0).unwrap();
        if number == 1 {
            lake.flush().unwrap();
        }
    }
    served
}

async fn ask(asker: &Asker, body: Value) -> Answer {
    asker.post("/search", &body).await
}

#[track_caller]
fn rows(answer: &Answer) -> &Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    &answer.body["rows"]
}

const RULE: &str = "title: A task is made\nlogsource: {category: process_creation, product: windows}\n\
                    detection: {made: {Image|endswith: '\\schtasks.exe', CommandLine|contains: '/create'}, condition: made}\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_is_found_by_sql_and_by_the_form() {
    let served = filled();
    let ann = served.token("analyst").await;
    let found = ask(&ann, json!({"form": "host=dc1.corp schtasks last=1h"})).await;
    assert_eq!(rows(&found).as_array().unwrap().len(), 2);
    assert_eq!(found.body["columns"][1], "time");
    assert_eq!(found.body["more"], false);
    let one = ask(&ann, json!({"form": "host=dc1.corp", "limit": 1})).await;
    assert_eq!((rows(&one).as_array().unwrap().len(), &one.body["more"]), (1, &json!(true)));
    let minutes = ask(&ann, json!({"form": "CommandLine=*query*"})).await;
    assert_eq!(rows(&minutes)[0][3], "CORP\\bob");
    let counted = ask(&ann, json!({"sql": "SELECT host, count(*) AS n FROM events GROUP BY host"})).await;
    assert_eq!(rows(&counted), &json!([["dc1.corp", 2]]));
    let linked = ann.get("/search?form=pid%3D4&limit=5").await;
    assert_eq!(rows(&linked), &json!([]));
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_asked_of_what_is_kept() {
    let served = filled();
    let ann = served.token("analyst").await;
    let sql = format!("SELECT id FROM events WHERE sigma('{}')", RULE.replace('\'', "''"));
    assert_eq!(rows(&ask(&ann, json!({"sql": sql})).await), &json!([["01".repeat(16)]]));
    let wrong = ask(&ann, json!({"sql": "SELECT 1 FROM events WHERE sigma('title: x')"})).await;
    assert_eq!((wrong.status.as_u16(), wrong.code()), (400, "search/query"), "{}", wrong.body);
    let none = ask(&ann, json!({"sql": "SELECT 1 FROM events WHERE matches('Nobody')"})).await;
    assert!(none.code() == "search/query" && none.body["detail"].as_str().unwrap().contains("`Nobody`"), "{}", none.body);
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_is_a_table_for_those_who_may_see_it() {
    let served = filled();
    let (ann, socket) = (served.token("analyst").await, served.socket());
    assert_eq!(rows(&ask(&ann, json!({"sql": "SELECT count(*) FROM triggered"})).await), &json!([[0]]));
    assert_eq!(rows(&ask(&ann, json!({"sql": "SELECT count(*) FROM deliveries"})).await), &json!([[0]]));
    let secret = ask(&ann, json!({"sql": "SELECT * FROM actions"})).await;
    assert_eq!((secret.status.as_u16(), secret.code()), (403, "auth/role"));
    let searches = ask(&socket, json!({"sql": "SELECT count(*) FROM actions WHERE action = 'search' AND actor = 'analyst'"})).await;
    assert_eq!(rows(&searches), &json!([[3]]));
    for role in ["viewer", "ingest-only"] {
        assert_eq!(ask(&served.token(role).await, json!({"sql": "SELECT 1"})).await.status, 403);
    }
    served.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_search_is_told_with_its_place() {
    let served = filled();
    let ann = served.token("analyst").await;
    for (body, status, code, says) in [
        (json!({"sql": "SELECT nothing\nFROM events"}), 400, "search/query", "line 1, column 8"),
        (json!({"sql": "SELECT (1"}), 400, "search/query", ""),
        (json!({"sql": "DROP TABLE events"}), 400, "search/refused", "DROP TABLE events"),
        (json!({"sql": "SELECT host FROM events; SELECT 1"}), 400, "search/query", "one query"),
        (json!({"form": "a pid=x"}), 400, "search/form", "character 3"),
        (json!({}), 400, "search/what", "sql"),
        (json!({"sql": "SELECT 1", "form": "x"}), 400, "search/what", "form"),
        (json!({"sql": "SELECT 1", "bytes": 7}), 422, "request/invalid", "bytes"),
        (json!({"sql": "SELECT count(*) FROM generate_series(1, 1000000000000) WHERE value % 7 = 3", "seconds": 1}), 422, "search/deadline", "1 s"),
    ] {
        let answer = ask(&ann, body.clone()).await;
        let detail = answer.body["detail"].as_str().unwrap_or_default();
        assert!(answer.status == status && answer.code() == code && detail.contains(says), "{body}: {} {}", answer.status, answer.body);
    }
    served.end().await;
}
