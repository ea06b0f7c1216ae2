//! The slow twin: conditions read off a map of fields, as plainly as they can be written, to hold the fast way against.

use regex::Regex;
use std::collections::BTreeMap;
use std::net::IpAddr;
use watchbell_model::{FieldId, Part, Raw, Timestamp, Value};
use watchbell_rules::{Compare, Condition, How, Number, Piece, Predicate, Ruleset, Test, TextPattern, TimePart};

/// The fields of one view as documents, by name; keywords under the empty name.
pub type Fields = BTreeMap<String, Vec<Value>>;

/// The fields that rules ask for, of one view.
pub fn fields(rules: &Ruleset, part: &Part<'_, '_>, view: usize) -> Fields {
    let ids = std::iter::once(FieldId::KEYWORDS).chain(rules.fields.iter().map(|(id, _)| id));
    let named = ids.map(|id| (rules.fields.name(id).to_owned(), part.values(view, id).map(document).collect::<Vec<_>>()));
    named.filter(|(_, values)| !values.is_empty()).collect()
}

/// A raw value as a document.
fn document(raw: Raw<'_>) -> Value {
    use watchbell_model::Kind;
    match raw.kind {
        Kind::Null => Value::Null,
        Kind::JsonTree | Kind::Utf16List => serde_json::from_str(&raw.to_text()).unwrap_or_else(|_| Value::String(raw.to_text())),
        _ => Value::String(raw.to_text()),
    }
}

pub fn holds(rules: &Ruleset, condition: &Condition, fields: &Fields) -> bool {
    match condition {
        Condition::All(all) => all.iter().all(|c| holds(rules, c, fields)),
        Condition::Any(any) => any.iter().any(|c| holds(rules, c, fields)),
        Condition::Not(not) => !holds(rules, not, fields),
        Condition::Is(id) => asks(rules, &rules.predicates[id.0 as usize], fields),
    }
}

pub fn asks(rules: &Ruleset, predicate: &Predicate, fields: &Fields) -> bool {
    let name = rules.fields.name(predicate.field);
    let there = fields.get(name);
    let leaves = |field: &str| fields.get(field).map(|values| values.iter().flat_map(|v| leaves(v, field.is_empty())).collect::<Vec<_>>()).unwrap_or_default();
    match &predicate.test {
        Test::Exists(wanted) => there.is_some() == *wanted,
        Test::Null => there.is_none() || leaves(name).contains(&None),
        Test::FieldRef { other, how, cased } => {
            let others = leaves(rules.fields.name(*other));
            leaves(name).iter().flatten().any(|a| others.iter().flatten().any(|b| refers(a, *how, b, *cased)))
        }
        test => leaves(name).iter().flatten().any(|text| leaf(test, text)),
    }
}

/// A list's elements; of keywords every text and number. `None` is null.
fn leaves(value: &Value, deep: bool) -> Vec<Option<String>> {
    match value {
        Value::Array(items) => items.iter().flat_map(|item| leaves(item, deep)).collect(),
        Value::Object(map) if deep => map.values().flat_map(|item| leaves(item, deep)).flatten().map(Some).collect(),
        Value::String(text) => vec![Some(text.clone())],
        Value::Null => vec![None],
        Value::Bool(_) if deep => Vec::new(),
        other => vec![Some(other.to_string())],
    }
}

fn leaf(test: &Test, text: &str) -> bool {
    match test {
        Test::Text(pattern) => pattern_holds(pattern, text),
        Test::Regex { pattern } => Regex::new(pattern).is_ok_and(|regex| regex.is_match(text)),
        Test::Cidr(net) => text.parse().is_ok_and(|address: IpAddr| net.contains(&address.to_canonical())),
        Test::Number { compare, value } => number(text).is_some_and(|n| compares(n, *compare, *value)),
        Test::TimePart { part, compare, value } => time_part(text, *part).is_some_and(|n| compares(Number::Integer(n), *compare, Number::Integer(*value))),
        Test::Null | Test::Exists(_) | Test::FieldRef { .. } => false,
    }
}

/// A regular expression made of the pattern, so that no line of it is shared with the fast way.
fn pattern_holds(pattern: &TextPattern, text: &str) -> bool {
    let lower = |text: &str| if pattern.cased { text.to_owned() } else { lower(text) };
    let piece = |piece: &Piece| match piece {
        Piece::Literal(text) => regex::escape(&lower(text)),
        Piece::Many => ".*".to_owned(),
        Piece::One => ".".to_owned(),
    };
    let whole: String = pattern.pieces.iter().map(piece).collect();
    Regex::new(&format!("(?s)\\A{whole}\\z")).is_ok_and(|regex| regex.is_match(&lower(text)))
}

fn lower(text: &str) -> String {
    text.chars().map(|c| c.to_lowercase().to_string()).collect::<String>().replace('ς', "σ")
}

fn number(text: &str) -> Option<Number> {
    let decimal = Regex::new(r"\A[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\z").ok()?;
    if text.len() > 64 || !decimal.is_match(text) {
        return None;
    }
    text.parse().map(Number::Integer).ok().or_else(|| text.parse().ok().filter(|x: &f64| x.is_finite()).map(Number::Float))
}

fn compares(a: Number, compare: Compare, b: Number) -> bool {
    let float = |n| {
        if let Number::Integer(n) = n {
            n as f64
        } else if let Number::Float(x) = n {
            x
        } else {
            f64::NAN
        }
    };
    let order = match (a, b) {
        (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(&b)),
        (a, b) => float(a).partial_cmp(&float(b)),
    };
    order.is_some_and(|order| match compare {
        Compare::Equal => order.is_eq(),
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    })
}

fn time_part(text: &str, part: TimePart) -> Option<i64> {
    let time = Timestamp::parse(text, &jiff::tz::TimeZone::UTC)?;
    let second = jiff::Timestamp::from_second(time.seconds()).ok()?;
    let directive = match part {
        TimePart::Minute => "%M",
        TimePart::Hour => "%H",
        TimePart::Day => "%d",
        TimePart::Week => "%V",
        TimePart::Month => "%m",
        TimePart::Year => "%Y",
    };
    jiff::tz::TimeZone::UTC.to_datetime(second).strftime(directive).to_string().parse().ok()
}

fn refers(value: &str, how: How, other: &str, cased: bool) -> bool {
    let (value, other) = if cased { (value.to_owned(), other.to_owned()) } else { (lower(value), lower(other)) };
    match how {
        How::Equals => value == other,
        How::Contains => value.contains(&other),
        How::StartsWith => value.starts_with(&other),
        How::EndsWith => value.ends_with(&other),
    }
}
