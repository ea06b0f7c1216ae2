//! Regular expressions of rules: into the syntax of the `regex` crate, and refused where that can't carry them.

use super::yaml::{At, Flaw};
use crate::ir::{How, Test};
use regex_syntax::ast::ErrorKind as Syntax;
use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::{Error, ParserBuilder};

/// Longer patterns are refused.
const MAX_LENGTH: usize = 16 << 10;
/// What a pattern may cost once its repetitions are written out; the `regex` crate takes somewhat more by default.
const MAX_COST: usize = 100_000;
const MAX_NESTING: u32 = 100;

pub(super) fn test(pattern: &str, how: How, flags: &str, at: At) -> Result<Test, Flaw> {
    if pattern.len() > MAX_LENGTH {
        return Err(Flaw::new("sigma/regex-size", at, format!("the regular expression is longer than {} KB", MAX_LENGTH >> 10)));
    }
    let hir = ParserBuilder::new().nest_limit(MAX_NESTING).build().parse(pattern).map_err(|error| refused(&error, at))?;
    if cost(&hir) > MAX_COST {
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

/// About how large the compiled pattern is: one for a byte, more for a class with many ranges beyond ASCII.
fn cost(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) if !class.is_ascii() => 10 + class.ranges().len() * 7 / 10,
        HirKind::Class(_) => 1,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(repetition.min).max(1);
            cost(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Capture(capture) => cost(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().fold(0, |sum, part| sum.saturating_add(cost(part))),
    }
}

#[cfg(test)]
mod tests {
    use super::{At, How, test};

    /// The largest pattern of each kind that is let through can be compiled.
    #[test]
    fn what_is_accepted_compiles() {
        for part in ["a", "[a-z]", ".", "(?s:.)", r"\w", r"\d", r"\s", r"\pL", "(?i:k)", "[^a]", "(?:abc|abd|xyz)", "(?:ab?|c)"] {
            let pattern = |times: u32| format!("(?:{part}){{{times}}}");
            let accepted = |times: u32| test(&pattern(times), How::Equals, "", At::default()).is_ok();
            let most = (1..200).rev().map(|step| step * 500 + 7).chain([150, 100]).find(|times| accepted(*times));
            assert!(regex::Regex::new(&pattern(most.unwrap_or(1))).is_ok(), "{part} {most:?}");
            assert!(!accepted(200_000), "{part}");
        }
    }
}
