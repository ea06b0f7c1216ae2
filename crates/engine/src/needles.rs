//! Literals that a text must hold, one of them at least, for a pattern to hold: by which costly tests are kept from most texts.

use crate::value::folded;
use regex_syntax::hir::{Class, Hir, HirKind};
use watchbell_rules::{Piece, Test};

/// Alternatives that are worth asking for.
const MOST: usize = 24;
/// Literals shorter than this say too little.
const SHORTEST: usize = 2;

/// Literals in lower case; empty where none is necessary.
pub fn needles(test: &Test) -> Vec<String> {
    match test {
        Test::Text(pattern) => {
            let literals = pattern.pieces.iter().filter_map(|piece| if let Piece::Literal(text) = piece { Some(folded(text).into_owned()) } else { None });
            literals.max_by_key(String::len).into_iter().collect()
        }
        Test::Regex { pattern } => regex_syntax::parse(pattern).map(|hir| Found::of(&hir).needed()).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// What is known of the texts that a part of a regular expression covers, ASCII letters in lower case.
enum Found {
    /// It covers one of these, whole.
    Exactly(Vec<String>),
    /// It covers something with one of these in it.
    Within(Vec<String>),
    Nothing,
}

impl Found {
    fn of(hir: &Hir) -> Self {
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::Exactly(vec![String::new()]),
            HirKind::Literal(literal) => std::str::from_utf8(&literal.0).map_or(Self::Nothing, |text| Self::Exactly(vec![folded(text).into_owned()])),
            HirKind::Class(class) => one_letter(class).map_or(Self::Nothing, |letter| Self::Exactly(vec![letter.to_string()])),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) if repetition.min > 0 => Self::within(Self::of(&repetition.sub).needed()),
            HirKind::Repetition(_) => Self::Nothing,
            HirKind::Concat(parts) => Self::row(parts),
            HirKind::Alternation(parts) => Self::choice(parts),
        }
    }

    fn within(needles: Vec<String>) -> Self {
        if needles.is_empty() { Self::Nothing } else { Self::Within(needles) }
    }

    /// Parts one after another: runs of exact ones are joined, and the best of what each gives is needed.
    fn row(parts: &[Hir]) -> Self {
        let mut runs: Vec<Vec<String>> = vec![vec![String::new()]];
        let mut exact = true;
        for part in parts {
            match Self::of(part) {
                Self::Exactly(texts) if texts.len() * runs.last().map_or(0, Vec::len) <= MOST => {
                    let run = runs.last_mut().expect("never empty");
                    *run = run.iter().flat_map(|head| texts.iter().map(move |tail| format!("{head}{tail}"))).collect();
                }
                other => {
                    exact = false;
                    runs.push(other.needed());
                    runs.push(vec![String::new()]);
                }
            }
        }
        match runs.pop() {
            Some(run) if exact => Self::Exactly(run),
            last => Self::within(runs.into_iter().chain(last).max_by_key(|run| worth(run)).filter(|run| worth(run) > 0).unwrap_or_default()),
        }
    }

    fn choice(parts: &[Hir]) -> Self {
        let found: Vec<Self> = parts.iter().map(Self::of).collect();
        let exact = found.iter().all(|f| matches!(f, Self::Exactly(_)));
        let mut all = Vec::new();
        for one in found {
            let needed = if let Self::Exactly(texts) = one { texts } else { one.needed() };
            if needed.is_empty() {
                return Self::Nothing;
            }
            all.extend(needed);
        }
        match all.len() <= MOST {
            true if exact => Self::Exactly(all),
            true => Self::within(all),
            false => Self::Nothing,
        }
    }

    /// The literals one of which is needed; none if that says too little.
    fn needed(self) -> Vec<String> {
        match self {
            Self::Exactly(texts) | Self::Within(texts) if worth(&texts) > 0 => texts,
            _ => Vec::new(),
        }
    }
}

/// How much a set of alternatives tells: the length of the shortest, a little less for each further one.
fn worth(alternatives: &[String]) -> usize {
    let shortest = alternatives.iter().map(String::len).min().unwrap_or(0);
    if shortest < SHORTEST || alternatives.len() > MOST { 0 } else { 100 * shortest.min(8) - alternatives.len() }
}

/// The letter (or other ASCII character) that is all of a class, its case and its foreign likenesses (`K`, `ſ`) aside.
fn one_letter(class: &Class) -> Option<char> {
    let ranges: Vec<(char, char)> = match class {
        Class::Unicode(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
        Class::Bytes(class) => class.iter().map(|range| (char::from(range.start()), char::from(range.end()))).collect(),
    };
    let single = ranges.iter().all(|(start, end)| start == end);
    let mut letters = ranges.iter().map(|(c, _)| c.to_ascii_lowercase()).filter(char::is_ascii);
    let first = letters.next()?;
    let foreign = |c: char| c.is_ascii() || matches!(c, '\u{212A}' | '\u{17F}');
    (single && letters.all(|c| c == first) && ranges.iter().all(|(c, _)| foreign(*c))).then_some(first)
}
