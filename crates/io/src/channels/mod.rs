//! Every kind of channel by which people are told, one file or folder each.

mod channel;
mod email;
mod far;
mod files;
mod http_json;

pub use channel::{Channel, ChannelKind, Message, Receipt, Retry, SendError, Sending};

/// In the order of the guide.
pub const CHANNELS: &[&ChannelKind] = &[&email::KIND, &http_json::KIND];
