//! Field names as rules write them, each with a small number, so that nothing is looked up by name on the hot path.

use crate::LogSource;
use rustc_hash::FxHashMap;

/// A field of the loaded rules. Valid with the [`FieldTable`] that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u32);

impl FieldId {
    /// The field of keywords: every value of the record. The decoder of a class fills it if the table says that
    /// somebody asks ([`FieldTable::wants_keywords`]).
    pub const KEYWORDS: Self = Self(0);
}

/// The field under which a decoder gives an event's time as the record writes it, if the table has it and the format can
/// tell it at a glance.
pub const TIME: &str = "Event.Time";

/// The field under which the first record of an audit event gives its time and serial, if the table has it: `1795493743.357:386`.
pub const STAMP: &str = "Event.Stamp";

/// Every field name that the loaded rules and alerts ask for.
#[derive(Debug, Clone)]
pub struct FieldTable {
    names: Vec<String>,
    ids: FxHashMap<String, FieldId>,
    keyword_sources: Vec<LogSource>,
}

impl Default for FieldTable {
    fn default() -> Self {
        let mut table = Self { names: Vec::new(), ids: FxHashMap::default(), keyword_sources: Vec::new() };
        table.intern("");
        table
    }
}

impl FieldTable {
    /// The id of `name`, made if new.
    pub fn intern(&mut self, name: &str) -> FieldId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = FieldId(self.names.len() as u32);
        self.names.push(name.to_owned());
        self.ids.insert(name.to_owned(), id);
        id
    }

    pub fn get(&self, name: &str) -> Option<FieldId> {
        self.ids.get(name).copied()
    }

    pub fn name(&self, id: FieldId) -> &str {
        &self.names[id.0 as usize]
    }

    /// How many ids were given; never none, [`FieldId::KEYWORDS`] is always there.
    #[allow(clippy::len_without_is_empty, reason = "never empty")]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Every field but the keywords.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &str)> {
        self.names.iter().enumerate().skip(1).map(|(i, n)| (FieldId(i as u32), n.as_str()))
    }

    /// Fields that no record writes: worked out from others, under these names.
    pub fn derived(&self) -> impl Iterator<Item = (FieldId, &str)> {
        self.iter().filter(|(_, name)| is_derived(name))
    }

    /// Notes that a rule of this log source asks for keywords.
    pub fn add_keyword_source(&mut self, source: LogSource) {
        if !self.keyword_sources.contains(&source) {
            self.keyword_sources.push(source);
        }
    }

    /// Whether a view of log source `view` needs its keywords filled.
    pub fn wants_keywords(&self, view: &LogSource) -> bool {
        self.keyword_sources.iter().any(|rule| rule.admits(view))
    }
}

/// `Job.Command`, `Job.TargetHost`: made by the pipeline out of other fields.
pub fn is_derived(name: &str) -> bool {
    name.starts_with("Job.")
}
