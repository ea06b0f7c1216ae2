//! Texts of rules as patterns: wildcards and their escapes.

use crate::ir::{How, Test};
use crate::text::{Piece, TextPattern, folded};
use rsigma_parser::{SigmaString, SpecialChar, StringPart};

/// `*` and `?` are wildcards; a backslash before `*`, `?` or another backslash takes its meaning away.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    if !text.contains(['*', '?', '\\']) {
        return literal(text.to_owned());
    }
    let part = |part| match part {
        StringPart::Plain(text) => Piece::Literal(text),
        StringPart::Special(SpecialChar::WildcardMulti) => Piece::Many,
        StringPart::Special(SpecialChar::WildcardSingle) => Piece::One,
    };
    SigmaString::new(text).parts.into_iter().map(part).collect()
}

/// A text without wildcards and escapes, as most are.
pub(super) fn simple(text: &str, how: How, cased: bool) -> Option<Test> {
    if text.is_empty() || text.contains(['*', '?']) || text.contains(r"\\") {
        return None;
    }
    let literal = Piece::Literal(if cased { text.to_owned() } else { folded(text).into_owned() });
    let pieces = match how {
        How::Equals => vec![literal],
        How::Contains => vec![Piece::Many, literal, Piece::Many],
        How::StartsWith => vec![literal, Piece::Many],
        How::EndsWith => vec![Piece::Many, literal],
    };
    Some(Test::Text(TextPattern { pieces, cased }))
}

pub(super) fn literal(text: String) -> Vec<Piece> {
    if text.is_empty() { Vec::new() } else { vec![Piece::Literal(text)] }
}

/// The text, if there is no wildcard in it.
pub(super) fn plain(pieces: &[Piece]) -> Option<String> {
    let texts = pieces.iter().map(|piece| if let Piece::Literal(text) = piece { Some(text.as_str()) } else { None });
    texts.collect()
}

pub(super) fn test(pieces: Vec<Piece>, how: How, cased: bool) -> Test {
    let before = matches!(how, How::Contains | How::EndsWith).then_some(Piece::Many);
    let after = matches!(how, How::Contains | How::StartsWith).then_some(Piece::Many);
    Test::Text(TextPattern::new(before.into_iter().chain(pieces).chain(after), cased))
}
