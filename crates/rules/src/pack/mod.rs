//! Pack documents, checked: text in, definitions and diagnostics out.

mod alert;
pub mod archive;
pub mod attack;
mod check;
mod compile;
mod describe;
mod entity;
mod import;
mod lint;
mod named;
mod places;
mod reference;
mod sample;
mod scalar;
mod schema;
mod shape;
mod template;
mod tree;
mod trigger;
mod yaml;

pub use alert::{Alert, Evidence, Exception, Need, Outcomes, Sigma};
pub use compile::{CompiledAlert, CompiledEntity, CompiledException, CompiledFilter, Lists};
pub use entity::{Entity, GROUP};
pub use import::{Copy, Import, ImportName, import};
pub use lint::lint;
pub use named::Named;
pub use places::Source;
pub use reference::reference_page;
pub use sample::{Expected, Sample};
pub use scalar::{duration, is_uuid};
pub use schema::{Which, json_schema};
pub use template::{JOB_FIELDS, JOB_KEYS, Mention, mentions};
pub use tree::{AboutPack, Change, Pack, is_definition};
pub use trigger::{Difference, Fold, FoldOutcome, Rolling, Several, Trigger};
pub use yaml::Place;
