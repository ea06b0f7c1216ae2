//! Every kind of source, one file or folder each.

mod azure;
mod elastic;
mod files;
mod hec;
mod kubernetes;
mod loki;
mod ndjson;
mod otlp;
mod records;
mod relp;
mod syslog;

use crate::Kind;

/// In the order of the guide.
pub const KINDS: &[&Kind] =
    &[&files::KIND, &syslog::KIND, &relp::KIND, &ndjson::KIND, &hec::KIND, &elastic::KIND, &otlp::KIND, &loki::KIND, &azure::KIND, &kubernetes::KIND];
