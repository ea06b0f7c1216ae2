//! What a test means on one value: text, numbers, addresses, parts of a time. Every fast path comes down to this file.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::net::IpAddr;
use watchbell_model::{Kind, Raw, Timestamp, Value};
use watchbell_rules::{Compare, How, Number, Piece, TextPattern, TimePart};

/// One value of a field: nothing, or text. A number is its text, as the record writes it.
pub type Leaf<'a> = Option<Cow<'a, str>>;

/// Gives `each` the values that a raw value stands for, until it says `true`. A list stands for its elements, an object
/// for its JSON; where `deep`, both stand for every text and number within (keywords).
pub fn any_leaf(raw: &Raw<'_>, deep: bool, each: &mut dyn FnMut(Leaf<'_>) -> bool) -> bool {
    match raw.kind {
        Kind::Null => each(None),
        Kind::JsonTree => match serde_json::from_slice::<Value>(raw.bytes) {
            Ok(tree) if deep => any_deep(&tree, each),
            Ok(tree) => any_element(&tree, each),
            Err(_) => each(Some(text(raw))),
        },
        Kind::Utf16List => {
            let list = serde_json::from_str::<Vec<String>>(&raw.to_text()).unwrap_or_default();
            list.into_iter().any(|item| each(Some(Cow::Owned(item))))
        }
        _ => each(Some(text(raw))),
    }
}

fn any_element(tree: &Value, each: &mut dyn FnMut(Leaf<'_>) -> bool) -> bool {
    match tree {
        Value::Array(items) => items.iter().any(|item| any_element(item, each)),
        Value::Null => each(None),
        Value::String(text) => each(Some(Cow::Borrowed(text))),
        other => each(Some(Cow::Owned(other.to_string()))),
    }
}

fn any_deep(tree: &Value, each: &mut dyn FnMut(Leaf<'_>) -> bool) -> bool {
    match tree {
        Value::Array(items) => items.iter().any(|item| any_deep(item, each)),
        Value::Object(map) => map.values().any(|item| any_deep(item, each)),
        Value::String(text) => each(Some(Cow::Borrowed(text))),
        Value::Number(number) => each(Some(Cow::Owned(number.to_string()))),
        Value::Bool(_) | Value::Null => false,
    }
}

/// The text of a value that is neither null nor a list.
pub fn text<'a>(raw: &Raw<'a>) -> Cow<'a, str> {
    match raw.kind {
        Kind::Text | Kind::JsonScalar => String::from_utf8_lossy(raw.bytes),
        Kind::JsonText if memchr::memchr(b'\\', raw.bytes).is_none() => String::from_utf8_lossy(raw.bytes),
        _ => Cow::Owned(raw.to_text()),
    }
}

/// Text as patterns that are not cased compare it: each character in lower case by itself, both of Greek's small sigmas alike.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect())
}

/// A pattern's literals as they meet [`folded`] text.
pub fn folded_pieces(pattern: &TextPattern) -> Vec<Piece> {
    let fold = |piece: &Piece| match piece {
        Piece::Literal(text) if !pattern.cased => Piece::Literal(folded(text).into_owned()),
        other => other.clone(),
    };
    pattern.pieces.iter().map(fold).collect()
}

/// Whether pieces cover the whole of `text`. Steps back to the last `*` only, so the time is bounded by the product of the lengths.
pub fn covers(pieces: &[Piece], text: &str) -> bool {
    let (mut at, mut rest, mut retry) = (0, text, None);
    loop {
        let step = match pieces.get(at) {
            None if rest.is_empty() => return true,
            None => None,
            Some(Piece::Many) => {
                retry = Some((at + 1, rest));
                at += 1;
                continue;
            }
            Some(Piece::One) => skip_char(rest),
            Some(Piece::Literal(literal)) => rest.strip_prefix(literal.as_str()),
        };
        match (step, retry) {
            (Some(after), _) => (at, rest) = (at + 1, after),
            (None, None) => return false,
            (None, Some((piece, from))) => {
                let Some(next) = next_try(&pieces[piece..], from) else { return false };
                retry = Some((piece, next));
                (at, rest) = (piece, next);
            }
        }
    }
}

/// Where the pieces after a `*` may begin, after `from`.
fn next_try<'a>(pieces: &[Piece], from: &'a str) -> Option<&'a str> {
    let next = skip_char(from)?;
    match pieces {
        [Piece::Literal(literal)] => next.ends_with(literal.as_str()).then(|| &next[next.len() - literal.len()..]),
        [Piece::Literal(literal), ..] => memchr::memmem::find(next.as_bytes(), literal.as_bytes()).map(|at| &next[at..]),
        _ => Some(next),
    }
}

fn skip_char(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    chars.next().map(|_| chars.as_str())
}

/// The number that a text is, if it is one: decimal, with or without a fraction. Hexadecimal is text.
pub fn number(text: &str) -> Option<Number> {
    let numeric = |b: u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
    if text.is_empty() || text.len() > 64 || !text.bytes().all(numeric) {
        return None;
    }
    match text.parse() {
        Ok(integer) => Some(Number::Integer(integer)),
        Err(_) => text.parse().ok().filter(|x: &f64| x.is_finite()).map(Number::Float),
    }
}

pub fn compares(left: Number, compare: Compare, right: Number) -> bool {
    let order = match (left, right) {
        (Number::Integer(a), Number::Integer(b)) => Some(a.cmp(&b)),
        (a, b) => float(a).partial_cmp(&float(b)),
    };
    order.is_some_and(|order| ordered(order, compare))
}

fn float(number: Number) -> f64 {
    match number {
        Number::Integer(n) => n as f64,
        Number::Float(x) => x,
    }
}

fn ordered(order: Ordering, compare: Compare) -> bool {
    match compare {
        Compare::Equal => order.is_eq(),
        Compare::Less => order.is_lt(),
        Compare::LessOrEqual => order.is_le(),
        Compare::Greater => order.is_gt(),
        Compare::GreaterOrEqual => order.is_ge(),
    }
}

/// The address that a text is; an IPv4 address inside IPv6 is the IPv4 address.
pub fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok().map(|address: IpAddr| address.to_canonical())
}

pub fn time_part(text: &str, part: TimePart) -> Option<i64> {
    let time = Timestamp::parse(text, &jiff::tz::TimeZone::UTC)?;
    let civil = jiff::tz::TimeZone::UTC.to_datetime(jiff::Timestamp::from_second(time.seconds()).ok()?);
    Some(match part {
        TimePart::Minute => i64::from(civil.minute()),
        TimePart::Hour => i64::from(civil.hour()),
        TimePart::Day => i64::from(civil.day()),
        TimePart::Week => i64::from(civil.date().iso_week_date().week()),
        TimePart::Month => i64::from(civil.month()),
        TimePart::Year => i64::from(civil.year()),
    })
}

/// Whether one field's value refers to another's.
pub fn refers(value: &str, how: How, other: &str, cased: bool) -> bool {
    if cased {
        return related(value, how, other);
    }
    related(&folded(value), how, &folded(other))
}

fn related(value: &str, how: How, other: &str) -> bool {
    match how {
        How::Equals => value == other,
        How::Contains => memchr::memmem::find(value.as_bytes(), other.as_bytes()).is_some(),
        How::StartsWith => value.starts_with(other),
        How::EndsWith => value.ends_with(other),
    }
}
