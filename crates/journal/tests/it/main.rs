//! The room from outside: what was acknowledged is there, once, in order, whatever the disk did.

mod basics;
mod entries;
mod faults;
mod recovery;
mod sim;
mod trouble;
