//! What came before a triggered alert: facts of its host joined to it, each with the strength and the reason of the join, and what cannot be seen.
//!
//! A pure function over facts that a store gives: no clock, no file. Facts come from logs that an attacker may have
//! written: counts and depths are bounded, and what is the same only by chance joins nothing.

mod case;
mod fact;
mod found;
mod gaps;
mod jobs;
mod keys;
mod process;
mod questions;
mod recipe;
mod select;
mod sentence;
mod store;
mod subject;
mod summary;
mod tell;
mod told;
mod tree;
mod twice;

pub use fact::{Fact, Name};
pub use keys::{host_key, person, session_key, value_key};
pub use recipe::{Chapter, GapKind, Kind, Lane, Recipe, Role};
pub use sentence::say;
pub use store::{Facts, Memory};
pub use subject::{OwnEvent, Subject};
pub use tell::{Told, tell};
pub use told::{Entry, Gap, Join, Process, Story, Strength};
