//! Logs in by the protocols that their senders speak; what was sent is acknowledged after it is kept.
//!
//! Every kind of source is one file or folder in `sources/`, told by a [`Kind`] and listed in [`KINDS`]. [`assemble`] makes
//! of a configuration what runs: routes for the address of the API, and listeners and readers of their own. Each gives
//! [`Delivery`]s to an [`Intake`] and answers its sender in the protocol's own way once they are kept, or not.

pub mod accept;
mod assemble;
mod batch;
#[cfg(feature = "channels")]
mod channels;
mod config;
mod delivery;
mod envelope;
#[cfg(feature = "fuzz")]
pub mod fuzz;
pub mod http;
mod kind;
mod limits;
pub mod lines;
mod names;
mod patience;
mod places;
mod reference;
mod sources;
mod stop;
mod tls;
mod token;

pub use assemble::{Assembled, Source, assemble};
#[cfg(feature = "channels")]
pub use channels::{CHANNELS, Channel, ChannelKind, Message, Receipt, Retry, SendError, Sending};
pub use delivery::{Count, Delivery, Intake, Offered, Opens, Refused, offer_all};
pub use kind::{Kind, Make, NoPositions, Positions, Promise, Run, Running, Setup};
pub use limits::Limits;
pub use names::{host_of, unit_of};
pub use reference::promises;
pub use sources::KINDS;
pub use stop::{Stop, Stopper, stop};
pub use tls::{Tls, TlsError, TlsFiles};
pub use token::TokenHash;
