//! Printing: results to stdout, everything else to stderr, colours only where a person looks.

use std::io::{IsTerminal, Write};

/// A line on stderr. A closed stderr is nobody's trouble.
pub fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text.trim_end());
}

/// Each of them on stderr.
pub fn complain_all<T: std::fmt::Display>(what: impl IntoIterator<Item = T>) {
    for text in what {
        complain(&text.to_string());
    }
}

/// Whether stdout shows colours: on a terminal, unless `NO_COLOR` is set to something.
#[expect(clippy::disallowed_methods, reason = "the binary reads the environment")]
pub fn colours() -> bool {
    std::io::stdout().is_terminal() && std::env::var("NO_COLOR").map_or(true, |value| value.is_empty())
}

/// Columns of the terminal, or 80.
#[expect(clippy::disallowed_methods, reason = "the binary reads the environment")]
pub fn width() -> usize {
    std::env::var("COLUMNS").ok().and_then(|n| n.parse().ok()).unwrap_or(80)
}
