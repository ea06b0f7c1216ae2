//! The fast way and its twin agree: on events made from each rule's own predicates, on those broken by one change, and on random rules.

use crate::event::{class, part, rule};
use crate::forge::{Dice, Made, event, mutated};
use proptest::prelude::*;
use std::sync::Arc;
use watchbell_engine::{Engine, Hit, Matcher, twin};
use watchbell_model::{Class, LogSource, Raw};
use watchbell_rules::{Compare, Condition, How, Number, Piece, Predicate, PredicateId, RuleId, Ruleset, Test, TextPattern, TimePart};

/// Asks both ways of one event.
fn both(rules: &Ruleset, matcher: &mut Matcher, class: &Class, made: &Made) -> (Vec<u32>, Vec<u32>) {
    let values: Vec<(&str, Raw<'_>)> = made.iter().map(|(field, value)| (field.as_str(), value.as_deref().map_or(Raw::NULL, Raw::text))).collect();
    let part = part(rules, class, &values);
    let fields = twin::fields(rules, &part, 0);
    let slow = (0..rules.rules.len() as u32).filter(|n| twin::holds(rules, &rules.rules[*n as usize].condition, &fields)).collect();
    let mut hits = Vec::new();
    matcher.matches(std::slice::from_ref(&part), &mut hits);
    for hit in &hits {
        assert!(matcher.holds(hit.rule, &part, hit.view as usize), "asked alone, {hit:?} does not hold for {made:?}");
    }
    (slow, hits.iter().map(|Hit { rule: RuleId(n), .. }| *n).collect())
}

/// Events from every rule; gives how many rules held for the event made for them, and how many of those one change broke.
fn compare(rules: Ruleset, seed: u64) -> (usize, usize) {
    let rules = Arc::new(rules);
    let class = class(&rules, 0, LogSource::default());
    let mut matcher = Engine::new(Arc::clone(&rules)).matcher();
    let mut dice = Dice(seed);
    let (mut held, mut broken) = (0, 0);
    for (number, rule) in rules.rules.iter().enumerate() {
        let tries: Vec<Made> = (0..8).map(|_| event(&rules, &rule.condition, &mut dice)).collect();
        let mut holding = None;
        for made in tries {
            let (slow, fast) = both(&rules, &mut matcher, &class, &made);
            assert_eq!(slow, fast, "for {made:?}");
            if slow.contains(&(number as u32)) {
                holding = Some(made);
            }
        }
        let Some(made) = holding else { continue };
        held += 1;
        let changes: Vec<Made> = (0..8).map(|_| mutated(&made, &mut dice)).collect();
        let mut broke = false;
        for changed in changes {
            let (slow, fast) = both(&rules, &mut matcher, &class, &changed);
            assert_eq!(slow, fast, "for {changed:?}");
            broke |= !slow.contains(&(number as u32));
        }
        broken += usize::from(broke);
    }
    (held, broken)
}

fn literal() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[abAB\\\\./ -]{1,4}",
        3 => "[abk]{4,9}",
        1 => "[a-c]{7,20}",
        1 => "[aéÉKkſsσςΣİ]{1,5}",
    ]
}

fn text_pattern() -> impl Strategy<Value = TextPattern> {
    let piece = prop_oneof![4 => literal().prop_map(Piece::Literal), 3 => Just(Piece::Many), 1 => Just(Piece::One)];
    (prop::collection::vec(piece, 0..5), prop::bool::weighted(0.2)).prop_map(|(pieces, cased)| TextPattern::new(pieces, cased))
}

fn regular() -> impl Strategy<Value = Test> {
    let atom = prop_oneof![literal().prop_map(|l| regex::escape(&l)), Just("[a-c]".to_owned()), Just(".".to_owned()), Just("\\\\".to_owned())];
    let part = (atom, prop_oneof![4 => Just(""), 1 => Just("+"), 1 => Just("*"), 1 => Just("?"), 1 => Just("{2}")]).prop_map(|(a, r)| format!("(?:{a}){r}"));
    let row = prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat());
    (prop::collection::vec(row, 1..3), prop::bool::ANY).prop_map(|(rows, cased)| {
        let flag = if cased { "" } else { "(?i)" };
        Test::Regex { pattern: format!("{flag}(?:{})", rows.join("|")) }
    })
}

fn compare_kind() -> impl Strategy<Value = Compare> {
    prop_oneof![Just(Compare::Equal), Just(Compare::Less), Just(Compare::LessOrEqual), Just(Compare::Greater), Just(Compare::GreaterOrEqual)]
}

fn test(fields: &Ruleset) -> impl Strategy<Value = Test> + use<> {
    let other = fields.fields.get("f0").expect("made");
    let how = prop_oneof![Just(How::Equals), Just(How::Contains), Just(How::StartsWith), Just(How::EndsWith)];
    prop_oneof![
        10 => text_pattern().prop_map(Test::Text),
        3 => regular(),
        1 => prop_oneof![Just("10.0.0.0/8"), Just("fe80::/10")].prop_map(|net| Test::Cidr(net.parse().expect("a network"))),
        1 => (compare_kind(), -2_i64..3).prop_map(|(compare, n)| Test::Number { compare, value: Number::Integer(n) }),
        1 => (compare_kind(), -2_i64..3).prop_map(|(compare, n)| Test::Number { compare, value: Number::Float(n as f64 / 2.0) }),
        1 => Just(Test::Null),
        1 => prop::bool::ANY.prop_map(Test::Exists),
        1 => (how, prop::bool::ANY).prop_map(move |(how, cased)| Test::FieldRef { other, how, cased }),
        1 => (compare_kind(), 0_i64..24).prop_map(|(compare, value)| Test::TimePart { part: TimePart::Hour, compare, value }),
    ]
}

fn condition(predicates: usize) -> impl Strategy<Value = Condition> {
    let leaf = (0..predicates as u32).prop_map(|id| Condition::Is(PredicateId(id)));
    leaf.prop_recursive(3, 16, 4, |inner| {
        let parts = prop::collection::vec(inner.clone(), 0..4);
        prop_oneof![3 => parts.clone().prop_map(Condition::All), 3 => parts.prop_map(Condition::Any), 1 => inner.prop_map(|c| Condition::Not(Box::new(c)))]
    })
}

fn ruleset() -> impl Strategy<Value = Ruleset> {
    let mut fields = Ruleset::default();
    for n in 0..3 {
        fields.fields.intern(&format!("f{n}"));
    }
    let predicates = prop::collection::vec((0_u32..4, test(&fields)), 8..24);
    (predicates, prop::collection::vec(condition(8), 1..12)).prop_map(move |(predicates, conditions)| {
        let mut rules = Ruleset::default();
        rules.fields.clone_from(&fields.fields);
        rules.predicates = predicates.into_iter().map(|(field, test)| Predicate { field: watchbell_model::FieldId(field), test }).collect();
        for condition in conditions {
            rule(&mut rules, LogSource::default(), condition);
        }
        rules
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_rules_agree(rules in ruleset(), seed in any::<u64>()) {
        compare(rules, seed);
    }

    #[test]
    fn random_values_agree(rules in ruleset(), values in prop::collection::vec(prop::option::weighted(0.8, "[abkAB\\\\./ éÉKſςΣİ0-9:-]{0,24}"), 4)) {
        let rules = Arc::new(rules);
        let class = class(&rules, 0, LogSource::default());
        let mut matcher = Engine::new(Arc::clone(&rules)).matcher();
        let made: Made = ["", "f0", "f1", "f2"].iter().zip(values).filter_map(|(field, value)| Some(((*field).to_owned(), Some(value?)))).collect();
        let (slow, fast) = both(&rules, &mut matcher, &class, &made);
        prop_assert_eq!(slow, fast);
    }
}
