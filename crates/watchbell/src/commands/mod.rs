//! One file a command.

pub mod alert;
pub mod completions;
pub mod demo;
pub mod job;
pub mod pack;
pub mod rules;
pub mod scan;
pub mod serve;
pub mod story;
pub mod triggered;
pub mod version;
