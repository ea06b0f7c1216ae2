//! Regular expressions of rules: into the syntax of the `regex` crate, and refused where that can't carry them.

use super::yaml::{At, Flaw};
use crate::ir::{How, Test};
use regex_syntax::ast::ErrorKind as Syntax;
use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::{Error, ParserBuilder};

/// Longer patterns are refused.
const MAX_LENGTH: usize = 16 << 10;
/// States that a pattern may have once its repetitions are written out, in characters and classes.
const MAX_STATES: usize = 50_000;
const MAX_NESTING: u32 = 100;

pub(super) fn test(pattern: &str, how: How, flags: &str, at: At) -> Result<Test, Flaw> {
    if pattern.len() > MAX_LENGTH {
        return Err(Flaw::new("sigma/regex-size", at, format!("the regular expression is longer than {} KB", MAX_LENGTH >> 10)));
    }
    let hir = ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(pattern).map_err(|error| refused(&error, at))?;
    if states(&hir) > MAX_STATES {
        let flaw = Flaw::new("sigma/regex-size", at, "the regular expression is too large once its repetitions are written out");
        return Err(flaw.hint("use `+` or `*` instead of large counts, above all within each other"));
    }
    Ok(Test::Regex { pattern: whole(pattern, how, flags) })
}

fn whole(pattern: &str, how: How, flags: &str) -> String {
    let anchored = match how {
        How::Equals | How::Contains => pattern.to_owned(),
        How::StartsWith => format!(r"\A(?:{pattern})"),
        How::EndsWith => format!(r"(?:{pattern})\z"),
    };
    if flags.is_empty() { anchored } else { format!("(?{flags}){anchored}") }
}

fn refused(error: &Error, at: At) -> Flaw {
    let (message, hint) = match error {
        Error::Parse(error) => (error.kind().to_string(), hint(error.kind())),
        Error::Translate(error) => (error.kind().to_string(), None),
        _ => ("it can't be read".to_owned(), None),
    };
    let flaw = Flaw::new("sigma/regex", at, format!("not a regular expression that can be used here: {message}"));
    if let Some(hint) = hint { flaw.hint(hint) } else { flaw }
}

fn hint(kind: &Syntax) -> Option<&'static str> {
    Some(match kind {
        Syntax::UnsupportedLookAround => {
            "look-around can't be matched in linear time; put what must not follow into a second selection and write `and not` in the condition"
        }
        Syntax::UnsupportedBackreference => "a backreference can't be matched in linear time; write the alternatives out",
        Syntax::RepetitionMissing | Syntax::RepetitionCountUnclosed => "escape a literal `*`, `+`, `?` or `{` with a backslash",
        Syntax::EscapeUnrecognized => "remove the backslash, or double it if a backslash is meant",
        Syntax::GroupUnclosed | Syntax::GroupUnopened => "escape a literal parenthesis with a backslash",
        Syntax::ClassUnclosed => "escape a literal `[` with a backslash",
        _ => return None,
    })
}

/// About how many states the compiled pattern has.
fn states(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len().min(500),
        HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Repetition(repetition) => states(&repetition.sub).saturating_mul(repetition.max.unwrap_or(repetition.min).max(repetition.min).max(1) as usize),
        HirKind::Capture(capture) => states(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(states(part))),
    }
}
