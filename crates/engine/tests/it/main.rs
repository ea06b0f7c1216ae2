//! The engine against rules and events made by hand.

mod cost;
mod event;
mod forge;
mod ladder;
mod oracle;
mod semantics;
mod twins;
mod windows;
