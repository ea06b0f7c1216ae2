//! Sources under test: each kind by a plain client, with a receiving end that is quick, slow, full or broken.

mod conformance;
mod elastic;
mod fake;
mod files;
mod hec;
mod http;
mod loki;
mod otlp;
mod relp;
mod syslog;
mod world;
