//! Conditions over selections, and the shapes that a selection may have.

use watchbell_rules::Loader;

const SELECTIONS: &str = "
  sel_a: {A: 1}
  sel_b: {B: 2}
  filter: {F: 3}
  _hidden: {H: 4}
";

fn meaning(detection: &str) -> String {
    let mut loader = Loader::new();
    loader.add_text("t.yml", &format!("title: t\nlogsource: {{category: c}}\ndetection:{detection}"));
    let (set, problems) = loader.finish();
    let code = problems.iter().find(|problem| problem.severity == watchbell_model::Severity::Error).map(|problem| format!("error[{}]", problem.code));
    code.or_else(|| set.rules.first().map(|rule| set.words(&rule.condition))).unwrap_or_default()
}

fn check(table: &[(&str, &str)]) {
    for (condition, meant) in table {
        assert_eq!(meaning(&format!("{SELECTIONS}  condition: {condition}\n")), *meant, "\n{condition}");
    }
}

#[test]
fn expressions() {
    let (a, b, f) = ("A is '1'", "B is '2'", "F is '3'");
    check(&[
        ("sel_a", a),
        ("sel_a and not filter", "(A is '1' and not F is '3')"),
        ("sel_a or sel_b and filter", "(A is '1' or (B is '2' and F is '3'))"),
        ("(sel_a or sel_b) and filter", "((A is '1' or B is '2') and F is '3')"),
        ("not not sel_a", a),
        ("not (sel_a or sel_b)", "not (A is '1' or B is '2')"),
        ("SEL_A", "error[sigma/unknown-selection]"),
        ("1 of sel_*", "(A is '1' or B is '2')"),
        ("any of sel_*", "(A is '1' or B is '2')"),
        ("all of sel_*", "(A is '1' and B is '2')"),
        ("1 of them", "(A is '1' or B is '2' or F is '3')"),
        ("all of them", "(A is '1' and B is '2' and F is '3')"),
        ("2 of them", "((A is '1' and B is '2') or (A is '1' and F is '3') or (B is '2' and F is '3'))"),
        ("3 of them", "(A is '1' and B is '2' and F is '3')"),
        ("4 of them", "error[sigma/condition]"),
        ("1 of filter*", f),
        ("1 of s*l_*b", b),
        ("1 of *_*_*", "error[sigma/unknown-selection]"),
        ("1 of *_b", b),
        ("1 of _hid*", "H is '4'"),
        ("not 1 of sel_* and filter", "(not (A is '1' or B is '2') and F is '3')"),
        ("[sel_a, sel_b and filter]", "(A is '1' or (B is '2' and F is '3'))"),
        ("nothing", "error[sigma/unknown-selection]"),
        ("1 of other_*", "error[sigma/unknown-selection]"),
        ("sel_a and", "error[sigma/condition]"),
        ("sel_a and (sel_b", "error[sigma/condition]"),
        ("sel_a | count() > 5", "error[sigma/aggregation]"),
        ("''", "error[sigma/condition]"),
        ("[]", "error[sigma/no-condition]"),
    ]);
}

#[test]
fn selections() {
    for (selection, meant) in [
        ("{A: 1, B: 2}", "(A is '1' and B is '2')"),
        ("[{A: 1, B: 2}, {C: 3}]", "((A is '1' and B is '2') or C is '3')"),
        ("[x, Y]", "(the record contains 'x' or the record contains 'y')"),
        ("word", "the record contains 'word'"),
        ("['*a*b*']", "the record is like '*a*b*'"),
        ("[x, {A: 1}]", "(the record contains 'x' or A is '1')"),
        ("[[{A: 1}], {B: 2}]", "(A is '1' or B is '2')"),
        ("{A: [1, 2], B|contains: x}", "((A is '1' or A is '2') and B contains 'x')"),
        ("{}", "error[sigma/empty-selection]"),
        ("[]", "error[sigma/empty-selection]"),
        ("", "error[sigma/empty-selection]"),
    ] {
        assert_eq!(meaning(&format!("\n  s: {selection}\n  condition: s\n")), meant, "\n{selection}");
    }
}

#[test]
fn equal_questions_have_one_number() {
    let mut loader = Loader::new();
    for level in ["low", "high"] {
        loader.add_text("t.yml", &format!("title: {level}\nlogsource: {{category: c}}\ndetection: {{s: {{A: x, B|contains: y}}, condition: s}}\n"));
    }
    let (set, problems) = loader.finish();
    assert!(problems.is_empty());
    assert_eq!((set.rules.len(), set.predicates.len(), set.fields.len()), (2, 2, 3));
    assert_eq!(set.rules[0].condition, set.rules[1].condition);
}

#[test]
fn keywords_are_wanted_of_their_log_source_only() {
    let mut loader = Loader::new();
    loader.add_text("t.yml", "title: t\nlogsource: {product: linux}\ndetection: {s: [word], condition: s}\n");
    loader.add_text("u.yml", "title: t\nlogsource: {product: windows}\ndetection: {s: {A: word}, condition: s}\n");
    let (set, _) = loader.finish();
    let source = |product| watchbell_model::LogSource::new(product, "", &[]);
    assert!(set.fields.wants_keywords(&source("linux")));
    assert!(!set.fields.wants_keywords(&source("windows")));
}
