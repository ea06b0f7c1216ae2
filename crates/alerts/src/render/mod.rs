//! Triggered alerts written for machines and people, one file a format.

mod groups;
mod html;
mod ndjson;
mod ocsf;
mod processes;
mod story;
mod table;
mod text;
mod words;

pub use html::html;
pub use ndjson::{json, ndjson};
pub use ocsf::ocsf;
pub use story::story;
pub use table::table;

/// Where an event stands, in short.
fn place(event: &crate::EventRef) -> String {
    match (event.lines, event.record) {
        (Some((first, last)), _) if first == last => format!("{}:{first}", event.file),
        (Some((first, last)), _) => format!("{}:{first}-{last}", event.file),
        (None, Some(record)) => format!("{} record {record}", event.file),
        (None, None) => event.file.to_string(),
    }
}
