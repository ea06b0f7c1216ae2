//! The simple form of a search, `host=dc1 user=bob last=2h schtasks -"known good"`, as SQL.

use crate::{
    columns::{COLUMNS, Kind},
    error::Error,
};
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write;

const MAX_BYTES: usize = 8192;
const MAX_TERMS: usize = 64;

/// Terms all hold: a word or "some words" stand anywhere in the record; `name=value` and `name!=value` ask a column or a field of
/// the event, with `*` for anything; `-` before a term turns it round; `last=2h` (or m, d), `from=`, `to=` set the time.
pub fn form(text: &str, now: i64, limit: usize) -> Result<String, Error> {
    let terms = terms(text)?;
    let mut conditions = Vec::new();
    for term in &terms {
        conditions.push(condition(term, now)?);
    }
    let mut sql = "SELECT id, time, host, user, product, categories, service, event_code, raw FROM events".to_owned();
    if !conditions.is_empty() {
        let _ = write!(sql, " WHERE {}", conditions.join(" AND "));
    }
    let _ = write!(sql, " ORDER BY time DESC LIMIT {limit}");
    Ok(sql)
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    at: usize,
    not: bool,
    /// `None`: the text stands anywhere.
    name: Option<String>,
    value: String,
}

fn terms(text: &str) -> Result<Vec<Term>, Error> {
    if text.len() > MAX_BYTES {
        return Err(wrong(MAX_BYTES, "this is too long for a simple search"));
    }
    let mut rest = text.trim_start();
    let mut terms = Vec::new();
    while !rest.is_empty() {
        let at = text[..text.len() - rest.len()].chars().count() + 1;
        let (term, after) = term(rest, at)?;
        terms.push(term);
        rest = after.trim_start();
        if terms.len() > MAX_TERMS {
            return Err(wrong(at, "too many terms"));
        }
    }
    Ok(terms)
}

fn term(text: &str, at: usize) -> Result<(Term, &str), Error> {
    let (not, text) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let named = text.find(|letter: char| !(letter.is_alphanumeric() || "_.@-".contains(letter))).filter(|end| *end > 0);
    let (name, not, text) = match named.map(|end| text.split_at(end)) {
        Some((name, rest)) if rest.starts_with("!=") => (Some(name.to_owned()), !not, &rest[2..]),
        Some((name, rest)) if rest.starts_with('=') => (Some(name.to_owned()), not, &rest[1..]),
        _ => (None, not, text),
    };
    let (value, rest) = value(text, at)?;
    if value.is_empty() {
        return Err(wrong(at, "a value is missing; nothing at all is written as name!=*"));
    }
    Ok((Term { at, not, name, value }, rest))
}

/// Up to the next space, or between quotes, where `\"` is a quote.
fn value(text: &str, at: usize) -> Result<(String, &str), Error> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (value, rest) = text.split_at(text.find(char::is_whitespace).unwrap_or(text.len()));
        return Ok((value.to_owned(), rest));
    };
    let mut from = 0;
    while let Some(end) = quoted[from..].find('"').map(|end| from + end) {
        if !quoted[..end].ends_with('\\') {
            return Ok((quoted[..end].replace("\\\"", "\""), &quoted[end + 1..]));
        }
        from = end + 1;
    }
    Err(wrong(at, "the quote is not closed"))
}

fn condition(term: &Term, now: i64) -> Result<String, Error> {
    let Some(name) = &term.name else {
        let has = format!("has({})", quote(&term.value));
        return Ok(if term.not { format!("NOT {has}") } else { has });
    };
    let condition = match name.as_str() {
        "last" => format!("time >= {}", instant(before(&term.value, now).ok_or_else(|| wrong(term.at, "write last=30m, last=6h or last=7d"))?)),
        "from" => format!("time >= {}", instant(point(term)?)),
        "to" => format!("time < {}", instant(point(term)?)),
        _ => named(term, name)?,
    };
    Ok(if term.not { format!("({condition}) IS NOT TRUE") } else { condition })
}

fn named(term: &Term, name: &str) -> Result<String, Error> {
    let value = &term.value;
    let column = COLUMNS.iter().find(|column| column.name == name);
    Ok(match (name, column.map(|column| column.kind)) {
        (_, Some(Kind::Counter | Kind::Number)) => {
            let number: i64 = value.parse().map_err(|_| wrong(term.at, "this column holds numbers"))?;
            format!("{name} = {number}")
        }
        ("id", _) if value.len() == 32 && value.bytes().all(|b| b.is_ascii_hexdigit()) => format!("id = arrow_cast(X'{value}', 'FixedSizeBinary(16)')"),
        ("id" | "dated" | "received" | "time" | "raw" | "fields", _) => return Err(wrong(term.at, "this column cannot be asked like this; SQL can")),
        ("categories", _) => format!("',' || categories || ',' LIKE {}", quote(&format!("%,{},%", like(value)))),
        ("host", _) => text("host", &value.to_lowercase(), "LIKE"),
        ("user", _) => insensitive("user", value),
        (_, Some(_)) => text(name, value, "LIKE"),
        (_, None) => insensitive(&format!("field({})", quote(name)), value),
    })
}

fn text(what: &str, value: &str, operator: &str) -> String {
    match value {
        "*" => format!("{what} IS NOT NULL"),
        _ if value.contains('*') => format!("{what} {operator} {}", quote(&like(value))),
        _ => format!("{what} = {}", quote(value)),
    }
}

fn insensitive(what: &str, value: &str) -> String {
    if value == "*" { format!("{what} IS NOT NULL") } else { format!("{what} ILIKE {}", quote(&like(value))) }
}

/// A pattern of `LIKE`, with `*` for anything and all else as it stands.
pub(crate) fn like(value: &str) -> String {
    value.chars().fold(String::new(), |mut pattern, letter| {
        match letter {
            '*' => pattern.push('%'),
            '%' | '_' | '\\' => pattern.extend(['\\', letter]),
            _ => pattern.push(letter),
        }
        pattern
    })
}

fn quote(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn instant(nanos: i64) -> String {
    let at = Timestamp::from_nanosecond(i128::from(nanos)).unwrap_or_default();
    format!("TIMESTAMP '{at}'")
}

fn before(value: &str, now: i64) -> Option<i64> {
    let (number, unit) = value.split_at(value.len().checked_sub(1).filter(|at| value.is_char_boundary(*at))?);
    let number: i64 = number.parse().ok()?;
    let hours = match unit {
        "m" => return now.checked_sub(number.checked_mul(60_000_000_000)?),
        "h" => number,
        "d" => number.checked_mul(24)?,
        _ => return None,
    };
    now.checked_sub(i64::try_from(SignedDuration::try_from_hours(hours)?.as_nanos()).ok()?)
}

fn point(term: &Term) -> Result<i64, Error> {
    let day = format!("{}T00:00:00Z", term.value);
    let zoned = format!("{}Z", term.value);
    let time: Option<Timestamp> = [&term.value, &zoned, &day].into_iter().find_map(|text| text.parse().ok());
    let nanos = time.and_then(|time| i64::try_from(time.as_nanosecond()).ok());
    nanos.ok_or_else(|| wrong(term.at, "write a time as 2026-11-25T03:00:00Z or 2026-11-25"))
}

fn wrong(at: usize, message: &str) -> Error {
    Error::Form { at, message: message.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let sql = form(text, 7_200_000_000_000, 5).unwrap_or_else(|error| error.to_string());
        let sql = sql
            .replace("SELECT id, time, host, user, product, categories, service, event_code, raw FROM events", "")
            .replace(" ORDER BY time DESC LIMIT 5", "");
        assert_eq!(sql.trim_start_matches(" WHERE "), expected, "{text}");
    }

    #[test]
    fn terms_become_conditions() {
        check("", "");
        check("schtasks", "has('schtasks')");
        check("-\"it's \\\"good\\\"\"", "NOT has('it''s \"good\"')");
        check("host=DC1 pid=4", "host = 'dc1' AND pid = 4");
        check("host=dc*", "host LIKE 'dc%'");
        check("user!=bob", "(user ILIKE 'bob') IS NOT TRUE");
        check("CommandLine=\"*C:\\a_b*\"", "field('CommandLine') ILIKE '%C:\\\\a\\_b%'");
        check("service=*", "service IS NOT NULL");
        check("categories=process_creation", "',' || categories || ',' LIKE '%,process\\_creation,%'");
        check("last=1h", "time >= TIMESTAMP '1970-01-01T01:00:00Z'");
        check("from=2026-11-25 to=2026-11-25T03:00:00", "time >= TIMESTAMP '2026-11-25T00:00:00Z' AND time < TIMESTAMP '2026-11-25T03:00:00Z'");
        check("C:\\Temp", "has('C:\\Temp')");
        check("id=00112233445566778899aabbccddeeff", "id = arrow_cast(X'00112233445566778899aabbccddeeff', 'FixedSizeBinary(16)')");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        check("a pid=x", "at character 3: this column holds numbers");
        check("a \"b", "at character 3: the quote is not closed");
        check("last=soon", "at character 1: write last=30m, last=6h or last=7d");
        check("last=9999999999999999d", "at character 1: write last=30m, last=6h or last=7d");
        check("raw=x", "at character 1: this column cannot be asked like this; SQL can");
        check("host=", "at character 1: a value is missing; nothing at all is written as name!=*");
    }
}
