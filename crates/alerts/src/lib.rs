//! What a triggered alert is, and how it is worded and shown: summary, NDJSON, table, HTML, OCSF.

mod background;
mod definition;
mod kept;
pub mod render;
mod summary;
mod triggered;

pub use background::{Background, Scope};
pub use definition::{Definition, PackRef};
pub use summary::summary;
pub use triggered::{EventRef, RuleRef, Triggered};
