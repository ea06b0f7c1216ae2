//! Control data, tested through the store as a server uses it.

mod backup;
mod delivery;
mod edits;
mod faults;
mod growth;
mod lists;
mod migrations;
mod outbox;
mod packs;
mod people;
mod replay;
mod seen;
mod world;
