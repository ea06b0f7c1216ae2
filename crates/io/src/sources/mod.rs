//! Every kind of source, one file or folder each.

pub(crate) mod azure;
pub(crate) mod elastic;
mod files;
pub(crate) mod hec;
pub(crate) mod kubernetes;
pub(crate) mod loki;
mod ndjson;
pub(crate) mod otlp;
mod records;
pub(crate) mod relp;
pub(crate) mod syslog;

use crate::Kind;

/// In the order of the guide.
pub const KINDS: &[&Kind] =
    &[&files::KIND, &syslog::KIND, &relp::KIND, &ndjson::KIND, &hec::KIND, &elastic::KIND, &otlp::KIND, &loki::KIND, &azure::KIND, &kubernetes::KIND];
