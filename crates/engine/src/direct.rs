//! Predicates asked one by one of a part, without a plan: for rules on demand, for explanations, and for what a value alone cannot tell.

use crate::value::{Leaf, address, any_leaf, compares, covers, folded, folded_pieces, number, refers, time_part};
use regex::{Regex, RegexBuilder};
use std::borrow::Cow;
use std::sync::OnceLock;
use watchbell_model::{FieldId, Part};
use watchbell_rules::{Compare, Condition, Number, Piece, Predicate, PredicateId, Ruleset, Test};

/// Bytes that one compiled regular expression may take.
const REGEX_LIMIT: usize = 4 << 20;

/// What a predicate needs made ready, made on first use.
#[derive(Default)]
pub struct Ready {
    regex: OnceLock<Option<Regex>>,
    pieces: OnceLock<Vec<Piece>>,
}

/// All predicates of a ruleset, to be asked one by one.
pub struct Direct(Vec<Ready>);

impl Direct {
    pub fn new(rules: &Ruleset) -> Self {
        Self(rules.predicates.iter().map(|_| Ready::default()).collect())
    }

    pub fn condition(&self, rules: &Ruleset, condition: &Condition, part: &Part<'_, '_>, view: usize) -> bool {
        match condition {
            Condition::All(all) => all.iter().all(|c| self.condition(rules, c, part, view)),
            Condition::Any(any) => any.iter().any(|c| self.condition(rules, c, part, view)),
            Condition::Not(not) => !self.condition(rules, not, part, view),
            Condition::Is(id) => self.predicate(rules, *id, part, view),
        }
    }

    pub fn predicate(&self, rules: &Ruleset, id: PredicateId, part: &Part<'_, '_>, view: usize) -> bool {
        let predicate = &rules.predicates[id.0 as usize];
        match &predicate.test {
            Test::Null => is_null(part, view, predicate.field),
            Test::Exists(wanted) => part.values(view, predicate.field).next().is_some() == *wanted,
            Test::FieldRef { other, how, cased } => any(part, view, predicate.field, &mut |a| any(part, view, *other, &mut |b| refers(a, *how, b, *cased))),
            _ => any(part, view, predicate.field, &mut |text| self.leaf(id, predicate, text)),
        }
    }

    /// Whether a test that looks at nothing but text holds for this one.
    pub fn leaf(&self, id: PredicateId, predicate: &Predicate, text: &str) -> bool {
        let ready = &self.0[id.0 as usize];
        match &predicate.test {
            Test::Text(pattern) => {
                let pieces = ready.pieces.get_or_init(|| folded_pieces(pattern));
                covers(pieces, &if pattern.cased { Cow::Borrowed(text) } else { folded(text) })
            }
            Test::Regex { pattern } => ready.regex.get_or_init(|| compile(pattern)).as_ref().is_some_and(|regex| regex.is_match(text)),
            Test::Cidr(net) => address(text).is_some_and(|address| net.contains(&address)),
            Test::Number { compare, value } => number(text).is_some_and(|n| compares(n, *compare, *value)),
            Test::TimePart { part, compare, value } => time_part(text, *part).is_some_and(|n| equals(n, *compare, *value)),
            Test::Null | Test::Exists(_) | Test::FieldRef { .. } => false,
        }
    }
}

/// The rules room has tried every pattern; one that does not compile here (too large) never holds.
fn compile(pattern: &str) -> Option<Regex> {
    RegexBuilder::new(pattern).size_limit(REGEX_LIMIT).dfa_size_limit(REGEX_LIMIT).build().ok()
}

fn equals(n: i64, compare: Compare, value: i64) -> bool {
    compares(Number::Integer(n), compare, Number::Integer(value))
}

fn is_null(part: &Part<'_, '_>, view: usize, field: FieldId) -> bool {
    let mut missing = true;
    let null = part.values(view, field).any(|raw| {
        missing = false;
        any_leaf(&raw, field == FieldId::KEYWORDS, &mut |leaf: Leaf<'_>| leaf.is_none())
    });
    null || missing
}

/// Whether any text of the field is as asked.
fn any(part: &Part<'_, '_>, view: usize, field: FieldId, ask: &mut dyn FnMut(&str) -> bool) -> bool {
    let deep = field == FieldId::KEYWORDS;
    part.values(view, field).any(|raw| any_leaf(&raw, deep, &mut |leaf| leaf.is_some_and(|text| ask(&text))))
}
