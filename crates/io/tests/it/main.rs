//! Sources under test: each kind by a plain client, with a receiving end that is quick, slow, full or broken.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod channels;
mod conformance;
mod elastic;
mod fake;
mod files;
mod guide;
mod hec;
mod http;
mod loki;
mod otlp;
mod relp;
mod slow;
mod syslog;
mod tls;
mod world;
