//! From a triggered alert to a person: messages written with it, sent when they are due, tried again, and kept on a ledger.

mod case;
mod config;
mod judge;
mod methods;
mod plan;
mod render;
mod retry;
mod test;
mod worker;

pub use config::{DeliveryConfig, MethodConfig, check, sync};
pub use methods::Deliveries;
pub use plan::{climbed, messages};
pub use test::TestError;
pub use worker::run;

/// Nanoseconds of a second.
const SECOND: i64 = 1_000_000_000;
