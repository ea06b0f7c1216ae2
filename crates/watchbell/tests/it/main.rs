//! The binary from outside: what it prints, how it ends, and what it makes of input that wants to break it.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

mod commands;
mod exit;
mod hostile;
mod jobs;
mod output;
mod packed;
mod packs;
mod same;
mod select;
mod story;
mod support;
