//! Sigma folders made into packs.

use super::golden;
use watchbell_rules::pack::{Copy, Import, ImportName, Pack, import, lint};

const RULE: &str = "\
title: \"Cron file: made by {{ somebody }}\"
id: 6a3f6c1c-52ef-4b0e-8a07-4d4e8f2f7b11
status: test
description: |
    Two lines,
    the second one.
references:
    - https://example.org/cron
author: Ann Author, Bob Builder
license: MIT
tags:
    - attack.persistence
    - attack.t1053.003
    - attack.execution
    - car.2013-08-001
logsource:
    product: linux
    category: file_event
detection:
    selection:
        TargetFilename|startswith: /etc/cron.d/
        User|expand:
            - '%admins%'
            - 'x%a.b%y'
    # A comment stays.
    condition: selection
falsepositives:
    - 'Packages: many'
level: high
regression_tests_path: regression_data/linux/cron/info.yml
";

const INFO: &str = "\
author: Ann Author
date: 2026-01-02
regression_tests_info:
    - name: Positive Detection Test
      type: evtx
      match_count: 2
      path: regression_data/linux/cron/cron.evtx
";

fn name() -> ImportName {
    ImportName { id: "imported".to_owned(), name: "Imported".to_owned() }
}

/// Everything that an import writes, in one text.
fn text(import: &Import) -> String {
    let files: Vec<String> = import.files.iter().map(|(path, text)| format!("==> {path} <==\n{text}")).collect();
    let copies: Vec<String> = import.copies.iter().map(|copy| format!("copy {} to {}\n", copy.from, copy.to)).collect();
    [files.concat(), copies.concat(), golden::render(&import.problems)].concat()
}

#[test]
fn a_rule_becomes_an_alert() {
    let import = import(&name(), [("rules/linux/lnx_cron_file.yml", RULE), ("regression_data/linux/cron/info.yml", INFO), ("README.md", "x")]);
    golden::check("imports", "rule.out", &text(&import));
    assert_eq!(import.copies, [Copy { from: "regression_data/linux/cron/cron.evtx".to_owned(), to: "samples/LnxCronFile/cron.evtx".to_owned() }]);
    let mut problems = Vec::new();
    let files = import.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let pack = Pack::parse(files, &mut problems).unwrap();
    problems.extend(lint(&pack, &[]));
    let errors: Vec<_> = problems.iter().filter(|p| p.severity == watchbell_model::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    assert_eq!(pack.alerts[0].rules[0].text, RULE);
}

const FILTER: &str = "\
title: Admins of ours
description: |
    They write cron files.
logsource:
    product: linux
filter:
    rules:
        - 6a3f6c1c-52ef-4b0e-8a07-4d4e8f2f7b11
    selection_user:
        - User|startswith: adm_
          LogonId: 7
          Terminal: '7'
          Parent: null
        - User|expand: '%deployers%'
    words:
        '|all': [one, 'two: three']
    condition: not 1 of selection_*
";

#[test]
fn a_filter_becomes_an_exception_of_the_alerts_that_it_is_for() {
    let other = "title: Other\nid: 7a3f6c1c-52ef-4b0e-8a07-4d4e8f2f7b11\nlogsource: {product: windows}\ndetection: {s: {a: 1}, condition: s}\n";
    let many = |rules: &str| {
        format!(
            "title: A\nname: a\nlogsource: {{product: linux}}\ndetection: {{s: {{a: 1}}, condition: s}}\n---\ntitle: B\nname: b\nlogsource: {{product: linux}}\ndetection: {{s: {{a: 2}}, condition: s}}\n---\ntitle: Many\ncorrelation: {{type: temporal, rules: [a, b], timespan: 1m}}\n---\ntitle: Of some\nlogsource: {{product: linux}}\nfilter: {{rules: {rules}, s: {{b: 1}}, condition: [s, not s]}}\n"
        )
    };
    let import = import(
        &name(),
        [
            ("rules/lnx_cron_file.yml", RULE),
            ("rules/win_other.yml", other),
            ("rules/many.yml", &many("[a, b]")),
            ("rules/some.yml", &many("[a]").replace("name: b", "name: c").replace("[a, b]", "[a, c]").replace("name: a", "name: d").replace("[a", "[d")),
            ("filters/admins.yml", FILTER),
            ("filters/nobody.yml", &FILTER.replace("6a3f", "6a3e")),
            (
                "filters/twice.yml",
                &FILTER.replace("linux", "windows").replace("        - 6a3f6c1c-52ef-4b0e-8a07-4d4e8f2f7b11", "        - any").replace("%d", "%e"),
            ),
            ("filters/wrong.yml", &FILTER.replace("startswith", "begins")),
        ],
    );
    let mut problems = Vec::new();
    let pack = Pack::parse(import.files.iter().map(|(path, text)| (path.as_str(), text.as_str())), &mut problems).unwrap();
    problems.extend(lint(&pack, &[]).into_iter().filter(|p| p.severity == watchbell_model::Severity::Error));
    let mut loader = watchbell_rules::Loader::new();
    let held: Vec<String> = pack
        .alerts
        .iter()
        .map(|alert| {
            let compiled = std::sync::Arc::new(alert.clone())
                .compile(&mut loader, &[("deployers".to_owned(), vec!["d1".to_owned()]), ("eployers".to_owned(), vec!["e1".to_owned()])].into());
            let ids: Vec<&str> = compiled.exceptions.iter().map(|exception| exception.id.as_str()).collect();
            format!("{}: {} {}", alert.name, ids.join(" "), compiled.exceptions.iter().map(|e| e.filter.len()).sum::<usize>())
        })
        .collect();
    let (set, told) = loader.finish();
    assert!(problems.is_empty() && told.iter().all(|p| p.severity != watchbell_model::Severity::Error), "{problems:?} {told:?}");
    assert_eq!(held, ["LnxCronFile: admins-of-ours 1", "Many: of-some 1", "Some:  0", "WinOther: admins-of-ours 1"]);
    let exception = set.rules.iter().find(|rule| rule.about.title == "LnxCronFile: exception admins-of-ours").unwrap();
    golden::check(
        "imports",
        "filters.out",
        &format!("{}\n\n{}\n{}", set.words(&exception.condition), import.files["alerts/LnxCronFile.yaml"], golden::render(&import.problems)),
    );
}

#[test]
fn what_is_no_rule_is_told() {
    let correlated = "\
title: base
name: base
logsource: {product: linux}
detection: {s: {a: 1}, condition: s}
---
title: Many of them
correlation: {type: event_count, rules: [base], group-by: [host], timespan: 1m, condition: {gte: 10}}
level: medium
";
    let two = "title: One\nlogsource: {product: linux}\ndetection: {s: {a: 1}, condition: s}\n---\ntitle: Two\nlogsource: {product: linux}\ndetection: {s: {a: 1}, condition: s}\n";
    let files = [
        ("a/same_name.yml", two),
        ("b/same_name.yml", "title: Third\nlogsource: {product: linux}\ndetection: {s: &x {a: 1}, condition: s}\n"),
        ("b/correlated.yml", correlated),
        ("b/filter.yml", "title: Filter\nfilter: {rules: any, s: {a: 1}, condition: s}\n"),
        ("b/other.yml", "key: value\n"),
        ("b/broken.yml", "title: [\n"),
        ("LICENSE", "Detection Rule License (DRL) 1.1"),
    ];
    let import = import(&name(), files);
    assert_eq!(
        import.files.keys().map(String::as_str).collect::<Vec<_>>(),
        ["LICENSE", "alerts/Correlated.yaml", "alerts/One.yaml", "alerts/Two.yaml", "pack.yaml"]
    );
    golden::check("imports", "problems.out", &golden::render(&import.problems));
    assert!(import.files["pack.yaml"].contains("licence: DRL-1.1"), "{}", import.files["pack.yaml"]);
}
