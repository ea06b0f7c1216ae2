//! Single values as a description wants them: durations, versions, UUIDs, words.

use super::shape::Shape;
use serde_json::{Value, json};

/// The value of `text`; `None` if it is not what `shape` wants.
pub(crate) fn read(shape: &Shape, text: &str) -> Option<Value> {
    match shape {
        Shape::Text => Some(json!(text)),
        Shape::Uuid => is_uuid(text).then(|| json!(text.to_ascii_lowercase())),
        Shape::Version => is_version(text).then(|| json!(text)),
        Shape::Date => text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10).map(|_| json!(text)),
        Shape::Duration => duration(text).map(|seconds| json!(seconds)),
        Shape::Integer { least, most } => text.parse().ok().filter(|n: &i64| (least..=most).contains(&n)).map(|n| json!(n)),
        Shape::Number => text.parse().ok().filter(|x: &f64| x.is_finite()).map(|x| json!(x)),
        Shape::Switch => switch(text).map(|on| json!(on)),
        Shape::Word(words) => words.iter().find(|w| w.word == text).map(|w| json!(w.word)),
        _ => None,
    }
}

/// Seconds of `30s`, `5m`, `1h`, `1d`, `2w`, or of several units in falling order (`15h45m50s`); from one second to a year.
pub fn duration(text: &str) -> Option<u64> {
    const YEAR: u64 = 366 * 86_400;
    let (mut seconds, mut last) = (0_u64, u64::MAX);
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let (number, unit) = part.split_at_checked(part.len().checked_sub(1)?)?;
        let unit = unit_seconds(unit).filter(|unit| *unit < last)?;
        seconds = seconds.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        last = unit;
    }
    (1..=YEAR).contains(&seconds).then_some(seconds)
}

fn unit_seconds(unit: &str) -> Option<u64> {
    match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        "w" => Some(7 * 86_400),
        _ => None,
    }
}

/// A random UUID as RFC 9562 writes it: version 4, variant 10.
pub fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    let lengths = groups.iter().map(|g| g.len()).eq([8, 4, 4, 4, 12]);
    lengths
        && groups.iter().all(|g| g.bytes().all(|b| b.is_ascii_hexdigit()))
        && groups[2].starts_with('4')
        && groups[3].starts_with(['8', '9', 'a', 'b', 'A', 'B'])
}

/// `1.2.3`, with an optional `-pre.1`.
fn is_version(text: &str) -> bool {
    let (core, pre) = text.split_once('-').map_or((text, None), |(core, pre)| (core, Some(pre)));
    let number = |n: &str| !n.is_empty() && n.len() < 10 && n.bytes().all(|b| b.is_ascii_digit()) && (n == "0" || !n.starts_with('0'));
    let word = |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    core.split('.').count() == 3 && core.split('.').all(number) && pre.is_none_or(|pre| pre.split('.').all(word))
}

fn switch(text: &str) -> Option<bool> {
    match text {
        "on" | "true" => Some(true),
        "off" | "false" => Some(false),
        _ => None,
    }
}
