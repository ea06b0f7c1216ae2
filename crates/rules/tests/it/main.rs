//! What the crate promises, held from outside.
#![allow(clippy::unwrap_used, reason = "tests")]

mod alerts;
mod conditions;
mod correlations;
mod diagnostics;
mod explanations;
mod filters;
mod hostile;
mod modifiers;
mod pack;
