//! What is checked alike in the configuration of every source.

use watchbell_formats::FORMATS;
use watchbell_model::Diagnostic;

/// The id of a format that somebody wrote; none is empty.
pub fn format(source: &str, name: Option<&str>) -> Result<&'static str, Diagnostic> {
    let Some(name) = name else { return Ok("") };
    FORMATS.iter().map(|format| format.id).find(|id| *id == name).ok_or_else(|| {
        let known: Vec<&str> = FORMATS.iter().map(|format| format.id).collect();
        Diagnostic::error("source/format", source, format!("`{name}` is no format")).hint(format!("one of: {}", known.join(", ")))
    })
}
