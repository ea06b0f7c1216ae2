//! Events and rules made by hand, for tests.

use std::sync::Arc;
use watchbell_model::{Class, FieldId, LogSource, Part, PathId, Raw, Slots, View};
use watchbell_rules::{About, Condition, Piece, Predicate, PredicateId, Rule, Ruleset, Test, TextPattern};

/// A pattern as Sigma writes it, `*` and `?` and no escapes.
pub fn pattern(text: &str) -> TextPattern {
    let piece = |c: char| match c {
        '*' => Piece::Many,
        '?' => Piece::One,
        c => Piece::Literal(c.to_string()),
    };
    TextPattern::new(text.chars().map(piece), false)
}

pub fn text(text: &str) -> Test {
    Test::Text(pattern(text))
}

/// Adds a predicate.
pub fn predicate(rules: &mut Ruleset, field: &str, test: Test) -> Condition {
    let predicate = Predicate { field: rules.fields.intern(field), test };
    let known = rules.predicates.iter().position(|p| *p == predicate);
    let id = known.unwrap_or(rules.predicates.len());
    if known.is_none() {
        rules.predicates.push(predicate);
    }
    Condition::Is(PredicateId(id as u32))
}

/// Adds a rule of any log source.
pub fn rule(rules: &mut Ruleset, source: LogSource, condition: Condition) {
    let about = Arc::new(About { title: format!("rule {}", rules.rules.len()), ..About::default() });
    rules.rules.push(Rule { about, source, condition, selections: Vec::new(), on_demand: false });
}

/// A class of one view with a path for each field, the path's number being the field's.
pub fn class(rules: &Ruleset, number: u32, source: LogSource) -> Class {
    let ids = std::iter::once(FieldId::KEYWORDS).chain(rules.fields.iter().map(|(id, _)| id));
    let paths = Arc::new(ids.map(|id| (id, vec![PathId(id.0)])).collect());
    Class { number, views: vec![View { source, paths, ..View::default() }] }
}

/// A part of the class, with these values.
pub fn part<'s, 'a>(rules: &Ruleset, class: &'s Class, values: &[(&str, Raw<'a>)]) -> Part<'s, 'a> {
    let mut slots = Slots::new(rules.fields.len());
    for (field, value) in values {
        if let Some(id) = rules.fields.get(field) {
            slots.push(PathId(id.0), *value);
        }
    }
    Part { class, slots }
}
