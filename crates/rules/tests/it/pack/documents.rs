//! Single documents: golden diagnostics, what stays of a damaged file, and bounds.

use super::golden;
use watchbell_model::{Diagnostic, Outcome, Priority};
use watchbell_rules::pack::{AboutPack, Alert, Attempts, Difference, Entity, FoldOutcome, LadderFile, Rolling, Sample, Several, StoryRecipe, Trigger};

#[test]
fn diagnostics_as_they_are_shown() {
    for (name, text) in golden::inputs("documents", "yaml") {
        let mut problems = Vec::new();
        let read = match name.split('-').next().unwrap() {
            "alert" => Alert::parse("alerts/Demo.yaml", &text, &mut problems).is_some(),
            "pack" => AboutPack::parse("pack.yaml", &text, &mut problems).is_some(),
            "story" => StoryRecipe::parse("story.yaml", &text, &mut problems).is_some(),
            "ladder" => LadderFile::parse("ladder.yaml", &text, &mut problems).is_some(),
            _ => Sample::parse("case", "samples/case/expect.yaml", &text, &mut problems).is_some(),
        };
        let verdict = if read { "read\n" } else { "not read\n" };
        golden::check("documents", &format!("{name}.out"), &format!("{verdict}{}", golden::render(&problems)));
    }
}

fn alert(text: &str) -> (Option<Alert>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let alert = Alert::parse("alerts/Demo.yaml", text, &mut problems);
    (alert, problems)
}

#[test]
fn every_key_is_read() {
    let alert = alert(include_str!("documents/alert-right.yaml")).0.unwrap();
    assert_eq!((alert.name.as_str(), alert.priority, alert.attack.len()), ("DemoCronFile", Priority::Normal, 2));
    assert_eq!(alert.needs[0].any_of[0].record, ["SYSCALL", "PATH"]);
    assert!(alert.needs[0].required && !alert.exceptions[0].default);
    assert_eq!(alert.entities.names().collect::<Vec<_>>(), ["host", "user", "file", "folder"]);
    assert_eq!(alert.entities.get("user"), Some(&Entity::Fields(vec!["User".to_owned(), "LoginUser".to_owned()])));
    assert_eq!(alert.entities.get("folder").unwrap().fields(), ["TargetFilename"]);
    assert_eq!(alert.outcome.default, Outcome::Tried);
    assert_eq!(alert.trigger, Trigger::Each {});
    let fold = alert.fold.unwrap();
    assert_eq!((fold.within, fold.outcome), (300, FoldOutcome::Worst));
}

#[test]
fn sigma_stays_as_it_is_written() {
    let text = include_str!("documents/alert-right.yaml");
    let alert = alert(text).0.unwrap();
    let rule = &alert.rules[0];
    assert!(rule.text.starts_with("title: A file under cron.d\nid: 6a3f"), "{}", rule.text);
    assert!(rule.text.ends_with("  condition: selection\n"), "{}", rule.text);
    // The place is that of the first character, so that a place in the rule can be told as one in the file.
    assert!(text.lines().nth(rule.line - 1).unwrap()[rule.column - 1..].starts_with("title: A file"));
    assert_eq!(alert.exceptions[0].filter.text, "{Image|endswith: [/dpkg, /rpm]}\n");
}

#[test]
fn hostile_texts_are_refused_in_time() {
    let deep_flow = format!("a: {}", "[".repeat(10_000));
    let deep_block = (0..5_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect::<Vec<_>>().concat();
    let many = format!("a: [{}]", "x,".repeat(200_001));
    let long = format!("a: {}", "x".repeat(1 << 20));
    let repeated = "a: 1\n".repeat(10_000);
    for (text, code) in [
        (deep_flow, "yaml/syntax"),
        (deep_block, "yaml/too-large"),
        (many, "yaml/too-large"),
        (long, "yaml/too-large"),
        (repeated, "yaml/duplicate-key"),
        ("\0\u{1}".to_owned(), "yaml/syntax"),
    ] {
        let (read, problems) = alert(&text);
        assert!(read.is_none());
        assert!(problems.len() <= 201, "{}", problems.len());
        assert_eq!(problems[0].code, code, "{}", problems[0]);
    }
}

#[test]
fn every_trigger_is_typed() {
    let trigger = |text: &str| {
        let head = "format: 1\nid: 3f1d9a52-6c1e-4b7a-9a44-0c2b7c8f1e10\nname: Demo\ntitle: Demo\npriority: low\nrules: []\ntrigger: ";
        let (alert, problems) = alert(&format!("{head}{text}\n"));
        assert!(problems.is_empty(), "{}", golden::render(&problems));
        alert.unwrap().trigger
    };
    let by = vec!["host".to_owned()];
    let several = Several { period: 3_600, threshold: 5, by: by.clone() };
    for (text, typed) in [
        ("{each: {}}", Trigger::Each {}),
        ("{several: {period: 1h, threshold: 5, by: [host]}}", Trigger::Several(several.clone())),
        ("{low: {period: 1h, threshold: 5, by: [host]}}", Trigger::Low(several)),
        ("{rolling: {every: 5m, look_back: 1d, threshold: 2}}", Trigger::Rolling(Rolling { every: 300, look_back: 86_400, threshold: 2, by: Vec::new() })),
        (
            "{deviation: {period: 1h, percent: 50}}",
            Trigger::Deviation(Difference { period: 3_600, absolute: None, percent: Some(50.0), value: None, by: Vec::new() }),
        ),
        (
            "{gradient: {period: 1h, absolute: 3.5, by: [host]}}",
            Trigger::Gradient(Difference { period: 3_600, absolute: Some(3.5), percent: None, value: None, by }),
        ),
        ("{ladder: {steps: 2, within: 1h}}", Trigger::Ladder(Attempts { steps: 2, within: 3_600 })),
    ] {
        assert_eq!(trigger(text), typed);
    }
}

#[test]
fn expressions_are_checked_when_they_are_read() {
    let right = include_str!("documents/alert-right.yaml");
    for wrong in ["(unclosed", "(?<w>x)", "x", "(?<v>x){1000}{1000}{1000}", "(?<v>x)(?=y)"] {
        let (alert, problems) = alert(&right.replace("^(?<v>.*)/", wrong));
        assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["pack/regex"], "{wrong}");
        assert!(alert.unwrap().entities.get("folder").is_none());
    }
}

#[test]
fn a_file_may_end_anywhere() {
    let text = include_str!("documents/alert-right.yaml");
    for end in (0..text.len()).step_by(7) {
        let (alert, problems) = alert(&text[..end]);
        assert!(alert.is_some() || !problems.is_empty(), "{end}");
    }
}

#[test]
fn durations() {
    for (text, seconds) in [
        ("30s", Some(30)),
        ("5m", Some(300)),
        ("1h", Some(3_600)),
        ("1d", Some(86_400)),
        ("2w", Some(1_209_600)),
        ("15h45m50s", Some(56_750)),
        ("1m1h", None),
        ("1m1m", None),
        ("1h5", None),
        ("1hm", None),
        ("0s", None),
        ("5", None),
        ("m", None),
        ("", None),
        ("-5m", None),
        ("+5m", None),
        ("5 m", None),
        ("5é", None),
        ("99999999999999999999d", None),
    ] {
        assert_eq!(watchbell_rules::pack::duration(text), seconds, "{text}");
    }
}
