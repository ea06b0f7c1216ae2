//! The engine against rules and events made by hand.

mod cost;
mod event;
mod forge;
mod oracle;
mod semantics;
mod twins;
mod windows;
