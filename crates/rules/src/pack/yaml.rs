//! A pack's YAML: one document, in which everything stands where it holds: without aliases and tags.

pub(crate) use crate::sigma::yaml::{Kind, Node, short};

use crate::sigma::yaml::{At, Flaw, documents};
use granit_parser::{Event, Parser};
use watchbell_model::Diagnostic;

/// Where a piece of a text stands: 1-based line and column, and its bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
    pub start: usize,
    pub end: usize,
}

/// After so many problems a file is left alone.
pub(crate) const MAX_PROBLEMS: usize = 200;
/// Longer texts are refused; the largest alert file that makes sense is a hundredth of it.
const MAX_BYTES: usize = 1 << 20;

/// The one document of `text`; `None` if it cannot be read, and then `problems` says why.
pub(crate) fn parse<'a>(file: &str, text: &'a str, problems: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
    let refused = if text.len() > MAX_BYTES { Err(too_large()) } else { forbidden(text) };
    match refused.and_then(|()| document(text)) {
        Ok(node) => Some(node),
        Err(flaw) => {
            problems.push(diagnostic(file, text, flaw));
            None
        }
    }
}

impl Place {
    pub(crate) fn of(node: &Node<'_>) -> Self {
        Self { line: node.at.line, column: node.at.column, start: node.bytes.0, end: node.bytes.1 }
    }

    pub(crate) fn of_key(at: At) -> Self {
        Self { line: at.line, column: at.column, ..Self::default() }
    }
}

fn too_large() -> Flaw {
    Flaw::new("yaml/too-large", At::default(), format!("the file is larger than {} MB", MAX_BYTES >> 20))
}

/// What a definition may not use, because a piece of it could not be read alone, or would mean more than it shows.
fn forbidden(text: &str) -> Result<(), Flaw> {
    let mut begun = false;
    // What is no YAML is told when the document is read.
    for (event, span) in Parser::new_from_str(text).map_while(Result::ok) {
        let at = At { line: span.start.line(), column: span.start.col() + 1 };
        let (code, what, hint) = match event {
            Event::Alias(_) => ("pack/alias", "aliases (`*name`) are not allowed", "write the value out where it is used"),
            _ if event.anchor_id().is_some() => ("pack/alias", "anchors (`&name`) are not allowed", "write the value out where it is used"),
            _ if event.tag().is_some() => ("pack/tag", "tags (`!name`) are not allowed", "write the value without its tag"),
            Event::DocumentStart(..) if begun => ("pack/documents", "a second document begins here", "one file holds one definition"),
            event => {
                begun |= matches!(event, Event::DocumentStart(..));
                continue;
            }
        };
        return Err(Flaw::new(code, at, what).hint(hint));
    }
    Ok(())
}

fn document(text: &str) -> Result<Node<'_>, Flaw> {
    let mut first = None;
    documents(text, At::default(), &mut |document| {
        first.get_or_insert(document);
    });
    first.unwrap_or_else(|| Err(Flaw::new("yaml/empty", At::default(), "the file is empty")))
}

fn diagnostic(file: &str, text: &str, flaw: Flaw) -> Diagnostic {
    let problem = Diagnostic { hint: flaw.hint, ..Diagnostic::error(flaw.code, file, flaw.message) };
    if flaw.at.line == 0 { problem } else { problem.at(text, flaw.at.line, flaw.at.column) }
}
