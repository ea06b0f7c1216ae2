//! Where the pieces of a definition stand in its file, so that what is found later can still be pointed at.

use super::yaml::Place;
use std::collections::BTreeMap;
use std::sync::Arc;
use watchbell_model::Diagnostic;

/// A file that a definition was read from, and the place of each piece, by its path in it (`respond/2`).
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub file: String,
    pub text: Arc<str>,
    places: BTreeMap<String, Place>,
}

impl Source {
    pub fn new(file: &str, text: &str) -> Self {
        Self { file: file.to_owned(), text: text.into(), places: BTreeMap::new() }
    }

    pub(crate) fn remember(&mut self, path: &[String], place: Place) {
        self.places.insert(path.join("/"), place);
    }

    /// The place of `path`, or of the nearest piece around it.
    pub fn place(&self, path: &str) -> Place {
        let mut path = path;
        loop {
            if let Some(place) = self.places.get(path) {
                return *place;
            }
            match path.rsplit_once('/') {
                Some((around, _)) => path = around,
                None => return self.places.get("").copied().unwrap_or_default(),
            }
        }
    }

    pub fn error(&self, code: &'static str, path: &str, message: impl Into<String>) -> Diagnostic {
        self.error_at(code, self.place(path), message)
    }

    pub fn warning(&self, code: &'static str, path: &str, message: impl Into<String>) -> Diagnostic {
        Diagnostic { severity: watchbell_model::Severity::Warning, ..self.error(code, path, message) }
    }

    pub(crate) fn error_at(&self, code: &'static str, place: Place, message: impl Into<String>) -> Diagnostic {
        let problem = Diagnostic::error(code, &self.file, message);
        if place.line == 0 { problem } else { problem.at(&self.text, place.line, place.column) }
    }
}
