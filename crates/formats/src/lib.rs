//! Bytes to events: each format one file (or folder), each schema of field names one data file in `shapes/`.

mod auditd;
mod catalogue;
mod emit;
mod evtx;
mod format;
mod journal;
mod json;
mod lines;
mod shape;
mod sources;
mod syslog;
mod text;
mod xml;

pub use catalogue::Catalogue;
pub use format::{Block, Decoder, Format, Framing, HEAD, Stream};
pub use shape::{Shapes, reference};
pub use sources::log_sources;

/// What there is to say of records that were quarantined for `reason`, and what to do about it.
pub fn hint(reason: &str) -> Option<&'static str> {
    (reason == auditd::REASON).then_some(auditd::HINT)
}

/// Every format, the most particular first: the first that recognises a stream's head reads it.
pub const FORMATS: &[&Format] = &[
    &auditd::AUDITD,
    &auditd::INTERPRETED,
    &evtx::EVTX,
    &xml::XML,
    &journal::JOURNAL_EXPORT,
    &journal::JOURNAL_JSON,
    &json::JSON,
    &json::JSON_LINES,
    &syslog::SYSLOG,
    &text::TEXT,
];
