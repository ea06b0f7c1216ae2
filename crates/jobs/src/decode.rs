//! What stands encoded in a command: base64 behind `-EncodedCommand`, `FromBase64String`, `base64 -d`, nested a few times.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

const MAX_NESTING: usize = 3;
const MAX_DECODED: usize = 64 * 1024;
/// What decodes stands somewhere in the text: shorter words are words.
const SHORTEST: usize = 12;
/// Right behind the switch a shorter one counts where it is UTF-16, as PowerShell wants it: `-enc SQBFAFgA` is `IEX`.
const SHORTEST_SWITCHED: usize = 4;

/// Takes base64 with or without its padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// Everything encoded in `text`, the nested included, one line each.
pub fn undo(text: &str) -> Option<String> {
    let mut found: Vec<String> = Vec::new();
    let mut layer = vec![text.to_owned()];
    for _ in 0..MAX_NESTING {
        layer = layer.iter().flat_map(|t| once(t)).collect();
        found.extend(layer.iter().cloned());
        if layer.is_empty() || found.iter().map(String::len).sum::<usize>() > MAX_DECODED {
            break;
        }
    }
    found.dedup();
    (!found.is_empty()).then(|| found.join("\n"))
}

/// The text in one base64 word: UTF-16 or UTF-8, printable.
pub fn base64_text(word: &str) -> Option<String> {
    let compact: String = word.chars().filter(|c| !c.is_whitespace()).take(MAX_DECODED * 2).collect();
    let bytes = LENIENT.decode(compact).ok()?;
    let text = if looks_utf16(&bytes) { utf16(&bytes) } else { String::from_utf8(bytes).ok()? };
    let text = text.trim_start_matches('\u{feff}').trim_end_matches(['\0', '\n', '\r']).to_owned();
    (!text.is_empty() && text.chars().all(|c| !c.is_control() || c.is_whitespace())).then_some(text)
}

/// The base64 words of a text that stand where something decodes them.
fn once(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let decodes = ["frombase64", "base64", "b64decode", "atob(", "certutil"].iter().any(|name| lower.contains(name));
    let mut before = "";
    let mut found = Vec::new();
    for word in words(text) {
        let switched = is_encoded_switch(before);
        let long = word.len() >= SHORTEST && (decodes || switched);
        if (long || switched && word.len() >= SHORTEST_SWITCHED && LENIENT.decode(word).is_ok_and(|bytes| looks_utf16(&bytes)))
            && let Some(plain) = base64_text(word)
        {
            found.push(plain);
        }
        before = word;
    }
    found
}

/// Runs of what base64 and switches are written with.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '\u{2013}' | '\u{2014}' | '\u{2015}'))).filter(|w| !w.is_empty())
}

/// `-EncodedCommand` in any form that PowerShell takes: a beginning of it, or `-ec`.
pub fn is_encoded_switch(word: &str) -> bool {
    crate::line::switch(word).is_some_and(|name| {
        let name = name.to_ascii_lowercase();
        name == "ec" || (!name.is_empty() && "encodedcommand".starts_with(&name))
    })
}

fn looks_utf16(bytes: &[u8]) -> bool {
    bytes.len() >= 2 && bytes.len().is_multiple_of(2) && bytes.iter().skip(1).step_by(2).filter(|b| **b == 0).count() * 3 >= bytes.len()
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}
