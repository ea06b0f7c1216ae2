//! A class of events (one shape, one channel and event id): its views, and where each view keeps which field.

use crate::{FieldId, LogSource, PathId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// One way of looking at an event: Security 4688 is windows/security and windows/process_creation.
#[derive(Debug, Clone, Default)]
pub struct View {
    pub source: LogSource,
    /// Where a field may stand, best place first. Fields that the view lacks are not listed. Shared by the classes that
    /// differ only in their constants, of which there are hundreds.
    pub paths: Arc<FxHashMap<FieldId, Vec<PathId>>>,
    /// Fields whose value is the same for every event of the class (`Channel`, `EventID`); they need not be in `paths`.
    pub constants: FxHashMap<FieldId, String>,
}

/// What a decoder says about an event before its values are looked at.
#[derive(Debug, Clone, Default)]
pub struct Class {
    /// Unique in its catalogue, small and dense; the engine keeps its plans by it.
    pub number: u32,
    pub views: Vec<View>,
}
