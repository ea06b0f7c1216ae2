//! What alerts ask of the loader: pieces of their file as rules, conditions asked only when named, lists behind placeholders.

use std::collections::BTreeMap;
use watchbell_model::LogSource;
use watchbell_rules::{Excerpt, Loader, Placeholders, parse_excerpts, parse_filter};

fn placeholders(required: bool) -> Placeholders {
    let lists = BTreeMap::from([("names".to_owned(), vec!["a".to_owned(), "b*".to_owned()]), ("none".to_owned(), Vec::new())]);
    Placeholders { lists, required }
}

fn meaning(filter: &str, required: bool) -> String {
    let mut loader = Loader::new();
    let excerpt = Excerpt { file: "Alert.yaml", whole: filter, text: filter, line: 1, column: 1, title: None };
    let rule = loader.add_filter_condition("exception x", LogSource::new("linux", "", &[]), parse_filter(&excerpt, &placeholders(required)));
    let (set, problems) = loader.finish();
    match (rule, problems.first()) {
        (None, Some(problem)) => format!("error[{}]", problem.code),
        (Some(rule), problem) => {
            let rule = &set.rules[rule.0 as usize];
            assert!(rule.on_demand);
            problem.map(|problem| format!("warning[{}] ", problem.code)).unwrap_or_default() + &set.words(&rule.condition)
        }
        (None, None) => "nothing".to_owned(),
    }
}

#[test]
fn conditions_on_demand() {
    for (filter, meant) in [
        ("{A: 1, B: 2}", "(A is '1' and B is '2')"),
        ("[{A: 1}, {B: 2}]", "(A is '1' or B is '2')"),
        ("{s: {A: 1}, t: {B: 2}, condition: s and not t}", "(A is '1' and not B is '2')"),
        ("{A|no: 1}", "error[sigma/unknown-modifier]"),
        ("{}", "error[sigma/empty-selection]"),
    ] {
        assert_eq!(meaning(filter, true), meant, "{filter}");
    }
}

#[test]
fn placeholders_stand_for_every_value() {
    for (filter, meant) in [
        ("A|expand: '%names%'", "(A is 'a' or A starts with 'b')"),
        ("A|expand|contains: '/%names%/'", "(A contains '/a/' or A is like '*/b*/*')"),
        ("A|expand: '%names%-%names%'", "(A is 'a-a' or A is like 'a-b*' or A is like 'b*-a' or A is like 'b*-b*')"),
        ("A|expand: '%none%'", "never"),
        ("A|expand: '100 % of %'", "A is '100 % of %'"),
        (r"A|expand: '\%plain%names%'", "(A is '%plaina' or A starts with '%plainb')"),
        ("A: '%names%'", "A is '%names%'"),
        ("A|re|expand: '^%names%$'", r"(A matches /^a$/ or A matches /^b\*$/)"),
        ("A|expand: '%other%'", "error[sigma/placeholder]"),
    ] {
        let meant = meant.replace("A is like 'a-b*'", "A starts with 'a-b'");
        assert_eq!(meaning(filter, true), meant, "{filter}");
    }
    assert_eq!(meaning("A|expand: '%other%'", false), "warning[sigma/placeholder] never");
}

#[test]
fn pieces_are_placed_in_their_file() {
    let whole = "rules:\n  - title: t\n    logsource: {category: c}\n    detection:\n      s: {A|no: 1}\n      condition: s\n";
    let text = "title: t\nlogsource: {category: c}\ndetection:\n  s: {A|no: 1}\n  condition: s\n";
    let parsed = parse_excerpts(&[Excerpt { file: "Alert.yaml", whole, text, line: 2, column: 5, title: None }], &Placeholders::default());
    let mut loader = Loader::new();
    assert!(loader.add(parsed).rules.is_empty());
    let (_, problems) = loader.finish();
    let place = problems.iter().map(|p| (p.line, p.column, p.source.as_str())).collect::<Vec<_>>();
    assert_eq!(place, [(5, 11, "      s: {A|no: 1}")]);
}

#[test]
fn names_are_sought_among_the_alerts_own_rules_first() {
    let rule = |title: &str| format!("title: {title}\nname: same\nlogsource: {{category: c}}\ndetection: {{s: {{A: {title}}}, condition: s}}\n");
    let correlation = "title: c\ncorrelation: {type: event_count, rules: same, timespan: 1m, condition: {gte: 2}}\n";
    let mut loader = Loader::new();
    for title in ["one", "two"] {
        loader.add_text("t.yml", &format!("{}---\n{correlation}", rule(title)));
    }
    let (set, problems) = loader.finish();
    assert!(problems.is_empty());
    let targets: Vec<_> = set.correlations.iter().map(|c| c.of[0].target).collect();
    assert_eq!(targets, [0, 1].map(|n| watchbell_rules::Target::Rule(watchbell_rules::RuleId(n))));
}
