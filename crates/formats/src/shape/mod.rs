//! Shapes: how a schema writes events, read from data files; bound to the fields that the loaded rules ask for.

mod api;
mod bind;
mod book;
mod class;
mod compute;
mod identity;
mod list;
mod message;
mod model;
mod nested;
mod reference;
mod view;

pub use bind::Shapes;
pub use book::{Entry, Trie};
pub use class::ClassMemo;
pub use identity::Ids;
pub use list::{all_shapes, bases};
pub use nested::Nested;
pub use reference::reference;
