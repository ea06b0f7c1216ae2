//! The engine against rules and events made by hand.

mod event;
mod forge;
mod semantics;
mod twins;
