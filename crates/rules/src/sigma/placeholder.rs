//! Placeholders: `%name%` in a value with the modifier `expand` stands for every value of a list.

use super::pattern;
use super::yaml::{At, Flaw, short};
use crate::text::Piece;
use std::collections::BTreeMap;

/// Values that one value may become, and their length in all.
pub(super) const MAX_VALUES: usize = 10_000;
const MAX_LENGTH: usize = 1 << 20;

/// Values of `%name%` in rules with the modifier `expand`.
#[derive(Clone, Debug, Default)]
pub struct Placeholders {
    pub lists: BTreeMap<String, Vec<String>>,
    /// Whether a name that is not among them is an error; else it is a warning, and stands for no value.
    pub required: bool,
}

/// A part of a text with placeholders.
enum Part<'a> {
    Text(&'a str),
    Name(&'a str),
}

/// Every value that `pieces` stand for. A list's values may hold wildcards.
pub(super) fn expand(pieces: &[Piece], at: At, placeholders: &Placeholders) -> Result<Vec<Vec<Piece>>, Flaw> {
    let mut values: Vec<Vec<Piece>> = vec![Vec::new()];
    for piece in pieces {
        let Piece::Literal(text) = piece else {
            for value in &mut values {
                value.push(piece.clone());
            }
            continue;
        };
        for part in parts(text) {
            match part {
                Part::Text(text) => values.iter_mut().for_each(|value| value.push(Piece::Literal(text.to_owned()))),
                Part::Name(name) => values = product(&values, list(name, at, placeholders)?, at)?,
            }
        }
    }
    Ok(values)
}

/// The same for a text that is no pattern (a regular expression): the list's values are put in as `escape` writes them.
pub(super) fn expand_text(text: &str, at: At, placeholders: &Placeholders, escape: fn(&str) -> String) -> Result<Vec<String>, Flaw> {
    let mut values = vec![String::new()];
    for part in parts(text) {
        match part {
            Part::Text(text) => values.iter_mut().for_each(|value| value.push_str(text)),
            Part::Name(name) => {
                let list = list(name, at, placeholders)?;
                bound(values.len(), values.iter().map(String::len).sum(), list, at)?;
                values = values.iter().flat_map(|value| list.iter().map(move |new| format!("{value}{}", escape(new)))).collect();
            }
        }
    }
    Ok(values)
}

fn product(values: &[Vec<Piece>], list: &[String], at: At) -> Result<Vec<Vec<Piece>>, Flaw> {
    bound(values.len(), values.iter().map(|value| length(value)).sum(), list, at)?;
    let list: Vec<Vec<Piece>> = list.iter().map(|text| pattern::pieces(text)).collect();
    Ok(values.iter().flat_map(|value| list.iter().map(move |new| [value.as_slice(), new.as_slice()].concat())).collect())
}

/// Refuses what would become too many or too long values.
fn bound(values: usize, length: usize, list: &[String], at: At) -> Result<(), Flaw> {
    let added: usize = list.iter().map(String::len).sum();
    let whole = length.saturating_mul(list.len()).saturating_add(added.saturating_mul(values));
    if values.saturating_mul(list.len()) <= MAX_VALUES && whole <= MAX_LENGTH {
        return Ok(());
    }
    Err(Flaw::new("sigma/too-large", at, "the placeholders make too many or too long values of this one"))
}

/// As many copies of a value as are not too long together.
pub(super) fn most(pieces: &[Piece]) -> usize {
    (MAX_LENGTH / length(pieces).max(1)).min(MAX_VALUES)
}

fn length(pieces: &[Piece]) -> usize {
    pieces.iter().map(|piece| if let Piece::Literal(text) = piece { text.len() } else { 1 }).sum()
}

fn list<'a>(name: &str, at: At, placeholders: &'a Placeholders) -> Result<&'a [String], Flaw> {
    let found = placeholders.lists.get(name).map(Vec::as_slice);
    found.ok_or_else(|| Flaw::new("sigma/placeholder", at, format!("nothing says what `%{}%` stands for", short(name))))
}

/// Cuts at `%name%`. A `%` that begins no name, or stands behind a backslash, is text.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(start) = text[at..].find('%').map(|i| at + i) {
        if text[from..start].ends_with('\\') {
            parts.push(Part::Text(&text[from..start - 1]));
            (from, at) = (start, start + 1);
            continue;
        }
        let name = text[start + 1..].split(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c)).next().unwrap_or_default();
        let end = start + 1 + name.len();
        if name.is_empty() || !text[end..].starts_with('%') {
            at = start + 1;
            continue;
        }
        parts.extend([Part::Text(&text[from..start]), Part::Name(name)]);
        from = end + 1;
        at = from;
    }
    parts.push(Part::Text(&text[from..]));
    parts
}
