//! What comes batch by batch, in any order and over restarts, ends as if all had been there at once.

use crate::setup::{Scan, created, deleted};
use crate::{CREATED, FLEETING};
use watchbell_alerts::Triggered;

/// Sixty-some events over six minutes, dealt out to logs so that none is in order of time.
fn logs(keys: &str, copies: bool) -> Scan {
    let event = |n: usize| {
        let (time, task) = (format!("10:0{}:{:02}", n % 6, 59 - (n * 7) % 60), ["A", "B", "Update"][n % 3]);
        if n % 4 == 3 { deleted(&time, n, task) } else { created(&time, n, task) }
    };
    let log = |k: usize| (0..64).filter(|n| n % 5 == k || (copies && n % 9 == k)).map(event).collect::<String>();
    (0..5).fold(Scan::new(keys), |scan, k| scan.log(&format!("f{k}"), &log(k)))
}

fn check(keys: &str) {
    let wanted = shown(&logs(keys, false).done().outcomes.alerts);
    assert!(wanted.len() > 2, "{wanted:?}");
    for copies in [false, true] {
        let scan = logs(keys, copies);
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            for restarts in [false, true] {
                assert_eq!(shown(&scan.live(&order, restarts)), wanted, "{order:?}, copies {copies}, restarts {restarts}");
            }
        }
    }
}

/// All of an alert but the places of its events: a copy in another log may be the one that was met first.
fn shown(alerts: &[Triggered]) -> Vec<String> {
    let show = |alert: &Triggered| {
        let events: Vec<_> = alert.events.iter().map(|event| event.id.to_string()[..4].to_owned()).collect();
        let (time, last) = (alert.time.unwrap(), alert.last.unwrap());
        let rules: Vec<_> = alert.rules.iter().map(|rule| &rule.title).collect();
        format!(
            "{} {time} {last} x{} {:?} {:?} {rules:?} {} {}",
            &alert.id.to_string()[..4],
            alert.count,
            alert.outcome,
            alert.entities,
            alert.continues,
            events.join(" ")
        )
    };
    alerts.iter().map(show).collect()
}

#[test]
fn folds_grow_to_the_same() {
    check(CREATED);
}

#[test]
fn windows_close_to_the_same() {
    check(FLEETING);
}

#[test]
fn what_was_forgotten_is_recalled_by_what_comes_late() {
    let wanted = shown(&logs(CREATED, false).done().outcomes.alerts);
    for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
        assert_eq!(shown(&logs(CREATED, true).forgets().live(&order, false)), wanted, "{order:?}");
    }
}
