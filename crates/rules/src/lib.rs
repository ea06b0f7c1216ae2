//! Sigma and pack documents, checked: definitions over one table of fields, and diagnostics for what is wrong.

mod describe;
mod explain;
mod ir;
mod loader;
pub mod pack;
mod sigma;
mod text;

pub use describe::predicate_words;
pub use explain::{Answer, Explanation, explain};
pub use ir::{
    About, Bound, Bounds, Compare, Condition, Correlation, CorrelationKind, Extended, How, Number, Predicate, PredicateId, Referred, Rule, RuleId, Ruleset,
    Target, Test, TimePart,
};
pub use loader::{Added, Loader};
pub use sigma::{Excerpt, Parsed, ParsedFilter, Placeholders, parse_excerpts, parse_filter, parse_text};
pub use text::{Form, Piece, TextPattern, folded};
