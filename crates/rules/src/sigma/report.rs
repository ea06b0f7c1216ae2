//! Gathers what is wrong with one text, each with its place and the line shown.

use super::yaml::{At, Flaw};
use std::cell::OnceCell;
use watchbell_model::{Diagnostic, Severity};

/// After so many problems a text's others are left out.
const MAX_PROBLEMS: usize = 200;

pub(crate) struct Report<'a> {
    pub file: &'a str,
    text: &'a str,
    /// Where each line begins, once a line is asked for.
    lines: OnceCell<Vec<usize>>,
    diagnostics: Vec<Diagnostic>,
    errors: usize,
}

/// A place that may be shown later, when its text is gone.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spot {
    pub file: String,
    pub at: At,
    pub line: String,
}

impl Flaw {
    pub fn new(code: &'static str, at: At, message: impl Into<String>) -> Self {
        Self { code, at, message: message.into(), hint: None }
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl<'a> Report<'a> {
    pub fn new(file: &'a str, text: &'a str) -> Self {
        Self { file, text, lines: OnceCell::new(), diagnostics: Vec::new(), errors: 0 }
    }

    pub fn flaw(&mut self, flaw: Flaw) {
        self.errors += 1;
        self.push(flaw, Severity::Error);
    }

    pub fn warn(&mut self, flaw: Flaw) {
        self.push(flaw, Severity::Warning);
    }

    /// Errors so far, those left out too.
    pub fn errors(&self) -> usize {
        self.errors
    }

    pub fn spot(&self, at: At) -> Spot {
        Spot { file: self.file.to_owned(), at, line: self.line(at).to_owned() }
    }

    pub fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    fn line(&self, at: At) -> &str {
        let lines = self.lines.get_or_init(|| std::iter::once(0).chain(self.text.match_indices('\n').map(|(i, _)| i + 1)).collect());
        let start = at.line.checked_sub(1).and_then(|n| lines.get(n));
        start.and_then(|start| self.text[*start..].lines().next()).unwrap_or_default()
    }

    fn push(&mut self, flaw: Flaw, severity: Severity) {
        if self.diagnostics.len() < MAX_PROBLEMS {
            let spot = self.spot(flaw.at);
            self.diagnostics.push(spot.diagnostic(severity, flaw.code, flaw.message, flaw.hint));
        }
    }
}

impl Spot {
    pub fn diagnostic(&self, severity: Severity, code: &'static str, message: String, hint: Option<String>) -> Diagnostic {
        Diagnostic { severity, code, file: self.file.clone(), line: self.at.line, column: self.at.column, message, source: self.line.clone(), hint }
    }
}
