//! Each modifier, and what it asks.

use watchbell_rules::Loader;

/// What one line of a selection means, in words.
fn meaning(item: &str) -> String {
    let (set, problems) = {
        let mut loader = Loader::new();
        loader.add_text("t.yml", &rule(item));
        loader.finish()
    };
    match (set.rules.first(), problems.first()) {
        (_, Some(problem)) => format!("{}[{}]", if set.rules.is_empty() { "error" } else { "warning" }, problem.code),
        (Some(rule), None) => set.words(&rule.condition),
        (None, None) => "nothing".to_owned(),
    }
}

fn rule(item: &str) -> String {
    format!("title: t\nlogsource: {{category: c}}\ndetection:\n  selection:\n    {item}\n  condition: selection\n")
}

fn check(table: &[(&str, &str)]) {
    for (item, meant) in table {
        assert_eq!(meaning(item), *meant, "\n{item}");
    }
}

#[test]
fn texts() {
    check(&[
        ("A: Word", "A is 'word'"),
        ("A|cased: Word", "A is 'Word' (cased)"),
        ("A|contains: Word", "A contains 'word'"),
        ("A|startswith: Word", "A starts with 'word'"),
        ("A|endswith: Word", "A ends with 'word'"),
        ("A|cased|endswith: Word", "A ends with 'Word' (cased)"),
        ("A: [x, Y]", "(A is 'x' or A is 'y')"),
        ("A|contains|all: [x, y]", "(A contains 'x' and A contains 'y')"),
        ("A|all|contains: [x, y]", "(A contains 'x' and A contains 'y')"),
        ("A|neq: x", "not A is 'x'"),
        ("A|neq: [x, y]", "not (A is 'x' or A is 'y')"),
        ("A|contains|neq: x", "not A contains 'x'"),
        ("A: ''", "A is ''"),
        ("A: ΟΔΟΣ", "A is 'οδοσ'"),
        ("a.b.c: x", "a.b.c is 'x'"),
        ("with space: x", "with space is 'x'"),
    ]);
}

#[test]
fn wildcards_and_escapes() {
    check(&[
        ("A: a*b", "A is like 'a*b'"),
        ("A: 'a?b'", "A is like 'a?b'"),
        ("A: '*ab'", "A ends with 'ab'"),
        ("A: 'ab*'", "A starts with 'ab'"),
        ("A: '*ab*'", "A contains 'ab'"),
        ("A: '**ab**'", "A contains 'ab'"),
        ("A: '*'", "A is anything"),
        ("A: '*?*?a'", "A is like '??*a'"),
        ("A|contains: '*ab*'", "A contains 'ab'"),
        (r"A: 'a\*b'", "A is 'a*b'"),
        (r"A: 'a\?b'", "A is 'a?b'"),
        (r"A: 'a\\*b'", r"A is like 'a\\*b'"),
        (r"A: 'a\\\*b'", r"A is 'a\*b'"),
        (r"A: 'C:\Windows\x'", r"A is 'c:\windows\x'"),
        (r"A: '\\server\x'", r"A is '\server\x'"),
        (r"A: '\\\\server\x'", r"A is '\\server\x'"),
        (r"A: 'a\'", r"A is 'a\'"),
        (r"A|endswith: '\x.exe'", r"A ends with '\x.exe'"),
    ]);
}

#[test]
fn values_that_are_no_texts() {
    check(&[
        ("A: 4688", "A is '4688'"),
        ("A: '4688'", "A is '4688'"),
        ("A: -1", "A is '-1'"),
        ("A: 0x10", "A is '16'"),
        ("A: 00000429", "A is '00000429'"),
        ("A: 1.5", "A = 1.5"),
        ("A|contains: 1.50", "A contains '1.50'"),
        ("A|startswith: 46", "A starts with '46'"),
        ("A: true", "A is 'true'"),
        ("A: False", "A is 'false'"),
        ("A: null", "A is null"),
        ("A:", "A is null"),
        ("A: [null, '']", "(A is null or A is '')"),
        ("A|contains: null", "error[sigma/value]"),
        ("A: {b: c}", "error[sigma/value]"),
        ("A: [[x]]", "error[sigma/value]"),
        ("A: []", "error[sigma/empty-list]"),
    ]);
}

#[test]
fn numbers_and_times() {
    check(&[
        ("A|gt: 5", "A > 5"),
        ("A|gte: 5", "A >= 5"),
        ("A|lt: 5.5", "A < 5.5"),
        ("A|lte: '5'", "A <= 5"),
        ("A|lt: x", "error[sigma/value]"),
        ("A|minute: 5", "A has minute = 5"),
        ("A|hour|gte: 18", "A has hour >= 18"),
        ("A|day: [1, 2]", "(A has day = 1 or A has day = 2)"),
        ("A|week: 1", "A has week = 1"),
        ("A|month: 12", "A has month = 12"),
        ("A|year|lt: 2020", "A has year < 2020"),
        ("A|hour: 1.5", "error[sigma/value]"),
        ("A|hour|day: 1", "error[sigma/modifiers]"),
    ]);
}

#[test]
fn regular_expressions() {
    check(&[
        ("A|re: 'a.b'", "A matches /a.b/"),
        (r"A|re: '\d+\\x'", r"A matches /\d+\\x/"),
        ("A|re|i: 'a'", "A matches /(?i)a/"),
        ("A|re|i|m|s: 'a'", "A matches /(?ims)a/"),
        ("A|re|startswith: 'a|b'", r"A matches /\A(?:a|b)/"),
        ("A|re|endswith: 'a|b'", r"A matches /(?:a|b)\z/"),
        ("A|re|contains: 'a'", "A matches /a/"),
        ("A|re: ['a', 'b']", "(A matches /a/ or A matches /b/)"),
        ("A|re: 5", "A matches /5/"),
        ("A|re: 'a(?!b)'", "error[sigma/regex]"),
        (r"A|re: '(a)\1'", "error[sigma/regex]"),
        ("A|re: 'a{1000}{1000}'", "error[sigma/regex-size]"),
        ("A|i: 'a'", "error[sigma/modifiers]"),
        ("A|re|base64: 'a'", "error[sigma/modifiers]"),
    ]);
}

#[test]
fn networks_fields_and_existence() {
    check(&[
        ("A|cidr: 10.0.0.0/8", "A is in 10.0.0.0/8"),
        ("A|cidr: 10.1.2.3/8", "A is in 10.0.0.0/8"),
        ("A|cidr: ['fe80::/10', '::1']", "(A is in fe80::/10 or A is in ::1/128)"),
        ("A|cidr: 10.0.0.0/40", "error[sigma/cidr]"),
        ("A|cidr|contains: 10.0.0.0/8", "error[sigma/modifiers]"),
        ("A|exists: true", "A is there"),
        ("A|exists: no", "A is not there"),
        ("A|exists: maybe", "error[sigma/value]"),
        ("A|fieldref: B", "A is the field B"),
        ("A|fieldref|contains: B", "A contains the field B"),
        ("A|fieldref|startswith: B", "A starts with the field B"),
        ("A|fieldref|endswith|cased: B", "A ends with the field B (cased)"),
        ("A|fieldref: [B, C]", "(A is the field B or A is the field C)"),
        ("A|fieldref|neq: B", "not A is the field B"),
        ("A|contains|endswith: B", "error[sigma/modifiers]"),
        ("A|contians: B", "error[sigma/unknown-modifier]"),
    ]);
}

#[test]
fn encodings() {
    check(&[
        ("A|base64: 'foobar'", "A is 'zm9vymfy'"),
        ("A|base64|cased: 'foobar'", "A is 'Zm9vYmFy' (cased)"),
        ("A|base64|contains|cased: 'foobar'", "A contains 'Zm9vYmFy' (cased)"),
        ("A|base64offset|contains|cased: 'foobar'", "(A contains 'Zm9vYmFy' (cased) or A contains 'Zvb2Jhc' (cased) or A contains 'mb29iYX' (cased))"),
        ("A|base64offset|cased: 'ab'", "(A contains 'YW' (cased) or A contains 'Fi' (cased) or A contains 'hY' (cased))"),
        ("A|wide|base64|cased: 'ab'", "A is 'YQBiAA==' (cased)"),
        ("A|utf16le|base64|cased: 'ab'", "A is 'YQBiAA==' (cased)"),
        ("A|utf16be|base64|cased: 'ab'", "A is 'AGEAYg==' (cased)"),
        ("A|utf16|base64|cased: 'ab'", "A is '//5hAGIA' (cased)"),
        ("A|wide|contains: 'ab'", r"A contains 'a\u{0}b\u{0}'"),
        ("A|utf16|contains: 'ab'", "error[sigma/encoding]"),
        ("A|base64: 'a*'", "error[sigma/encoding]"),
        (r"A|base64|cased: 'a\*'", "A is 'YSo=' (cased)"),
        ("A|base64|wide: 'a'", "error[sigma/modifiers]"),
        ("A|base64|base64offset: 'a'", "error[sigma/modifiers]"),
    ]);
}

#[test]
fn dashes() {
    check(&[
        ("A|windash|contains: ' -f '", "(A contains ' -f ' or A contains ' /f ' or A contains ' –f ' or A contains ' —f ' or A contains ' ―f ')"),
        ("A|windash|contains: '/f'", "(A contains '-f' or A contains '/f' or A contains '–f' or A contains '—f' or A contains '―f')"),
        ("A|contains|windash: 'co-op'", "A contains 'co-op'"),
        ("A|windash: '--f'", "(A is '--f' or A is '-/f' or A is '-–f' or A is '-—f' or A is '-―f')"),
    ]);
    assert_eq!(meaning("A|windash: '-a -b'").matches(" or ").count(), 24);
    assert_eq!(meaning("A|windash: '-a -b -c -d -e'").matches(" or ").count(), 4, "all alike where they are many");
    assert_eq!(meaning("A|windash|base64offset|contains: ' -e'").matches(" or ").count(), 14);
}

#[test]
fn keywords() {
    check(&[
        ("'|all': [x, y]", "(the record contains 'x' and the record contains 'y')"),
        ("'|re': 'a.b'", "the record matches /a.b/"),
        ("'|contains|all': [x, 5]", "(the record contains 'x' and the record contains '5')"),
        ("'|startswith': x", "the record starts with 'x'"),
    ]);
}
