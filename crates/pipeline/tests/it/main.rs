//! From bytes to triggered alerts, without files: folding, copies, exceptions, correlations, and that order does not show.
#![allow(clippy::unwrap_used, reason = "tests")]

mod counted;
mod jobs;
mod live;
mod setup;
mod words;

use setup::{Scan, created, deleted, process};

const CREATED: &str = r#"
rules:
  - title: Task registered
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: 4698}, condition: selection}
exceptions:
  - {id: updater, reason: "It updates.", filter: {TaskName: '\Update'}}
entities: {host: Computer, user: SubjectUserName, job: TaskName}
fold: {by: [host, user], within: 1m}
"#;

const FLEETING: &str = r"
rules:
  - title: Made
    name: made
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: 4698}, condition: selection}
  - title: Gone
    name: gone
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: 4699}, condition: selection}
  - title: Made and gone
    correlation: {type: temporal_ordered, rules: [made, gone], group-by: [Computer, TaskName], timespan: 1m}
entities: {host: Computer, job: TaskName}
";

const REMOTE: &str = r"
rules:
  - title: Created elsewhere
    logsource: {product: windows, category: process_creation}
    detection: {selection: {Job.Verb: create, 'Job.TargetHost|exists': true}, condition: selection}
entities: {host: Computer, target_host: Job.TargetHost}
";

#[test]
fn occurrences_of_one_key_and_bucket_are_one() {
    let log = [created("10:00:01", 1, "A"), created("10:00:59", 2, "B"), created("10:01:00", 3, "C"), created("10:05:00", 4, "D")].concat();
    let done = Scan::new(CREATED).log("a", &log).done();
    assert_eq!(done.shown(), ["10:00:01 x2", "10:01:00 x1 continues", "10:05:00 x1"]);
}

#[test]
fn a_copied_log_adds_nothing_but_a_count_of_duplicates() {
    let log = [created("10:00:01", 1, "A"), created("10:00:02", 2, "B")].concat();
    let once = Scan::new(CREATED).log("a", &log).done();
    let twice = Scan::new(CREATED).log("b", &log).log("a", &log).done();
    assert_eq!((once.outcomes.duplicates, twice.outcomes.duplicates), (0, 2));
    assert_eq!(once.json(), twice.json());
}

#[test]
fn identical_lines_without_an_identity_are_two_events_and_the_same_ones_in_a_copy() {
    let rule = "rules:\n  - title: Any\n    logsource: {product: linux}\n    detection: {keywords: [opened], condition: keywords}\n";
    let log = "Jan  5 10:00:00 web1 sshd[1]: session opened\n".repeat(2);
    let twice = Scan::new(rule).log("a", &log).log("b", &log).done();
    assert_eq!((twice.outcomes.alerts.len(), twice.outcomes.duplicates), (2, 2));
}

#[test]
fn what_an_exception_holds_back_is_counted_and_can_be_shown() {
    let log = [created("10:00:01", 1, "Update"), created("10:00:02", 2, "Other")].concat();
    let done = Scan::new(CREATED).log("a", &log).done();
    assert_eq!(done.shown(), ["10:00:02 x1"]);
    assert_eq!(done.outcomes.excepted.get("Test/updater"), Some(&1));
    let all = Scan::new(CREATED).log("a", &log).show_excepted().done();
    assert_eq!(all.shown(), ["10:00:01 x1 excepted updater", "10:00:02 x1"]);
}

#[test]
fn a_correlation_fires_once_with_all_its_events() {
    let log = [created("10:00:01", 1, "A"), deleted("10:00:30", 2, "A"), created("10:10:00", 3, "B"), deleted("10:20:00", 4, "B")].concat();
    let done = Scan::new(FLEETING).log("a", &log).done();
    assert_eq!(done.shown(), ["10:00:01 x2"]);
    let alert = &done.outcomes.alerts[0];
    assert_eq!((alert.entity("job"), alert.events.len(), alert.rules[0].title.as_str()), (Some("\\A"), 2, "Made and gone"));
}

#[test]
fn jobs_of_one_command_line_do_not_run_together() {
    let apart = process("schtasks /query /s FS1 & schtasks /create /tn x /tr calc.exe /sc daily");
    assert_eq!(Scan::new(REMOTE).log("a", &apart).done().outcomes.alerts.len(), 0);
    let elsewhere = process("schtasks /query & schtasks /create /s FS1 /tn x /tr calc.exe /sc daily");
    let done = Scan::new(REMOTE).log("a", &elsewhere).done();
    assert_eq!(done.outcomes.alerts[0].entity("target_host"), Some("FS1"));
    assert_eq!(done.outcomes.alerts[0].job.as_ref().unwrap().command.as_deref(), Some("calc.exe"));
}

#[test]
fn the_machine_itself_is_no_target() {
    for (host, alerts) in [("ws1", 0), ("localhost", 0), ("WS10", 1)] {
        let log = process(&format!("schtasks /create /s {host} /tn x /tr calc.exe /sc daily"));
        assert_eq!(Scan::new(REMOTE).log("a", &log).done().outcomes.alerts.len(), alerts, "{host}");
    }
}

#[test]
fn neither_the_order_of_files_nor_the_cut_of_blocks_shows() {
    let logs: Vec<(String, String)> = (0..6).map(|n| (format!("f{n}"), (0..9).map(|i| created(&format!("10:0{i}:0{n}"), n * 10 + i, "A")).collect())).collect();
    let scan = |order: &[usize], block: usize| {
        let scan = order.iter().fold(Scan::new(CREATED).block(block), |scan, n| scan.log(&logs[*n].0, &logs[*n].1));
        scan.done().json()
    };
    let straight = scan(&[0, 1, 2, 3, 4, 5], 1 << 20);
    for (order, block) in [([5, 4, 3, 2, 1, 0], 1 << 20), ([3, 1, 5, 0, 4, 2], 400), ([0, 1, 2, 3, 4, 5], 1)] {
        assert_eq!(scan(&order, block), straight);
    }
}
