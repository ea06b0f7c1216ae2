//! Tests of the lake on a folder that goes afterwards.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, clippy::cast_possible_wrap, reason = "tests")]

mod beside;
mod compaction;
mod crash;
mod events;
mod limits;
mod near;
mod refused;
mod retention;
mod search;
