//! Rules asked of events: the compiled matcher, its slow twin, and the state machines of folds and correlations.

mod direct;
mod matcher;
pub mod twin;
mod value;

pub use matcher::{Engine, Hit, Matcher};
