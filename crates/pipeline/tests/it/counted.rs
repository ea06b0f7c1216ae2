//! Alerts whose triggers count: what is told, in a scan and live alike, in any order and over restarts.

use crate::setup::{Scan, created, deleted, instant};
use watchbell_alerts::Triggered;

/// Tasks registered, counted by task.
fn alert(trigger: &str) -> String {
    format!(
        "rules:\n  - title: Task registered\n    logsource: {{product: windows, service: security}}\n    detection: {{selection: {{EventID: 4698}}, condition: selection}}\n\
         exceptions:\n  - {{id: updater, reason: \"It updates.\", filter: {{TaskName: '\\Update'}}}}\n\
         entities: {{host: Computer, user: SubjectUserName, job: TaskName}}\ntrigger: {trigger}\n"
    )
}

/// Over ten minutes, dealt out to logs so that none is in order of time. The last is of another kind.
fn logs(trigger: &str) -> Scan {
    let event = |n: usize| {
        let (time, task) = (format!("10:0{}:{:02}", (n * n) % 10, 59 - (n * 7) % 60), ["A", "B", "C", "a", "Update"][n % 5]);
        if n % 9 == 3 { deleted(&time, n, task) } else { created(&time, n, task) }
    };
    let log = |k: usize| (0..90).filter(|n| n % 5 == k || n % 13 == k).map(event).collect::<String>();
    let scan = (0..4).fold(Scan::new(&alert(trigger)), |scan, k| scan.log(&format!("f{k}"), &log(k)));
    scan.log("f4", &(log(4) + &deleted("09:59:30", 900, "Z") + &deleted("10:15:30", 901, "Z")))
}

/// `until`: when a scan of these logs ends, and so shall time.
fn check(trigger: &str, until: &str, least: usize) {
    let wanted = shown(&logs(trigger).done().outcomes.alerts);
    assert!(wanted.len() >= least, "{trigger}: {wanted:#?}");
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
        for restarts in [false, true] {
            let scan = if trigger.contains("low") || trigger.contains("gradient") { logs(trigger).since("09:59:30") } else { logs(trigger) };
            assert_eq!(shown(&scan.live_until(&order, restarts, instant(until))), wanted, "{trigger}, {order:?}, restarts {restarts}");
        }
    }
}

fn shown(alerts: &[Triggered]) -> Vec<String> {
    let show = |alert: &Triggered| {
        let events: Vec<_> = alert.events.iter().map(|event| event.id.to_string()[..4].to_owned()).collect();
        let rules: Vec<_> = alert.rules.iter().map(|rule| &rule.title).collect();
        let (time, last) = (alert.time.unwrap().to_string(), alert.last.unwrap().to_string());
        format!("{} {time} {last} x{} {:?} {:?} {rules:?} {}", &alert.id.to_string()[..4], alert.count, alert.outcome, alert.entities, events.join(" "))
    };
    alerts.iter().map(show).collect()
}

#[test]
fn live_is_as_a_scan() {
    check("{several: {period: 1m, threshold: 2, by: [job]}}", "11:00:00", 3);
    check("{several: {period: 2m, threshold: 9}}", "11:00:00", 2);
    check("{low: {period: 1m, threshold: 1, by: [job]}}", "10:15:30", 5);
    check("{low: {period: 1m, threshold: 0}}", "10:15:30", 3);
    check("{rolling: {every: 1m, look_back: 3m, threshold: 4, by: [job]}}", "10:16:00", 3);
    check("{deviation: {period: 5m, absolute: 0.4, by: [job]}}", "11:00:00", 2);
    check("{deviation: {period: 5m, percent: 10, by: [job], value: {of: EventRecordID, by: sum}}}", "11:00:00", 2);
    check("{gradient: {period: 1m, absolute: 0.5}}", "10:15:30", 2);
}

/// Time of day of each, how many, who, and how many events.
fn told(scan: Scan) -> Vec<String> {
    let told = |alert: &Triggered| {
        let (time, last) = (alert.time.unwrap().to_string(), alert.last.unwrap().to_string());
        let entities: Vec<String> = alert.entities.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}-{} x{} {} {}", &time[11..19], &last[11..19], alert.count, entities.join(" "), alert.events.len())
    };
    scan.done().outcomes.alerts.iter().map(told).collect()
}

#[test]
fn only_what_is_counted_fires_and_tells_of_whom() {
    let log = [created("10:00:01", 1, "A"), created("10:00:02", 2, "B"), created("10:00:03", 3, "a"), created("10:00:04", 4, "Update")].concat();
    let scan = |trigger: &str| Scan::new(&alert(trigger)).log("a", &log);
    assert_eq!(told(scan("{several: {period: 1m, threshold: 1, by: [job]}}")), ["10:00:01-10:00:03 x2 host=WS1 user=bob job=\\A 2"]);
    assert_eq!(told(scan("{several: {period: 1m, threshold: 2}}")), ["10:00:01-10:00:03 x3 host=WS1 user=bob 3"], "they differ in the job");
    assert_eq!(told(scan("{several: {period: 1m, threshold: 3}}")), [""; 0], "an exception holds the fourth back");
    let deviation = "{deviation: {period: 1m, absolute: 0.2, by: [job]}}";
    assert_eq!(told(scan(deviation))[0], "10:00:01-10:00:03 x2 host=WS1 user=bob job=\\A value=2 usual=1.5 2");
}

#[test]
fn silence_is_told_of_a_host_that_was_heard() {
    let log = [created("10:00:30", 1, "A"), deleted("10:03:10", 2, "A")].concat();
    let scan = || Scan::new(&alert("{low: {period: 1m, threshold: 0, by: [job]}}")).log("a", &log);
    assert_eq!(told(scan()), ["10:01:00-10:02:00 x0 job=\\A 0", "10:02:00-10:03:00 x0 job=\\A 0"]);
    let done = scan().done();
    assert_eq!(done.outcomes.alerts[0].rules[0].title, "Task registered");
    // Nothing matches, and yet there is an input.
    let quiet = Scan::new(&alert("{low: {period: 1m, threshold: 0}}")).log("a", &[deleted("10:00:30", 1, "A"), deleted("10:02:10", 2, "A")].concat());
    assert_eq!(told(quiet), ["10:01:00-10:02:00 x0  0"]);
}
