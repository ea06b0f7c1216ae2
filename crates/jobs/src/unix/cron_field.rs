//! The five fields of a cron schedule in plain words.

use crate::words::{every, list};

const MONTHS: &[&str] = &["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS: &[&str] = &["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Whether a word can be a field of a schedule.
pub fn is_field(word: &str) -> bool {
    let first = word.bytes().next();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'*' | b'/' | b',' | b'-' | b'?' | b'L' | b'W' | b'#' | b'~' | b'H');
    !word.is_empty()
        && word.len() <= 256
        && word.bytes().all(allowed)
        && first.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'*' | b'?' | b'H' | b'~') || is_name(word))
}

fn is_name(word: &str) -> bool {
    let parts = word.split([',', '-', '/', '#']);
    parts
        .filter(|p| !p.is_empty())
        .all(|p| p == "*" || p == "L" || p.bytes().all(|b| b.is_ascii_digit()) || named(p, MONTHS).is_some() || named(p, DAYS).is_some())
}

/// The five fields as one phrase.
pub fn in_words(fields: [&str; 5]) -> String {
    let [minute, hour, day, month, weekday] = fields;
    let (time, on_its_own) = time(minute, hour);
    let days = days(day, weekday);
    let months = if free(month) { String::new() } else { format!(" in {}", field(month, |m| named_or_number(m, MONTHS, 1))) };
    if !on_its_own && days.is_empty() && months.is_empty() {
        return format!("daily {time}");
    }
    format!("{time}{days}{months}")
}

/// The time of day, and whether it says by itself that it comes again.
fn time(minute: &str, hour: &str) -> (String, bool) {
    match (single(minute), step(minute), single(hour), step(hour)) {
        (Some(m), _, _, _) if moments(hour).is_some() => (clock_times(m, moments(hour).unwrap_or_default()), false),
        (Some(0), _, None, _) if free(hour) => ("every hour".to_owned(), true),
        (Some(m), _, None, _) if free(hour) => (format!("every hour at minute {m}"), true),
        (Some(0), _, _, Some(n)) => (every(n, "hour"), true),
        (Some(m), _, _, Some(n)) => (format!("{} at minute {m}", every(n, "hour")), true),
        (_, Some(n), _, _) => (format!("{}{}", every(n, "minute"), hours(hour)), true),
        _ if free(minute) => (format!("every minute{}", hours(hour)), true),
        _ => (format!("at minutes {}{}", field(minute, str::to_owned), hours(hour)), true),
    }
}

fn clock_times(minute: u64, hours: Vec<u64>) -> String {
    let times: Vec<String> = hours.into_iter().map(|h| format!("{h:02}:{minute:02}")).collect();
    format!("at {}", list(&times))
}

/// The hours, where they are a few plain numbers.
fn moments(hour: &str) -> Option<Vec<u64>> {
    let hours: Option<Vec<u64>> = hour.split(',').map(single).collect();
    hours.filter(|h| h.len() <= 6)
}

fn hours(hour: &str) -> String {
    if free(hour) { String::new() } else { format!(" of the hours {}", field(hour, str::to_owned)) }
}

fn days(day: &str, weekday: &str) -> String {
    let of_month = (!free(day)).then(|| match step(day) {
        Some(n) => every(n, "day"),
        None => format!("on day {}", field(day, |d| if d == "L" { "last".to_owned() } else { d.to_owned() })),
    });
    let of_week = (!free(weekday)).then(|| format!("on {}", field(weekday, |d| named_or_number(d, DAYS, 0))));
    let parts: Vec<String> = [of_month, of_week].into_iter().flatten().collect();
    if parts.is_empty() { String::new() } else { format!(" {}", parts.join(" or ")) }
}

/// A list of numbers, names, ranges and steps.
fn field(text: &str, name: impl Fn(&str) -> String) -> String {
    let parts: Vec<String> = text.split(',').take(64).map(|part| element(part, &name)).collect();
    list(&parts)
}

fn element(part: &str, name: &impl Fn(&str) -> String) -> String {
    let (range, step) = part.split_once('/').map_or((part, None), |(r, s)| (r, Some(s)));
    let range = match range.split_once('-') {
        Some((from, to)) => format!("{} to {}", name(from), name(to)),
        None if range == "*" => "all".to_owned(),
        None => name(range),
    };
    step.map_or_else(|| range.clone(), |s| format!("{range} by steps of {s}"))
}

fn free(field: &str) -> bool {
    matches!(field, "*" | "?" | "*/1")
}

fn single(field: &str) -> Option<u64> {
    field.parse().ok().filter(|_| field.bytes().all(|b| b.is_ascii_digit()))
}

fn step(field: &str) -> Option<u64> {
    field.strip_prefix("*/").or_else(|| field.strip_prefix("0/")).or_else(|| field.strip_prefix("0-59/")).and_then(single).filter(|n| *n > 0)
}

fn named<'t>(word: &str, table: &[&'t str]) -> Option<&'t str> {
    let short = word.get(..3)?;
    table.iter().find(|full| full[..3].eq_ignore_ascii_case(short) && full.get(..word.len()).is_some_and(|f| f.eq_ignore_ascii_case(word))).copied()
}

fn named_or_number(word: &str, table: &[&str], first: usize) -> String {
    let number = single(word).and_then(|n| usize::try_from(n).ok()).and_then(|n| n.checked_sub(first)).and_then(|n| table.get(n).copied());
    number.or_else(|| named(word, table)).unwrap_or(word).to_owned()
}
