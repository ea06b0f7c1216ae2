//! Options that choose what is asked and what is printed.

use crate::support::{Lab, SAMPLES, command, log, ran};

fn names(args: &[&str]) -> Vec<(String, u64)> {
    let alerts = ran(command().args(["scan", "--format", "ndjson"]).args(args)).alerts();
    alerts.iter().map(|alert| (alert["alert"].as_str().unwrap().to_owned(), alert["priority"].as_u64().unwrap())).collect()
}

#[test]
fn alerts_by_name_and_priority() {
    let sample = format!("{SAMPLES}/win-task-remote");
    let mixed = format!("{SAMPLES}/linux-cron-file-created");
    let all = names(&[&mixed]);
    let one = names(&["--alert", "secopswinschtasksremotesystem", &sample]);
    assert!(!one.is_empty() && one.iter().all(|(name, _)| name == "SecOpsWinSchtasksRemoteSystem"), "{one:?}");
    let high: Vec<_> = all.iter().filter(|(_, priority)| *priority >= 7).cloned().collect();
    assert!(!high.is_empty() && high.len() < all.len(), "{all:?}");
    assert_eq!(names(&["--min-priority", "high", &mixed]), high);
}

#[test]
fn events_by_time() {
    let lab = Lab::new();
    lab.write("a.jsonl", log(10));
    let count = |args: &[&str]| lab.scan(&[args, &["a.jsonl"]].concat()).alerts().len();
    for (args, want) in [
        (&["--from", "2026-03-02T09:14:04Z"][..], 6),
        (&["--to", "2026-03-02T09:14:04Z"], 4),
        (&["--from", "2026-03-02T09:14:04Z", "--to", "2026-03-02T09:14:05Z"], 1),
        (&["--from", "2026-03-02", "--to", "2026-03-03"], 10),
        (&["--from", "2026-03-03"], 0),
    ] {
        assert_eq!(count(args), want, "{args:?}");
    }
}

#[test]
fn a_copy_adds_nothing_and_is_counted() {
    let lab = Lab::new();
    lab.write("b.jsonl", log(3));
    let once = lab.scan(&["b.jsonl"]).out;
    lab.write("c/copy.jsonl", log(3));
    assert_eq!(lab.scan(&["c", "b.jsonl"]).out, once);
    assert_eq!(lab.stats()["duplicates"], 3);
}

#[test]
fn what_a_log_does_not_say() {
    let lab = Lab::new();
    lab.write("rule.yml", "title: Deleted\nlogsource: {product: linux, service: cron}\ndetection:\n  selection: {Action: DELETE}\n  condition: selection\n");
    lab.write("cron.log", "Mar  3 17:00:00 web01 crontab[14400]: (deploy) DELETE (deploy)\n");
    let times = |args: &[&str]| lab.scan(&[args, &["cron.log"]].concat()).alerts()[0]["time"].clone();
    assert_eq!(times(&["--year", "2024"]), "2024-03-03T17:00:00Z");
    assert_eq!(times(&["--year", "2024", "--tz", "Europe/Berlin"]), "2024-03-03T16:00:00Z");
}
