//! A record as a document, its own names kept.

use watchbell_model::Value;

/// The record, read in full. What the walker let through and serde_json does not (a control character, bad UTF-8) is
/// mended first; what cannot be mended is given as one text.
pub fn parse(record: &[u8]) -> Value {
    serde_json::from_slice(record).unwrap_or_else(|_| {
        let text: String = String::from_utf8_lossy(record).chars().map(|c| if c < ' ' { ' ' } else { c }).collect();
        serde_json::from_str(&text).unwrap_or(Value::String(text))
    })
}
