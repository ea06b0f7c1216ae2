//! `watchbell story`: the same alerts as a scan, told.

use crate::support::{Lab, Ran, SAMPLES, command, line, ran};

const ALERT: &str = "SecOpsWinSchtasksRemoteSystem";

fn story(args: &[&str]) -> Ran {
    let log = format!("{SAMPLES}/win-task-remote");
    ran(command().args([&["story", log.as_str()], args].concat()))
}

#[test]
fn a_story_fits_and_has_no_colours_in_a_pipe() {
    let ran = story(&[]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    // Commands are there to be copied, and stay whole.
    let told = ran.out.lines().filter(|line| !line.starts_with("  ") || line.starts_with("   "));
    let long: Vec<&str> = told.filter(|line| line.chars().count() > 80).collect();
    assert_eq!(long, [""; 0]);
    assert!(!ran.out.contains('\u{1b}'));
    for part in [ALERT, "What happened", "the alert's own event", "Job", "Ready to run"] {
        assert!(ran.out.contains(part), "{part}: {}", ran.out);
    }
}

#[test]
fn alerts_are_chosen_by_name_or_id() {
    let all = story(&["--format", "json"]).alerts();
    let named = story(&["--format", "json", "--alert", &ALERT.to_lowercase()]).alerts();
    let expected: Vec<_> = all.iter().filter(|alert| alert["alert"] == ALERT).cloned().collect();
    assert!(!expected.is_empty() && expected.len() < all.len());
    assert_eq!(named, expected, "stories count on all alerts, whichever are shown");
    let id = all[0]["id"].as_str().unwrap();
    assert_eq!(story(&["--format", "ndjson", "--alert", &id[..12].to_uppercase()]).alerts(), all[..1]);
    let unknown = story(&["--alert", "NoSuchAlert"]);
    assert!(unknown.code == 2 && unknown.out.is_empty() && unknown.err.contains("NoSuchAlert"), "{}", unknown.err);
}

#[test]
fn one_story_for_each_ladder() {
    let alerts = story(&["--format", "ndjson"]).alerts();
    let ladders: std::collections::BTreeSet<&str> = alerts.iter().map(|alert| alert["ladder"]["id"].as_str().unwrap()).collect();
    let leads: Vec<_> = alerts.iter().filter(|alert| alert["ladder"]["lead"] == alert["id"]).collect();
    assert!(leads.len() == ladders.len() && leads.len() < alerts.len(), "{leads:?}");
    for lead in &leads {
        let same: Vec<_> = alerts.iter().filter(|alert| alert["ladder"] == lead["ladder"]).collect();
        assert_eq!(lead["ladder"]["count"], same.len());
        assert_eq!(lead["ladder"]["alerts"].as_array().unwrap().len(), same.len());
        assert!(same.iter().all(|alert| alert["priority"].as_u64() <= lead["priority"].as_u64()));
    }
    let told = |args: &[&str]| story(args).out.matches("How far it got").count();
    assert_eq!(told(&[]), leads.len());
    assert_eq!(told(&["--alert", alerts.iter().find(|alert| alert["ladder"]["lead"] != alert["id"]).unwrap()["id"].as_str().unwrap()]), 1);
}

#[test]
fn a_scan_says_the_same() {
    let scanned = ran(command().args(["scan", "--format", "ndjson", &format!("{SAMPLES}/win-task-remote")]));
    assert_eq!(story(&["--format", "ndjson"]).out, scanned.out);
}

#[test]
fn exits_are_those_of_a_scan() {
    let lab = Lab::new();
    lab.write("clean.jsonl", line(1, "notepad.exe"));
    for (args, code) in
        [(&["story", "clean.jsonl"][..], 0), (&["story", "--alert", ALERT, "clean.jsonl"], 0), (&["story", "missing.jsonl"], 3), (&["story"], 3)]
    {
        assert_eq!(lab.run(args).code, code, "{args:?}");
    }
}
