//! From checked packs and rules to what is active.

mod packs;
mod rules;
mod stories;

pub use packs::{AddedAlert, activate, climb, compile};
pub use rules::activate_rules;
pub use stories::bound;
