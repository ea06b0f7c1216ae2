//! One file a command.

pub mod alert;
pub mod api;
pub mod backup;
pub mod completions;
pub mod config;
pub mod demo;
pub mod doctor;
pub mod hunt;
pub mod job;
pub mod pack;
pub mod quarantine;
pub mod rules;
pub mod scan;
pub mod search;
pub mod serve;
pub mod story;
pub mod token;
pub mod triggered;
pub mod user;
pub mod version;
