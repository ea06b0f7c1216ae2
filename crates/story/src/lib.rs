//! What came before a triggered alert: facts of its host joined to it, each with the strength and the reason of the join, and what cannot be seen.
//!
//! A pure function over facts that a store gives: no clock, no file. Facts come from logs that an attacker may have
//! written: counts and depths are bounded, and what is the same only by chance joins nothing.

mod fact;
mod recipe;
mod sentence;
mod store;
mod told;

pub use fact::{Fact, Name};
pub use recipe::{Chapter, GapKind, Kind, Lane, Recipe, Role};
pub use sentence::say;
pub use store::{Facts, Memory, host_key};
pub use told::{Entry, Gap, Join, Process, Story, Strength};
