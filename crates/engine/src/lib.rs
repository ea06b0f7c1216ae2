//! Rules asked of events: the compiled matcher, its slow twin, and the state machines of folds, triggers and correlations.

mod answers;
pub mod correlate;
mod cost;
mod direct;
mod few;
pub mod fold;
mod gate;
mod grams;
mod hash;
pub mod ladder;
mod matcher;
mod memo;
mod memory;
mod needles;
mod node;
pub mod occurrence;
mod plan;
mod probe;
mod sets;
mod shared;
mod stamps;
mod sweep;
pub mod triggers;
pub mod twin;
mod value;
mod verdict;

pub use cost::{RuleCost, explain_cost};
pub use matcher::{Engine, Hit, Matcher};
