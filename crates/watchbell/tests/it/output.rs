//! What the formats print, and what stays fixed in it.

use crate::support::{Lab, SAMPLES, command, log, ran};
use serde_json::Value;

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn keys_of_a_line() {
    let ran = ran(command().args(["scan", &format!("{SAMPLES}/win-task-remote"), "--alert", "SecOpsWinSchtasksRemoteSystem"]));
    assert_eq!(ran.code, 1, "{}", ran.err);
    let alerts = ran.alerts();
    for alert in &alerts {
        for key in [
            "id",
            "alert",
            "alert_id",
            "title",
            "pack",
            "pack_version",
            "rule",
            "rules",
            "priority",
            "outcome",
            "time",
            "last",
            "count",
            "attack",
            "summary",
            "entities",
            "job",
            "events",
        ] {
            assert!(alert.get(key).is_some(), "{key}: {alert}");
        }
        assert_eq!(keys(&alert["rule"]), ["id", "title", "level"]);
        assert_eq!(keys(&alert["events"][0]), ["id", "file", "line", "record_id", "time", "source"]);
        assert!(["tried", "failed", "done"].contains(&alert["outcome"].as_str().unwrap()));
        assert!(alert["priority"].is_u64() && alert["count"].is_u64() && alert["events"][0]["line"][1].is_u64(), "{alert}");
        assert!(alert["attack"][0].as_str().unwrap().starts_with("T1053."), "{alert}");
    }
    let jobs = alerts.iter().map(|alert| &alert["job"]).find(|job| !job.is_null()).unwrap();
    for key in ["kind", "name", "command", "schedule", "principal", "run_level", "hidden"] {
        assert!(jobs.get(key).is_some(), "{key}: {jobs}");
    }
    let order: Vec<(String, String)> = alerts.iter().map(|a| (a["time"].to_string(), a["id"].to_string())).collect();
    assert!(order.is_sorted(), "{order:?}");
}

#[test]
fn a_rule_alone_is_an_alert_by_its_title() {
    let lab = Lab::new();
    lab.write("dir/sub/a.jsonl", log(2));
    let ran = lab.scan(&["dir"]);
    let alerts = ran.alerts();
    assert_eq!(alerts.len(), 2, "no folding: {}", ran.out);
    assert_eq!((&alerts[0]["alert"], &alerts[0]["pack"], &alerts[0]["priority"]), (&"Task made".into(), &Value::Null, &7.into()));
    assert_eq!(alerts[0]["events"][0]["file"], "dir/sub/a.jsonl");
    assert_eq!(alerts[1]["events"][0]["line"], serde_json::json!([2, 2]));
}

#[test]
fn statistics_add_up() {
    let lab = Lab::new();
    lab.write("a.jsonl", log(3) + "not json\n\n" + &log(1));
    lab.write("b.txt", "some text\nof no format\n");
    assert_eq!(lab.scan(&["a.jsonl", "b.txt"]).code, 1);
    let stats = lab.stats();
    for key in [
        "records",
        "events",
        "skipped",
        "quarantined",
        "duplicates",
        "alerts",
        "excepted",
        "bytes",
        "seconds",
        "by_format",
        "rules",
        "rejected_rules",
        "unreadable",
        "quarantine",
    ] {
        assert!(stats.get(key).is_some(), "{key}");
    }
    let number = |key: &str| stats[key].as_u64().unwrap();
    assert_eq!(number("records"), number("events") + number("skipped") + number("quarantined"));
    assert_eq!((number("events"), number("quarantined"), number("rules"), number("alerts"), number("duplicates")), (4, 3, 1, 3, 1));
    let formats: u64 = stats["by_format"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(formats, number("records"), "{stats}");
    let reasons: Vec<&str> = stats["quarantine"].as_array().unwrap().iter().map(|q| q["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons, ["bad_json", "unknown_format", "unknown_format"]);
    assert_eq!(stats["quarantine"][0]["line"], 4);
}

#[test]
fn statistics_on_stderr_leave_stdout_alone() {
    let lab = Lab::new();
    lab.write("a.jsonl", log(1));
    let ran = lab.run(&["scan", "--rules", "rule.yml", "--stats", "-", "a.jsonl"]);
    let stats: Value = serde_json::from_str(ran.err.trim()).unwrap();
    assert_eq!((ran.alerts().len(), stats["alerts"].as_u64()), (1, Some(1)));
}

#[test]
fn each_format() {
    let lab = Lab::new();
    lab.write("a.jsonl", log(2));
    let print = |format: &str| lab.scan(&["--format", format, "a.jsonl"]).out;
    assert_eq!(print("ndjson"), lab.scan(&["a.jsonl"]).out, "ndjson in a pipe");
    assert_eq!(serde_json::from_str::<Vec<Value>>(&print("json")).unwrap().len(), 2);
    let findings: Vec<Value> = print("ocsf").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(findings.len() == 2 && findings.iter().all(|finding| finding["class_uid"] == 2004), "{findings:?}");
    assert_eq!(print("none"), "");
    lab.scan(&["--output", "out.ndjson", "a.jsonl"]);
    assert_eq!(std::fs::read_to_string(lab.path("out.ndjson")).unwrap(), print("ndjson"));
}

#[test]
fn a_table_fits_and_has_no_colours_in_a_pipe() {
    for no_color in [None, Some("1")] {
        let mut command = command();
        if let Some(value) = no_color {
            command.env("NO_COLOR", value);
        }
        let ran = ran(command.env("COLUMNS", "80").args(["scan", "--format", "table", &format!("{SAMPLES}/win-task-remote"), &format!("{SAMPLES}/linux-at")]));
        assert_eq!(ran.code, 1, "{}", ran.err);
        let long: Vec<&str> = ran.out.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(long, [""; 0]);
        assert!(!ran.out.contains('\u{1b}') && ran.out.contains("SecOpsWinSchtasksRemoteSystem"), "{}", ran.out);
    }
}

#[test]
fn a_page_needs_no_script_and_no_network() {
    let ran = ran(command().args(["scan", "--format", "html", &format!("{SAMPLES}/win-task-remote")]));
    let page = ran.out.to_lowercase();
    for reference in ["<script", " src=", "<link", "@import", "url(", "<iframe", "onload="] {
        assert!(!page.contains(reference), "{reference}");
    }
    assert!(page.starts_with("<!doctype html>") && page.contains("</html>"));
}

#[test]
fn what_a_log_says_is_text_in_a_page() {
    let lab = Lab::new();
    lab.write("a.jsonl", crate::support::line(1, "schtasks /create /tn \"<script>alert(1)</script>\""));
    lab.write("rule.yml", crate::support::RULE.replace("title: Task made", "title: \"<script>x</script>\""));
    let page = lab.scan(&["--format", "html", "a.jsonl"]).out.to_lowercase();
    assert!(!page.contains("<script"), "{page}");
}
