//! What each test means, on the fast way and on its twin.

use crate::event::{class, part, predicate, rule, text};
use std::sync::Arc;
use watchbell_engine::{Engine, twin};
use watchbell_model::{Kind, LogSource, Raw};
use watchbell_rules::{Compare, How, Number, Ruleset, Test, TimePart};

fn raw(kind: Kind, bytes: &[u8]) -> Raw<'_> {
    Raw { kind, bytes }
}

/// Whether the test holds for field `A` of an event of these values, by all ways of asking.
#[allow(clippy::needless_pass_by_value, reason = "tests are made where they are checked")]
fn check(test: Test, values: &[(&str, Raw<'_>)], holds: bool) {
    check_on("A", test, values, holds);
}

#[allow(clippy::needless_pass_by_value, reason = "tests are made where they are checked")]
fn check_on(field: &str, test: Test, values: &[(&str, Raw<'_>)], holds: bool) {
    let mut rules = Ruleset::default();
    rules.fields.intern("B");
    let condition = predicate(&mut rules, field, test.clone());
    rule(&mut rules, LogSource::default(), condition.clone());
    let rules = Arc::new(rules);
    let class = class(&rules, 0, LogSource::default());
    let part = part(&rules, &class, values);
    let twin = twin::holds(&rules, &condition, &twin::fields(&rules, &part, 0));
    assert_eq!(twin, holds, "twin: {test:?} on {values:?}");
    let mut matcher = Engine::new(rules).matcher();
    let mut hits = Vec::new();
    for round in 0..2 {
        matcher.matches(std::slice::from_ref(&part), &mut hits);
        assert_eq!(hits.len() == 1, holds, "engine, round {round}: {test:?} on {values:?}");
    }
}

#[test]
fn text_is_compared_without_case_and_anchored() {
    for (pattern, value, holds) in [
        ("cmd.exe", "CMD.exe", true),
        ("cmd.exe", "cmd.exe ", false),
        ("*\\cmd.exe", "C:\\Windows\\CMD.EXE", true),
        ("*\\cmd.exe", "cmd.exe", false),
        ("c:\\*", "C:\\x", true),
        ("*a*", "bAb", true),
        ("*a*b*", "xbxaxb", true),
        ("*a*b*", "xbxa", false),
        ("a?c", "aéc", true),
        ("a?c", "ac", false),
        ("*", "", true),
        ("", "", true),
        ("", "x", false),
        ("?*", "", false),
        ("*éa*", "xÉAx", true),
        ("*straße*", "STRAßE", true),
        ("*k*", "\u{212A}", true),
        ("οδος", "ΟΔΟΣ", true),
        ("i\u{307}", "İ", true),
    ] {
        check(text(pattern), &[("A", Raw::text(value))], holds);
    }
}

#[test]
fn cased_text_is_compared_as_written() {
    use watchbell_rules::{Piece, TextPattern};
    let test = Test::Text(TextPattern::new([Piece::Many, Piece::Literal("Cmd".into()), Piece::Many], true));
    check(test.clone(), &[("A", Raw::text("xCmdx"))], true);
    check(test, &[("A", Raw::text("xcmdx"))], false);
}

#[test]
fn values_are_read_in_every_spelling() {
    check(text("a\"\\b"), &[("A", raw(Kind::JsonText, br#"a\"\\B"#))], true);
    check(text("*\u{e9}"), &[("A", raw(Kind::JsonText, br"x\u00c9"))], true);
    check(text("4688"), &[("A", raw(Kind::Unsigned, &[0x50, 0x12]))], true);
    check(text("0x1f"), &[("A", raw(Kind::Hex, &[0x1f, 0, 0, 0]))], true);
    check(text("true"), &[("A", raw(Kind::JsonScalar, b"true"))], true);
    check(text("ab"), &[("A", raw(Kind::Utf16, &[b'A', 0, b'b', 0]))], true);
    check(text("b"), &[("A", raw(Kind::Utf16List, &[b'a', 0, 0, 0, b'B', 0, 0, 0]))], true);
    check(text("*\u{fffd}*"), &[("A", raw(Kind::Text, b"a\xffb"))], true);
}

#[test]
fn any_value_of_a_list_will_do() {
    let list = raw(Kind::JsonTree, br#"["x",["Y",7],{"k":"v"}]"#);
    check(text("y"), &[("A", list)], true);
    check(text("v"), &[("A", list)], false);
    check(text("*v*"), &[("A", list)], true);
    check(Test::Number { compare: Compare::Greater, value: Number::Integer(6) }, &[("A", list)], true);
    check(text("y"), &[("A", Raw::text("x")), ("A", Raw::text("y"))], true);
    check(text("z"), &[("A", Raw::text("x")), ("A", Raw::text("y"))], false);
}

#[test]
fn keywords_look_at_every_text_and_number_within() {
    let tree = raw(Kind::JsonTree, br#"{"a":[{"b":"Evil one"},3,true,null]}"#);
    check_on("", text("*evil*"), &[("", tree)], true);
    check_on("", text("3"), &[("", tree)], true);
    check_on("", text("true"), &[("", tree)], false);
    check_on("", text("*b*"), &[("", tree)], false);
}

#[test]
fn null_is_missing_or_null_and_nothing_else() {
    for (values, null, exists) in [
        (vec![], true, false),
        (vec![("A", Raw::NULL)], true, true),
        (vec![("A", Raw::text(""))], false, true),
        (vec![("A", raw(Kind::JsonTree, b"[null]"))], true, true),
        (vec![("A", raw(Kind::JsonTree, b"[]"))], false, true),
    ] {
        check(Test::Null, &values, null);
        check(Test::Exists(true), &values, exists);
        check(Test::Exists(false), &values, !exists);
    }
    check(text("*"), &[("A", Raw::NULL)], false);
    check(text(""), &[], false);
}

#[test]
fn numbers_are_compared_with_numbers_written_as_text() {
    for (value, compare, number, holds) in [
        ("5", Compare::Equal, Number::Integer(5), true),
        ("5.0", Compare::Equal, Number::Integer(5), true),
        ("05", Compare::Equal, Number::Integer(5), true),
        ("5", Compare::Less, Number::Float(5.5), true),
        ("-1", Compare::LessOrEqual, Number::Integer(-1), true),
        ("0x5", Compare::Equal, Number::Integer(5), false),
        ("five", Compare::GreaterOrEqual, Number::Integer(0), false),
        ("", Compare::Less, Number::Integer(9), false),
        ("nan", Compare::Less, Number::Integer(9), false),
        ("18446744073709551615", Compare::Greater, Number::Integer(i64::MAX), true),
    ] {
        check(Test::Number { compare, value: number }, &[("A", Raw::text(value))], holds);
    }
}

#[test]
fn addresses_are_read_from_text() {
    for (net, value, holds) in [
        ("10.0.0.0/8", "10.1.2.3", true),
        ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("10.0.0.0/8", "11.1.2.3", false),
        ("fe80::/10", "fe80:0:0:0:0:0:0:1", true),
        ("fe80::/10", "no", false),
    ] {
        check(Test::Cidr(net.parse().expect("a network")), &[("A", Raw::text(value))], holds);
    }
}

#[test]
fn regular_expressions_are_searched_and_keep_case() {
    check(Test::Regex { pattern: "a+b".into() }, &[("A", Raw::text("xaabx"))], true);
    check(Test::Regex { pattern: "a+b".into() }, &[("A", Raw::text("xAABx"))], false);
    check(Test::Regex { pattern: "(?i)a+b".into() }, &[("A", Raw::text("xAABx"))], true);
}

#[test]
fn fields_refer_to_each_other() {
    let both = |a, b| [("A", Raw::text(a)), ("B", Raw::text(b))];
    for (how, cased, a, b, holds) in [
        (How::Equals, false, "x", "X", true),
        (How::Equals, true, "x", "X", false),
        (How::Contains, false, "axb", "X", true),
        (How::StartsWith, false, "xb", "X", true),
        (How::EndsWith, false, "xb", "X", false),
    ] {
        let mut rules = Ruleset::default();
        let other = rules.fields.intern("B");
        check(Test::FieldRef { other, how, cased }, &both(a, b), holds);
    }
    let mut rules = Ruleset::default();
    let other = rules.fields.intern("B");
    check(Test::FieldRef { other, how: How::Equals, cased: false }, &[("A", Raw::text("a"))], false);
}

#[test]
fn parts_of_a_time_are_taken_in_utc() {
    for (part, value) in [(TimePart::Minute, 51), (TimePart::Hour, 23), (TimePart::Day, 22), (TimePart::Week, 39), (TimePart::Month, 9), (TimePart::Year, 2020)]
    {
        check(Test::TimePart { part, compare: Compare::Equal, value }, &[("A", Raw::text("2020-09-23T00:51:01+01:00"))], true);
    }
    check(Test::TimePart { part: TimePart::Hour, compare: Compare::Less, value: 99 }, &[("A", Raw::text("noon"))], false);
}
