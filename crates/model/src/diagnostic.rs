//! What a user wrote wrong, as data: a code, the place, the line, what is wrong with it, and what to do.

use serde::Serialize;
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Error,
    Warning,
}

/// One problem. `line` and `column` are 1-based; 0 where the place is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    pub severity: Severity,
    /// Stable, `area/what`: `sigma/unknown-modifier`.
    pub code: &'static str,
    pub file: String,
    pub line: usize,
    pub column: usize,
    pub message: String,
    /// The line itself, as written.
    pub source: String,
    pub hint: Option<String>,
}

impl Diagnostic {
    pub fn error(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, file: file.to_owned(), line: 0, column: 0, message: message.into(), source: String::new(), hint: None }
    }

    pub fn warning(code: &'static str, file: &str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, file, message) }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets the place to `line`:`column` of `text` and shows that line.
    #[must_use]
    pub fn at(mut self, text: &str, line: usize, column: usize) -> Self {
        self.line = line;
        self.column = column;
        text.lines().nth(line.saturating_sub(1)).unwrap_or_default().clone_into(&mut self.source);
        self
    }

    /// Sets the place to the first occurrence of `needle` in `text`, if there is one.
    #[must_use]
    pub fn find(self, text: &str, needle: &str) -> Self {
        let place = text.lines().enumerate().find_map(|(n, line)| line.find(needle).map(|c| (n + 1, line[..c].chars().count() + 1)));
        match place {
            Some((line, column)) if !needle.is_empty() => self.at(text, line, column),
            _ => self,
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = if self.severity == Severity::Error { "error" } else { "warning" };
        writeln!(f, "{severity}[{}]: {}", self.code, self.message)?;
        match (self.line, self.file.is_empty()) {
            (0, true) => {}
            (0, false) => writeln!(f, "  --> {}", self.file)?,
            _ => writeln!(f, "  --> {}:{}:{}", self.file, self.line, self.column)?,
        }
        if !self.source.is_empty() {
            let number = self.line.to_string();
            writeln!(f, "  {number} | {}", self.source)?;
            writeln!(f, "  {:width$} | {:indent$}^", "", "", width = number.len(), indent = self.column.saturating_sub(1))?;
        }
        if let Some(hint) = &self.hint {
            writeln!(f, "  hint: {hint}")?;
        }
        Ok(())
    }
}
