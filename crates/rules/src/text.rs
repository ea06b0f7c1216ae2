//! Text patterns: literals and wildcards, anchored at both ends, in one normal form so that equal ones are equal.

use std::borrow::Cow;

/// Anchored at both ends. Without `cased`, texts are compared as [`folded`] writes them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TextPattern {
    pub pieces: Vec<Piece>,
    pub cased: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Never empty, never beside another literal; [`folded`] unless the pattern is cased.
    Literal(String),
    /// `*`: any number of characters. Never beside another one.
    Many,
    /// `?`: one character. Beside a `Many` it stands before it.
    One,
}

/// The common forms, which have a fast way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form<'a> {
    Equals(&'a str),
    StartsWith(&'a str),
    EndsWith(&'a str),
    Contains(&'a str),
    /// `*`: any value there is.
    Anything,
    Other,
}

impl TextPattern {
    /// Brings pieces into the normal form.
    pub fn new(pieces: impl IntoIterator<Item = Piece>, cased: bool) -> Self {
        let mut normal: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (normal.last_mut(), piece) {
                (_, Piece::Literal(text)) if text.is_empty() => {}
                (Some(Piece::Many), Piece::Many) => {}
                (Some(Piece::Literal(before)), Piece::Literal(text)) => before.push_str(&lowered(text, cased)),
                (_, Piece::Literal(text)) => normal.push(Piece::Literal(lowered(text, cased))),
                (Some(Piece::Many), Piece::One) => {
                    let many = normal.len() - 1;
                    normal.insert(many, Piece::One);
                }
                (_, piece) => normal.push(piece),
            }
        }
        Self { pieces: normal, cased }
    }

    pub fn form(&self) -> Form<'_> {
        match self.pieces.as_slice() {
            [] => Form::Equals(""),
            [Piece::Many] => Form::Anything,
            [Piece::Literal(text)] => Form::Equals(text),
            [Piece::Literal(text), Piece::Many] => Form::StartsWith(text),
            [Piece::Many, Piece::Literal(text)] => Form::EndsWith(text),
            [Piece::Many, Piece::Literal(text), Piece::Many] => Form::Contains(text),
            _ => Form::Other,
        }
    }
}

fn lowered(text: String, cased: bool) -> String {
    if cased { text } else { folded(&text).into_owned() }
}

/// Text as patterns that are not cased compare it: each character in lower case by itself, both of Greek's small sigmas alike.
pub fn folded(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return if text.bytes().any(|b| b.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { Cow::Borrowed(text) };
    }
    Cow::Owned(text.chars().flat_map(char::to_lowercase).map(|c| if c == 'ς' { 'σ' } else { c }).collect())
}
