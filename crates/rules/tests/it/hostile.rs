//! Input made to hurt: each is answered with a diagnostic, in little time and memory, and what is right beside it is read.

use std::fmt::Write;
use watchbell_rules::Loader;

const GOOD: &str = "---\ntitle: Good\nlogsource: {category: c}\ndetection: {s: {A: 1}, condition: s}\n";

/// The codes of the problems; the good rule behind the bad text must be there if `good`.
fn codes(text: &str, good: bool) -> Vec<&'static str> {
    let mut loader = Loader::new();
    loader.add_text("t.yml", &format!("{text}\n{}", if good { GOOD } else { "" }));
    let (set, problems) = loader.finish();
    assert_eq!(set.rules.iter().filter(|rule| rule.about.title == "Good").count(), usize::from(good));
    let mut codes: Vec<&'static str> = problems.iter().map(|problem| problem.code).collect();
    codes.dedup();
    codes
}

fn rule(selection: &str, condition: &str) -> String {
    format!("title: Bad\nlogsource: {{category: c}}\ndetection:\n  s: {selection}\n  condition: {condition}\n")
}

#[test]
fn alias_bombs() {
    let mut bomb = String::from("title: Bad\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let inner = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(bomb, "a{level}: &a{level} [{inner}]").unwrap();
    }
    assert_eq!(codes(&bomb, true), ["yaml/too-large"]);
    assert_eq!(codes("title: &a [*a]", true), ["yaml/alias"]);
    assert_eq!(codes("title: Bad\na: &a {b: *a}", true), ["yaml/alias"]);
    let honest = "title: Good too\nlogsource: &l {category: c}\nother: *l\ndetection: {s: &s {A: 1}, t: *s, condition: s or t}";
    assert_eq!(codes(honest, true), [] as [&str; 0]);
}

#[test]
fn nesting() {
    for (open, close) in [("[", "]"), ("{a: ", "}")] {
        let deep = format!("title: Bad\na: {}x{}", open.repeat(10_000), close.repeat(10_000));
        assert_eq!(codes(&deep, true).len(), 1, "{open}");
    }
    let mut blocks = String::from("title: Bad\n");
    (0..2_000).for_each(|depth| writeln!(blocks, "{}a:", " ".repeat(depth)).unwrap());
    assert_eq!(codes(&blocks, true).len(), 1);
    let deep = format!("{}s{}", "(".repeat(20_000), ")".repeat(20_000));
    assert_eq!(codes(&rule("{A: 1}", &deep), true), ["sigma/condition"]);
    assert_eq!(codes(&rule("{A: 1}", &format!("{}s", "not ".repeat(10_000))), true), ["sigma/condition"]);
}

#[test]
fn repetition() {
    let values = vec!["x"; 3_000].join(", ");
    let names = vec!["s"; 5_000].join(" or ");
    assert_eq!(codes(&rule(&format!("{{A: [{values}]}}"), &names), true), ["sigma/too-large"]);
    let dashes = vec!["'-a -b -c -d'"; 2_000].join(", ");
    assert_eq!(codes(&rule(&format!("{{A|windash|contains: [{dashes}]}}"), "s"), true), ["sigma/too-large"]);
    let selections: String = (0..60).fold(String::new(), |all, n| format!("{all}  s{n}: {{A: {n}}}\n"));
    let many = format!("title: Bad\nlogsource: {{category: c}}\ndetection:\n{selections}  condition: 30 of s*\n");
    assert_eq!(codes(&many, true), ["sigma/too-large"]);
    let documents = format!("action: global\nreferences: [{}]\n{}", vec!["x"; 50_000].join(", "), "---\na: b\n".repeat(200));
    assert!(codes(&documents, false).contains(&"yaml/too-large"));
}

#[test]
fn regular_expressions() {
    for (pattern, code) in [
        ("(a+)+$", None),
        (r"(?i)^(\w+\s?)*\\$", None),
        ("((a{100}){100}){100}", Some("sigma/regex-size")),
        (r"\w{5000}", Some("sigma/regex-size")),
        ("a(?=b)", Some("sigma/regex")),
        ("(?<!a)b", Some("sigma/regex")),
        (r"\p{Nothing}", Some("sigma/regex")),
        ("[", Some("sigma/regex")),
        ("a{2,1}", Some("sigma/regex")),
    ] {
        assert_eq!(codes(&rule(&format!("{{A|re: '{pattern}'}}"), "s"), true), code.into_iter().collect::<Vec<_>>(), "{pattern}");
    }
    let nested = format!("{}a{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(codes(&rule(&format!("{{A|re: '{nested}'}}"), "s"), true), ["sigma/regex"]);
    assert_eq!(codes(&rule(&format!("{{A|re: '{}'}}", "a".repeat(20_000)), "s"), true), ["sigma/regex-size"]);
}

#[test]
fn broken_text() {
    for (text, code) in [
        ("title: [", "yaml/syntax"),
        ("title: 'open", "yaml/syntax"),
        ("title: x\ntitle: y", "yaml/duplicate-key"),
        ("[a]: x", "yaml/key"),
        ("? {a: b}\n: x", "yaml/key"),
        ("just text", "sigma/document"),
        ("title: x", "sigma/no-detection"),
    ] {
        assert!(codes(text, false).contains(&code), "{text}: {:?}", codes(text, false));
    }
    assert_eq!(codes("", true), [] as [&str; 0]);
    assert_eq!(codes("# only a comment", true), [] as [&str; 0]);
    assert_eq!(codes("\u{feff}---", true), [] as [&str; 0]);
    assert!(codes("title: a\0b", false).iter().all(|code| code.starts_with("yaml/") || code.starts_with("sigma/")));
}

#[test]
fn problems_are_bounded() {
    let mut loader = Loader::new();
    loader.add_text("t.yml", &"--- x\n".repeat(10_000));
    assert_eq!(loader.finish().1.len(), 200);
}
