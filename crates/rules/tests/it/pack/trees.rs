//! Whole packs: what the lint says of one with every flaw, and how an alert is put into a ruleset.

use super::golden;
use std::sync::Arc;
use watchbell_model::{LogSource, Priority, Severity, Step};
use watchbell_rules::pack::{Alert, CompiledAlert, LadderFile, Lists, Pack, StoryRecipe, lint};
use watchbell_rules::{Loader, Ruleset};

/// The files of a `.tree`: each after a line with its path between arrows.
fn files(tree: &str) -> Vec<(&str, &str)> {
    tree.split("==> ").skip(1).filter_map(|file| file.split_once(" <==\n")).collect()
}

#[test]
fn lint_as_it_is_shown() {
    for (name, tree) in golden::inputs("trees", "tree") {
        let mut problems = Vec::new();
        let pack = Pack::parse(files(&tree), &mut problems).unwrap();
        problems.extend(lint(&pack, &[]));
        golden::check("trees", &format!("{name}.out"), &golden::render(&problems));
    }
}

#[test]
fn a_pack_keeps_its_sound_alerts() {
    let tree = [
        ("pack.yaml", "format: 1\nid: demo\nname: Demo\nversion: 1.0.0\n"),
        ("alerts/Bad.yaml", "format: 1\nname: [\n"),
        ("alerts/Good.yaml", include_str!("documents/alert-right.yaml")),
        ("alerts/.hidden/Deep.yaml", "not: looked at"),
        ("samples/linux/deep/case/expect.yaml", "title: x\nwritten: y\nsilent: [DemoCronFile]\n"),
    ];
    let mut problems = Vec::new();
    let pack = Pack::parse(tree, &mut problems).unwrap();
    assert_eq!(pack.alerts.iter().map(|a| a.name.as_str()).collect::<Vec<_>>(), ["DemoCronFile"]);
    assert_eq!(pack.samples[0].case, "linux/deep/case");
    assert_eq!(problems.iter().map(|p| (p.file.as_str(), p.code)).collect::<Vec<_>>(), [("alerts/Bad.yaml", "yaml/syntax")]);
}

#[test]
fn a_folder_without_pack_yaml_is_no_pack() {
    let mut problems = Vec::new();
    assert!(Pack::parse([("alerts/A.yaml", "format: 2")], &mut problems).is_none());
    assert!(problems.iter().any(|p| p.code == "pack/no-pack"));
}

fn compile(rest: &str, lists: &Lists) -> (CompiledAlert, Ruleset, Vec<String>) {
    let head = "format: 1\nid: 3f1d9a52-6c1e-4b7a-9a44-0c2b7c8f1e10\nname: Demo\ntitle: Demo\npriority: low\n";
    let mut problems = Vec::new();
    let alert = Alert::parse("alerts/Demo.yaml", &format!("{head}{rest}"), &mut problems).unwrap();
    assert!(problems.is_empty(), "{}", golden::render(&problems));
    let mut loader = Loader::new();
    let compiled = Arc::new(alert).compile(&mut loader, lists);
    let (ruleset, problems) = loader.finish();
    let told = problems.iter().filter(|p| p.severity == Severity::Error).map(|p| format!("{}:{}:{}", p.code, p.line, p.column)).collect();
    (compiled, ruleset, told)
}

#[test]
fn filters_are_compiled_for_every_log_source() {
    let (compiled, ruleset, problems) = compile(
        "\
rules:
  - title: a
    logsource: {product: windows, category: process_creation}
    detection: {selection: {Image: x}, condition: selection}
  - title: b
    logsource: {product: windows, service: security}
    detection: {selection: {EventID: 4698}, condition: selection}
  - title: c
    logsource: {product: windows, category: process_creation}
    detection: {selection: {Image: y}, condition: selection}
exceptions:
  - {id: known, reason: r, default: off, filter: {User|expand: '%admins%'}}
outcome:
  failed: {a: {Status: 1}, b: {Status: 2}, condition: a or b}
tunables: {admins: [alice]}
entities: {host: Computer, user: [User, SubjectUserName], cut: {from: CommandLine, regex: '/s (?<v>\\S+)'}}
fold: {by: [cut, host], within: 1h}
",
        &Lists::new(),
    );
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!((compiled.rules.len(), compiled.members.len(), compiled.tried.len()), (3, 0, 0));
    let exception = &compiled.exceptions[0];
    assert!(!exception.default);
    let sources = [LogSource::new("windows", "process_creation", &[]), LogSource::new("windows", "", &["security"])];
    for filter in [&exception.filter, &compiled.failed] {
        assert!(filter.iter().map(|(source, _)| source).eq(&sources));
        assert!(filter.iter().all(|(source, rule)| {
            let rule = &ruleset.rules[rule.0 as usize];
            rule.on_demand && rule.source == *source
        }));
    }
    assert!(compiled.rules.iter().all(|rule| !ruleset.rules[rule.0 as usize].on_demand));
    assert_eq!(ruleset.fields.name(compiled.entities[1].fields[1]), "SubjectUserName");
    assert!(compiled.entities[2].pattern.is_some());
    assert_eq!(compiled.fold_key(), [2, 0]);
}

#[test]
fn members_of_a_correlation_do_not_fire() {
    let rules = "\
rules:
  - {title: made, name: made, logsource: {product: linux}, detection: {s: {a: 1}, condition: s}}
  - {title: gone, name: gone, logsource: {product: linux}, detection: {s: {a: 2}, condition: s}}
  - {title: other, name: other, logsource: {product: linux}, detection: {s: {a: 3}, condition: s}}
  - title: made and gone
    correlation: {type: temporal_ordered, rules: [made, gone], group-by: [host], timespan: 1m}
";
    let (compiled, ruleset, problems) = compile(rules, &Lists::new());
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!((compiled.rules.len(), compiled.members.len(), compiled.correlations.len()), (1, 2, 1));
    assert!(ruleset.correlation(compiled.correlations[0]).is_some());
    let generating = rules.replace("timespan: 1m", "timespan: 1m, generate: true");
    let (compiled, ..) = compile(&generating, &Lists::new());
    assert_eq!((compiled.rules.len(), compiled.members.len()), (3, 0));
}

#[test]
fn problems_of_sigma_stand_where_they_are_written() {
    let rules = "\
rules:
  - title: a
    logsource: {product: linux}
    detection:
      selection:
        Field|nonsense: x
      condition: selection
  - {title: b, logsource: {product: linux}, detection: {s: {User|expand: '%admins%'}, condition: s}}
exceptions:
  - id: e
    reason: r
    filter:
      Image|nonsense: x
";
    let (compiled, _, problems) = compile(rules, &Lists::new());
    assert_eq!((compiled.rules.len(), compiled.exceptions[0].filter.len()), (0, 0));
    let lines: Vec<&str> = problems.iter().map(|p| p.split(':').nth(1).unwrap()).collect();
    assert_eq!(lines, ["11", "13", "18"], "{problems:?}");
    // The user's list makes the second rule whole; its filter is still wrong, and told once.
    let (compiled, _, problems) = compile(rules, &Lists::from([("admins".to_owned(), vec!["root".to_owned()])]));
    assert_eq!((compiled.rules.len(), problems.len()), (1, 2), "{problems:?}");
}

#[test]
fn facts_are_compiled_in_their_order() {
    let mut problems = Vec::new();
    let story = StoryRecipe::parse("story.yaml", include_str!("documents/story-right.yaml"), &mut problems).unwrap();
    let mut loader = Loader::new();
    let facts = story.compile(&mut loader, &Lists::new());
    let (ruleset, more) = loader.finish();
    problems.extend(more);
    assert!(problems.is_empty(), "{}", golden::render(&problems));
    let fact = &facts[0];
    let titles: Vec<&str> = fact.rules.iter().map(|rule| ruleset.rules[rule.0 as usize].about.title.as_str()).collect();
    assert_eq!(titles, ["ssh_logon", "The same, told by audit"]);
    assert_eq!((fact.failed.len(), fact.tried.len(), fact.routine.len()), (2, 0, 2));
    assert!(fact.values.iter().map(|value| value.name.as_str()).eq(["user", "address"]));
    assert!(fact.values[1].pattern.is_some());
    assert_eq!((story.facts[0].before, story.facts[0].after), (43_200, 60));
    let listed = StoryRecipe::parse("story.yaml", "format: 1\nfacts: [{id: a, role: run, chapter: after, lane: job, rules: [], says: []}]\n", &mut problems);
    assert_eq!(listed.map(|story| (story.facts[0].before, story.facts[0].after)), Some((3_600, 300)));
}

#[test]
fn a_ladder_tells_the_step_of_its_evidence() {
    let ladder = LadderFile::parse("ladder.yaml", include_str!("documents/ladder-right.yaml"), &mut Vec::new()).unwrap();
    assert_eq!((ladder.technique.as_str(), ladder.within), ("T1053", 43_200));
    assert_eq!((ladder.step_of_alert("DemoListed"), ladder.step_of_alert("listed")), (Some(Step::Look), None));
    assert_eq!((ladder.step_of_fact("removed"), ladder.step_of_fact("DemoListed")), (Some(Step::CleanUp), None));
    assert!(ladder.priority.into_iter().eq([(Step::Write, Priority::High), (Step::Run, Priority::VeryHigh)]));
}

#[test]
fn flaws_of_triggers_are_told() {
    let plain = "rules: [{title: x, logsource: {product: linux}, detection: {k: [x], condition: k}}]\n";
    let check = |trigger: &str, more: &str, wanted: &[&str]| {
        let head = "format: 1\nid: 3f1d9a52-6c1e-4b7a-9a44-0c2b7c8f1e10\nname: Demo\ntitle: Demo\npriority: low\nentities: {host: Computer}\n";
        let alert = format!("{head}trigger: {trigger}\n{more}");
        let mut problems = Vec::new();
        let pack = Pack::parse([("pack.yaml", "format: 1\nid: demo\nname: Demo\nversion: 1.0.0\n"), ("alerts/Demo.yaml", alert.as_str())], &mut problems);
        problems.extend(lint(&pack.unwrap(), &[]));
        let said: Vec<String> = problems.iter().filter(|p| p.code != "pack/unfinished").map(|p| p.code.to_owned()).collect();
        let said: Vec<&str> = said.iter().map(String::as_str).filter(|code| !code.starts_with("pack/no-")).collect();
        assert_eq!(said, wanted, "{trigger} {more}: {problems:?}");
    };
    check("{several: {period: 1h, threshold: 5, by: [host]}}", plain, &[]);
    check("{several: {period: 0s, threshold: 0, by: [host]}}", plain, &["pack/value", "pack/value"]);
    check("{several: {period: 1h, threshold: 5, by: [hst]}}", plain, &["pack/key-entity"]);
    check("{several: {period: 1h, threshold: 5}}", &format!("fold: {{by: [host], within: 5m}}\n{plain}"), &["pack/trigger-fold"]);
    check("{low: {period: 1h, threshold: 0}}", plain, &[]);
    check("{rolling: {every: 1s, look_back: 1h, threshold: 0}}", plain, &["pack/trigger-runs"]);
    check("{rolling: {every: 1h, look_back: 1m, threshold: 0}}", plain, &["pack/trigger-gap"]);
    check("{deviation: {period: 1h, by: [host]}}", plain, &["pack/trigger"]);
    check("{deviation: {period: 1h, absolute: 5}}", plain, &["pack/trigger-groups"]);
    check(
        "{deviation: {period: 1h, absolute: 5, by: [host], value: {of: Bytes, by: sum}}}",
        &format!("summary: '{{{{ value }}}} not {{{{ usual }}}}'\n{plain}"),
        &[],
    );
    check("{low: {period: 1h, threshold: 0}}", &format!("summary: '{{{{ value }}}}'\n{plain}"), &["pack/template"]);
    check("{gradient: {period: 1h, percent: 0, by: [host]}}", plain, &["pack/trigger"]);
    check("{gradient: {period: 1h, absolute: 5, percent: 5, value: {of: Bytes, by: mean}}}", plain, &["pack/value", "pack/trigger"]);
    let correlation = "rules:\n  - {title: x, name: x, logsource: {product: linux}, detection: {k: [x], condition: k}}\n  - {title: y, correlation: {type: event_count, rules: [x], timespan: 1m, condition: {gte: 2}}}\n";
    check("{several: {period: 1h, threshold: 5}}", correlation, &["pack/trigger-correlation"]);
}
