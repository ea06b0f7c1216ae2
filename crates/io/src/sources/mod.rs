//! Every kind of source, one file or folder each.

mod elastic;
mod files;
mod hec;
mod ndjson;
mod syslog;

use crate::Kind;

/// In the order of the guide.
pub const KINDS: &[&Kind] = &[&files::KIND, &syslog::KIND, &ndjson::KIND, &hec::KIND, &elastic::KIND];
