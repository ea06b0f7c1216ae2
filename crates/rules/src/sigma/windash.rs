//! `windash`: an option's dash in all the forms in which Windows programs take it.

use crate::text::Piece;

/// Hyphen, slash, en dash, em dash, horizontal bar.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];
/// With more options in one value all of them are written alike, lest the values be thousands.
const MAX_MIXED: usize = 4;

/// The ways to write the options in `pieces`. A dash counts where an option begins: before a word, and not within one.
pub(super) fn variants(pieces: &[Piece], most: usize) -> Vec<Vec<Piece>> {
    let places = places(pieces);
    let count = DASHES.len().pow(places.len().min(MAX_MIXED) as u32);
    let mixed = places.len() <= MAX_MIXED && count <= most;
    (0..if mixed { count } else { DASHES.len() }).map(|number| written(pieces, &places, number, mixed)).collect()
}

/// The dashes as (piece, byte).
fn places(pieces: &[Piece]) -> Vec<(usize, usize)> {
    let mut places = Vec::new();
    for (i, piece) in pieces.iter().enumerate() {
        let Piece::Literal(text) = piece else { continue };
        let mut before = None;
        for (at, c) in text.char_indices() {
            let after = text[at + c.len_utf8()..].chars().next();
            if matches!(c, '-' | '/') && !before.is_some_and(is_word) && after.is_some_and(is_word) {
                places.push((i, at));
            }
            before = Some(c);
        }
    }
    places
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The way number `number`: its digits to the base of the dashes say which one stands where.
fn written(pieces: &[Piece], places: &[(usize, usize)], mut number: usize, mixed: bool) -> Vec<Piece> {
    let mut places = places.iter().peekable();
    let mut next = || {
        let dash = DASHES[number % DASHES.len()];
        if mixed {
            number /= DASHES.len();
        }
        dash
    };
    let mut piece = |(i, piece): (usize, &Piece)| {
        let Piece::Literal(text) = piece else { return piece.clone() };
        let mut out = String::with_capacity(text.len() + 8);
        for (at, c) in text.char_indices() {
            out.push(if places.next_if_eq(&&(i, at)).is_some() { next() } else { c });
        }
        Piece::Literal(out)
    };
    pieces.iter().enumerate().map(&mut piece).collect()
}
