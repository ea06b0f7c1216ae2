//! Sigma and pack documents, checked: definitions over one table of fields, and diagnostics for what is wrong.

mod ir;
pub mod pack;
mod text;

pub use ir::{
    About, Bound, Bounds, Compare, Condition, Correlation, CorrelationKind, Extended, How, Number, Predicate, PredicateId, Referred, Rule, RuleId, Ruleset,
    Target, Test, TimePart,
};
pub use text::{Form, Piece, TextPattern};
