//! The words every room shares, as plain types: fields, raw values, log sources, events, ids, outcomes, diagnostics.

mod class;
mod decoded;
mod diagnostic;
mod field;
mod id;
mod ladder;
mod outcome;
mod priority;
mod raw;
mod slots;
mod source;
mod time;

pub use class::{Class, View};
pub use decoded::{Basis, Decoded, Identity, Part, Quarantined, Sink, Whole, Written};
pub use diagnostic::{Diagnostic, Severity};
pub use field::{FieldId, FieldTable, STAMP, TIME, is_derived};
pub use id::{EventId, IdWriter};
pub use ladder::{Ladder, Rung, Step};
pub use outcome::Outcome;
pub use priority::Priority;
pub use raw::{Kind, Raw, unescape_json};
pub use slots::{PathId, Slots};
pub use source::LogSource;
pub use time::Timestamp;

/// A decoded document or value: what a record is once somebody needs all of it.
pub type Value = serde_json::Value;
