//! The engine against rules and events made by hand.

mod cost;
mod event;
mod forge;
mod ladder;
mod naive;
mod oracle;
mod semantics;
mod triggers;
mod twins;
mod windows;
