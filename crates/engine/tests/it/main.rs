//! The engine against rules and events made by hand.

mod cost;
mod event;
mod forge;
mod semantics;
mod twins;
mod windows;
