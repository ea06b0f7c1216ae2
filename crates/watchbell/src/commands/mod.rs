//! One file a command.

pub mod completions;
pub mod pack;
pub mod rules;
pub mod scan;
pub mod version;
