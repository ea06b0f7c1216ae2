//! `windash`: an option's dash in all the forms in which Windows programs take it.

use crate::text::Piece;

/// Hyphen, slash, en dash, em dash, horizontal bar.
const DASHES: [char; 5] = ['-', '/', '\u{2013}', '\u{2014}', '\u{2015}'];
/// With more options in one value all of them are written alike, lest the values be thousands.
const MAX_MIXED: usize = 4;

/// Every way to write the options in `pieces`. A dash counts where an option begins: before a word, and not within one.
pub(super) fn variants(pieces: &[Piece]) -> Vec<Vec<Piece>> {
    let places = places(pieces);
    let mixed = places.len() <= MAX_MIXED;
    let count = if mixed { DASHES.len().pow(places.len() as u32) } else { DASHES.len() };
    (0..count).map(|number| written(pieces, &places, number, mixed)).collect()
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
    let mut pieces = pieces.to_vec();
    // From the back, so that the places before stay where they are.
    for (piece, at) in places.iter().rev() {
        if let Piece::Literal(text) = &mut pieces[*piece] {
            let dash = DASHES[number % DASHES.len()];
            text.replace_range(*at..=*at, dash.encode_utf8(&mut [0; 4]));
        }
        if mixed {
            number /= DASHES.len();
        }
    }
    pieces
}
