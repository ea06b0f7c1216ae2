//! What the crate promises, held from outside.
#![allow(clippy::unwrap_used, reason = "tests")]

mod conditions;
mod modifiers;
mod pack;
