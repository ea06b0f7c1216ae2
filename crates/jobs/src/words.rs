//! Schedules in plain words: durations, times of day, days, months, lists.

/// `2020-09-22T00:50:00` as its date and its time of day (seconds only where they matter).
pub fn date_and_time(boundary: &str) -> (&str, String) {
    let (date, rest) = boundary.split_once(['T', ' ']).unwrap_or((boundary, ""));
    let end = rest.find(['Z', '+', '-', '.']).unwrap_or(rest.len());
    let clock = rest[..end].strip_suffix(":00").filter(|c| c.contains(':')).unwrap_or(&rest[..end]);
    let zone = rest.find(['Z', '+', '-']).map_or("", |at| &rest[at..]);
    (date, format!("{clock}{}{}", if zone.is_empty() { "" } else { " " }, if zone == "Z" { "UTC" } else { zone }))
}

/// `PT1H30M` as `1 hour 30 minutes`; what is no such duration stays as it is.
pub fn duration(iso: &str) -> String {
    let parts = parts_of(iso).unwrap_or_default();
    if parts.is_empty() { iso.to_owned() } else { parts.iter().map(|(n, unit)| count(*n, unit)).collect::<Vec<_>>().join(" ") }
}

/// `every 15 minutes`, `every day`.
pub fn every(number: u64, unit: &str) -> String {
    if number == 1 { format!("every {unit}") } else { format!("every {number} {unit}s") }
}

/// `1 hour`, `2 hours`.
pub fn count(number: u64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// `every 15 minutes` out of `PT15M`.
pub fn every_duration(iso: &str) -> String {
    match parts_of(iso).as_deref() {
        Some([(number, unit)]) => every(*number, unit),
        _ => format!("every {}", duration(iso)),
    }
}

/// Puts the pieces of a phrase behind each other.
pub fn append(phrase: &mut String, pieces: &[&str]) {
    phrase.extend(pieces.iter().copied());
}

/// `a, b and c`.
pub fn list<S: AsRef<str>>(items: &[S]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [before @ .., last] => format!("{} and {}", before.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(", "), last.as_ref()),
    }
}

fn parts_of(iso: &str) -> Option<Vec<(u64, &'static str)>> {
    let mut rest = iso.strip_prefix('P')?;
    let mut clock = false;
    let mut parts = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('T') {
            (clock, rest) = (true, after);
            continue;
        }
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let number = rest[..end].parse().ok()?;
        parts.push((number, unit(*rest.as_bytes().get(end)?, clock)?));
        rest = &rest[end + 1..];
    }
    parts.retain(|(n, _)| *n > 0);
    Some(parts.into_iter().map(|(n, unit)| larger(n, unit)).collect())
}

/// `120 minutes` are two hours.
fn larger(number: u64, unit: &'static str) -> (u64, &'static str) {
    match unit {
        "second" if number.is_multiple_of(60) => larger(number / 60, "minute"),
        "minute" if number.is_multiple_of(60) => (number / 60, "hour"),
        _ => (number, unit),
    }
}

fn unit(letter: u8, clock: bool) -> Option<&'static str> {
    Some(match (letter, clock) {
        (b'Y', false) => "year",
        (b'M', false) => "month",
        (b'W', false) => "week",
        (b'D', false) => "day",
        (b'H', true) => "hour",
        (b'M', true) => "minute",
        (b'S', true) => "second",
        _ => return None,
    })
}

/// `1 hour 30 minutes` out of seconds.
pub fn duration_of(seconds: u64) -> String {
    let parts = [("day", seconds / 86_400), ("hour", seconds / 3600 % 24), ("minute", seconds / 60 % 60), ("second", seconds % 60)];
    parts.into_iter().filter(|(_, n)| *n > 0).map(|(unit, n)| count(n, unit)).collect::<Vec<_>>().join(" ")
}
