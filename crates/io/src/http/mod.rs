//! What every source over HTTP shares: who may, how much, how slowly, and how it is said.

mod body;
mod doors;
mod query;
mod refusal;
mod serve;
mod slow;
mod unpack;

pub use doors::{Door, Doors, HttpConfig, Taken};
pub use query::{decode, param};
pub use refusal::{Refusal, problem};
pub use serve::{Peer, serve};
