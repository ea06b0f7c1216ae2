//! Filters and collections: documents that change or make others.

use watchbell_rules::{Loader, Ruleset};

fn load(text: &str) -> (Ruleset, Vec<String>) {
    let mut loader = Loader::new();
    loader.add_text("t.yml", text);
    let (set, problems) = loader.finish();
    (set, problems.iter().map(|problem| format!("{} at {}", problem.code, problem.line)).collect())
}

fn meanings(set: &Ruleset) -> Vec<String> {
    set.rules.iter().map(|rule| format!("{} {}: {}", rule.about.title, rule.source, set.words(&rule.condition))).collect()
}

const RULES: &str = "
title: P
name: p
logsource: {product: windows, category: process_creation}
detection: {s: {A: 1}, condition: s}
---
title: F
name: f
logsource: {product: windows, category: file_event}
detection: {s: {A: 2}, condition: [s, not s]}
---
";

fn filtered(filter: &str) -> (Vec<String>, Vec<String>) {
    let (set, problems) = load(&format!("{RULES}{filter}"));
    (meanings(&set), problems)
}

#[test]
fn filters_join_the_rules_that_they_are_for() {
    let (p, f) = ("P windows/process_creation: A is '1'", "F windows/file_event: (A is '2' or not A is '2')");
    let (p_filtered, f_filtered) =
        ("P windows/process_creation: (A is '1' and not U is 'x')", "F windows/file_event: ((A is '2' or not A is '2') and not U is 'x')");
    let filter = |source: &str, rules: &str| format!("title: T\nlogsource: {source}\nfilter: {{rules: {rules}, s: {{U: x}}, condition: not s}}\n");
    for (source, rules, expected, problems) in [
        ("{product: windows}", "any", [p_filtered, f_filtered], vec![]),
        ("{category: file_event}", "any", [p, f_filtered], vec![]),
        ("{product: linux}", "any", [p, f], vec![]),
        ("{product: windows}", "[p]", [p_filtered, f], vec![]),
        ("{product: windows}", "[f, f, p]", [p_filtered, f_filtered], vec![]),
        ("{category: process_creation}", "[f]", [p, f], vec!["sigma/filter-source at 14"]),
        ("{product: windows}", "[absent]", [p, f], vec!["sigma/filter-target at 14"]),
        ("{product: windows}", "[]", [p, f], vec!["sigma/filter-rules at 14"]),
    ] {
        assert_eq!(
            filtered(&filter(source, rules)),
            (expected.map(str::to_owned).to_vec(), problems.into_iter().map(str::to_owned).collect()),
            "{source} {rules}"
        );
    }
    let (_, problems) = filtered("title: T\nlogsource: {product: windows}\nfilter: {s: {U: x}, condition: not s}\n");
    assert_eq!(problems, ["sigma/filter-rules at 14"]);
}

#[test]
fn collections() {
    let text = "
action: global
title: Shared
logsource: {category: c}
detection: {condition: s}
---
detection: {s: {A: 1}}
---
title: Own
logsource: {product: p}
detection: {s: {A: 2}}
---
action: repeat
detection: {s: {B: 3}}
---
action: reset
---
title: Alone
logsource: {category: d}
detection: {s: {A: 4}, condition: s}
---
action: other
";
    let (set, problems) = load(text);
    assert_eq!(meanings(&set), ["Shared c: A is '1'", "Own p/c: A is '2'", "Own p/c: (A is '2' and B is '3')", "Alone d: A is '4'"]);
    assert_eq!(problems, ["sigma/action at 22"]);
    assert_eq!(load("action: repeat\ntitle: t\n").1, ["sigma/action at 1"]);
}

#[test]
fn good_documents_stay_beside_bad_ones() {
    let rule = |title: &str| format!("title: {title}\nlogsource: {{category: c}}\ndetection: {{s: {{A: 1}}, condition: s}}\n");
    let text = [&rule("One"), "title: Two\nlogsource: {category: c}\ndetection: {s: {A|no: 1}, condition: s}\n", "a: [b\nc: d\n", &rule("Three"), "- x\n"]
        .join("---\n");
    let (set, problems) = load(&text);
    assert_eq!(meanings(&set), ["One c: A is '1'", "Three c: A is '1'"]);
    assert_eq!(Loader::new().add_text("t.yml", &text).rejected, 3);
    assert_eq!(problems, ["sigma/unknown-modifier at 7", "yaml/syntax at 10", "sigma/document at 16"]);
}
