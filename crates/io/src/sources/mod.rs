//! Every kind of source, one file or folder each.

mod ndjson;
mod syslog;

use crate::Kind;

/// In the order of the guide.
pub const KINDS: &[&Kind] = &[&ndjson::KIND, &syslog::KIND];
