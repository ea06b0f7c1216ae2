//! Rules against another engine for Sigma; where it answers otherwise, the sentence of the specification that decides.

use crate::event::class;
use rsigma_eval::event::JsonEvent;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_engine::Engine;
use watchbell_model::{FieldId, Kind, Part, PathId, Raw, Slots, Value};
use watchbell_rules::{Loader, Ruleset};

fn document(detection: &str) -> String {
    format!("title: x\nlogsource:\n    category: test\ndetection:\n    s:\n{detection}\n    condition: s\n")
}

fn ours(text: &str, event: &str) -> bool {
    let mut loader = Loader::new();
    loader.add_text("x.yml", text);
    let (rules, diagnostics) = loader.finish();
    assert_eq!(rules.rules.len(), 1, "{text}: {diagnostics:?}");
    let rules = Arc::new(rules);
    let class = class(&rules, 0, rules.rules[0].source.clone());
    let values = values(event);
    let part = Part { class: &class, slots: slots(&rules, event, &values) };
    let mut hits = Vec::new();
    Engine::new(rules).matcher().matches(&[part], &mut hits);
    hits.len() == 1
}

/// The record's fields as raw JSON, by name; all of it under the keywords.
fn slots<'a>(rules: &Ruleset, event: &'a str, values: &'a [(String, String)]) -> Slots<'a> {
    let mut slots = Slots::new(rules.fields.len());
    slots.push(PathId(FieldId::KEYWORDS.0), Raw { kind: Kind::JsonTree, bytes: event.as_bytes() });
    for (id, value) in values.iter().filter_map(|(name, value)| Some((rules.fields.get(name)?, value.as_bytes()))) {
        let (kind, bytes) = match value {
            [b'"', inner @ .., b'"'] => (Kind::JsonText, inner),
            [b'[' | b'{', ..] => (Kind::JsonTree, value),
            b"null" => (Kind::Null, &[][..]),
            _ => (Kind::JsonScalar, value),
        };
        slots.push(PathId(id.0), Raw { kind, bytes });
    }
    slots
}

fn values(event: &str) -> Vec<(String, String)> {
    let fields: BTreeMap<String, Value> = serde_json::from_str(event).expect("an event");
    fields.into_iter().map(|(name, value)| (name, value.to_string())).collect()
}

fn theirs(text: &str, event: &str) -> bool {
    let mut engine = rsigma_eval::Engine::new();
    engine.add_collection(&rsigma_parser::parse_sigma_yaml(text).expect("a rule")).expect("compiles");
    let event: Value = serde_json::from_str(event).expect("an event");
    !engine.evaluate(&JsonEvent::borrow(&event)).is_empty()
}

/// Checks our answer, and whether the other engine gives it too.
fn check(detection: &str, event: &str, holds: bool, agrees: bool) {
    let text = document(detection);
    assert_eq!(ours(&text, event), holds, "ours: {detection} on {event}");
    assert_eq!(theirs(&text, event) == holds, agrees, "theirs: {detection} on {event}");
}

#[test]
fn both_engines_agree() {
    for (detection, event, holds) in [
        ("        A: 'cmd.exe'", r#"{"A":"CMD.exe"}"#, true),
        ("        A|endswith: '\\cmd.exe'", r#"{"A":"C:\\x\\CMD.exe"}"#, true),
        ("        A|contains|all: ['a', 'b']", r#"{"A":"xBxA"}"#, true),
        ("        A|contains|all: ['a', 'b']", r#"{"A":"xB"}"#, false),
        ("        A|re: 'a+b'", r#"{"A":"xaab"}"#, true),
        ("        A|re|i: 'a+b'", r#"{"A":"xAAB"}"#, true),
        ("        A|cidr: '10.0.0.0/8'", r#"{"A":"10.2.3.4"}"#, true),
        ("        A: null", r#"{"A":null}"#, true),
        ("        A: null", r#"{"B":1}"#, true),
        ("        A: null", r#"{"A":""}"#, false),
        ("        A: ''", r#"{"A":""}"#, true),
        ("        A|exists: true", r#"{"A":"x"}"#, true),
        ("        A|exists: false", r#"{"B":"x"}"#, true),
        ("        A|gte: 5", r#"{"A":"7"}"#, true),
        ("        A|lt: 5", r#"{"A":7}"#, false),
        ("        A: 7", r#"{"A":7}"#, true),
        ("        A: 7", r#"{"A":"7"}"#, true),
        ("        A: 'b'", r#"{"A":["a","B"]}"#, true),
        ("        A|fieldref: B", r#"{"A":"x","B":"x"}"#, true),
        ("        A|cased: 'Ab'", r#"{"A":"ab"}"#, false),
        ("        A: 'a?c*'", r#"{"A":"aXcd"}"#, true),
        ("        A|windash|contains: ' -e '", r#"{"A":"x /e y"}"#, true),
        ("        - 'evil'\n        - 'worse'", r#"{"X":{"Y":["so EVIL"]}}"#, true),
        ("        - 'evil'", r#"{"X":"good"}"#, false),
    ] {
        check(detection, event, holds, true);
    }
}

#[test]
fn the_specification_decides() {
    for (detection, event, holds) in [
        // cidr: "the field contains an IP address inside the network"; an IPv4 address mapped into IPv6 is that address.
        ("        A|cidr: '10.0.0.0/8'", r#"{"A":"::ffff:10.1.2.3"}"#, true),
        // A plain value is compared as text unless a modifier asks for numbers: `07` and `7.0` are not `7`.
        ("        A: 7", r#"{"A":"07"}"#, false),
        ("        A: 7", r#"{"A":7.0}"#, false),
        // exists: "the field exists in the event"; that it is null is asked with `null`.
        ("        A|exists: true", r#"{"A":null}"#, true),
        ("        A|exists: false", r#"{"A":null}"#, false),
        // Fields with several values hold if one of them does: null among them, too.
        ("        A: null", r#"{"A":[null]}"#, true),
        // What is no list is one value; of an object it is its text.
        ("        A|contains: 'v'", r#"{"A":{"k":"v"}}"#, true),
        // Keywords are searched in the whole record: numbers are part of it.
        ("        - '3'", r#"{"X":3}"#, true),
        // fieldref compares values: two fields that have none are not equal, and of several one will do.
        ("        A|fieldref: B", r#"{"A":null,"B":null}"#, false),
        ("        A|fieldref: B", r#"{"A":["y","x"],"B":["x"]}"#, true),
    ] {
        check(detection, event, holds, false);
    }
}
