//! Predicates and conditions in words, for explanations and for tests.

use crate::ir::{Compare, Condition, How, Number, Predicate, Ruleset, Test, TimePart};
use crate::text::{Form, Piece, TextPattern};
use watchbell_model::FieldId;

impl Ruleset {
    /// A condition in one line of words.
    pub fn words(&self, condition: &Condition) -> String {
        match condition {
            Condition::Is(id) => predicate_words(self, &self.predicates[id.0 as usize]),
            Condition::Not(inner) => format!("not {}", self.words(inner)),
            Condition::All(parts) if parts.is_empty() => "always".to_owned(),
            Condition::Any(parts) if parts.is_empty() => "never".to_owned(),
            Condition::All(parts) => format!("({})", parts.iter().map(|part| self.words(part)).collect::<Vec<_>>().join(" and ")),
            Condition::Any(parts) => format!("({})", parts.iter().map(|part| self.words(part)).collect::<Vec<_>>().join(" or ")),
        }
    }
}

pub(crate) fn condition_word(condition: &Condition) -> &'static str {
    match condition {
        Condition::All(_) => "all of",
        Condition::Any(_) => "any of",
        Condition::Not(_) => "not",
        Condition::Is(_) => "is",
    }
}

pub fn predicate_words(set: &Ruleset, predicate: &Predicate) -> String {
    format!("{} {}", field_words(set, predicate.field), test_words(set, &predicate.test))
}

pub(crate) fn field_words(set: &Ruleset, field: FieldId) -> String {
    if field == FieldId::KEYWORDS { "the record".to_owned() } else { set.fields.name(field).to_owned() }
}

pub(crate) fn test_words(set: &Ruleset, test: &Test) -> String {
    match test {
        Test::Text(pattern) => pattern_words(pattern),
        Test::Regex { pattern } => format!("matches /{pattern}/"),
        Test::Cidr(net) => format!("is in {net}"),
        Test::Number { compare, value: Number::Integer(n) } => format!("{} {n}", compare_word(*compare)),
        Test::Number { compare, value: Number::Float(x) } => format!("{} {x}", compare_word(*compare)),
        Test::Null => "is null".to_owned(),
        Test::Exists(true) => "is there".to_owned(),
        Test::Exists(false) => "is not there".to_owned(),
        Test::FieldRef { other, how, cased } => format!("{} the field {}{}", how_word(*how), set.fields.name(*other), cased_word(*cased)),
        Test::TimePart { part, compare, value } => format!("has {} {} {value}", part_word(*part), compare_word(*compare)),
    }
}

fn pattern_words(pattern: &TextPattern) -> String {
    let cased = cased_word(pattern.cased);
    match pattern.form() {
        Form::Equals(text) => format!("is {}{cased}", quoted(text)),
        Form::StartsWith(text) => format!("starts with {}{cased}", quoted(text)),
        Form::EndsWith(text) => format!("ends with {}{cased}", quoted(text)),
        Form::Contains(text) => format!("contains {}{cased}", quoted(text)),
        Form::Anything => "is anything".to_owned(),
        Form::Other => format!("is like {}{cased}", quoted(&written(&pattern.pieces))),
    }
}

/// A pattern as a rule would write it.
fn written(pieces: &[Piece]) -> String {
    let escaped = |text: &str| text.replace('\\', r"\\").replace('*', r"\*").replace('?', r"\?");
    let part = |piece: &Piece| match piece {
        Piece::Literal(text) => escaped(text),
        Piece::Many => "*".to_owned(),
        Piece::One => "?".to_owned(),
    };
    pieces.iter().map(part).collect()
}

/// Text between quotes, cut where it is long, control characters made visible.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 200;
    let mut shown: String = text.chars().take(SHOWN).flat_map(|c| if c.is_control() { c.escape_default().collect::<Vec<_>>() } else { vec![c] }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    format!("'{shown}'")
}

fn cased_word(cased: bool) -> &'static str {
    if cased { " (cased)" } else { "" }
}

fn how_word(how: How) -> &'static str {
    match how {
        How::Equals => "is",
        How::Contains => "contains",
        How::StartsWith => "starts with",
        How::EndsWith => "ends with",
    }
}

fn compare_word(compare: Compare) -> &'static str {
    match compare {
        Compare::Equal => "=",
        Compare::Less => "<",
        Compare::LessOrEqual => "<=",
        Compare::Greater => ">",
        Compare::GreaterOrEqual => ">=",
    }
}

fn part_word(part: TimePart) -> &'static str {
    match part {
        TimePart::Minute => "minute",
        TimePart::Hour => "hour",
        TimePart::Day => "day",
        TimePart::Week => "week",
        TimePart::Month => "month",
        TimePart::Year => "year",
    }
}
