//! Pack documents, checked: text in, definitions and diagnostics out.

mod alert;
mod check;
mod describe;
mod entity;
mod named;
mod places;
mod sample;
mod scalar;
mod shape;
mod tree;
mod trigger;
mod yaml;

pub use alert::{Alert, Evidence, Exception, Need, Outcomes, Sigma};
pub use entity::Entity;
pub use named::Named;
pub use places::Source;
pub use sample::{Expected, Sample};
pub use scalar::{duration, is_uuid};
pub use tree::{AboutPack, Change, Pack, is_definition};
pub use trigger::{Difference, Fold, FoldOutcome, Rolling, Several, Trigger};
pub use yaml::Place;
