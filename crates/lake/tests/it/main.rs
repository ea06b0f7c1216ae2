//! Tests of the lake on a folder that goes afterwards.

mod beside;
mod compaction;
mod crash;
mod events;
mod limits;
mod near;
mod refused;
mod retention;
mod search;
