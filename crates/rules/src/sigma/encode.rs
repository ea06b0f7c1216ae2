//! Encodings of values: UTF-16 in its variants, Base64 and Base64 at an unknown offset.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wide {
    LittleEndian,
    BigEndian,
    /// Little-endian behind a byte-order mark.
    Marked,
}

pub(super) fn wide(text: &str, how: Wide) -> Vec<u8> {
    let mark = (how == Wide::Marked).then_some(0xFEFF);
    let bytes = |unit: u16| if how == Wide::BigEndian { unit.to_be_bytes() } else { unit.to_le_bytes() };
    mark.into_iter().chain(text.encode_utf16()).flat_map(bytes).collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// What of the value's Base64 is the same whatever stands around it, for each of the three offsets it may have.
pub(super) fn base64_offsets(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|offset| {
        let padded: Vec<u8> = std::iter::repeat_n(b' ', offset).chain(bytes.iter().copied()).collect();
        let encoded = STANDARD.encode(&padded);
        // The first characters mix with the byte before, the last ones with what comes after.
        let start = [0, 2, 3][offset];
        let end = [0, 3, 2][padded.len() % 3];
        encoded.get(start..encoded.len() - end).unwrap_or_default().to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::{Wide, base64, base64_offsets, wide};

    #[test]
    fn utf16() {
        assert_eq!(wide("a1", Wide::LittleEndian), b"a\x001\x00");
        assert_eq!(wide("a1", Wide::BigEndian), b"\x00a\x001");
        assert_eq!(wide("a", Wide::Marked), b"\xFF\xFEa\x00");
    }

    #[test]
    fn offsets_are_found_at_every_offset() {
        for text in ["a", "ab", "abc", "http://", "Invoke-Thing"] {
            for before in ["", "x", "xy", "xyz"] {
                let whole = base64(format!("{before}{text} and more").as_bytes());
                assert!(base64_offsets(text.as_bytes()).iter().any(|part| whole.contains(part)), "{before}{text}");
            }
        }
        assert_eq!(base64_offsets(b"foobar"), ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]);
    }
}
