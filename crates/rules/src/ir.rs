//! What rules mean once they are checked: predicates asked once each, conditions over them, correlations over rules.

use crate::text::TextPattern;
use ipnet::IpNet;
use std::sync::Arc;
use watchbell_model::{FieldId, FieldTable, LogSource};

/// Index into [`Ruleset::predicates`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PredicateId(pub u32);

/// Index into [`Ruleset::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(pub u32);

/// One question about one field. Holds if it holds for any value of the field (a list has several);
/// [`FieldId::KEYWORDS`] asks every value of the record.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Predicate {
    pub field: FieldId,
    pub test: Test,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Test {
    /// The whole value as text, by literals and wildcards (contains, startswith, endswith are wildcards at the ends).
    Text(TextPattern),
    /// Searched in the value, not anchored. `pattern` is in the syntax of the `regex` crate, flags written into it.
    Regex {
        pattern: String,
    },
    Cidr(IpNet),
    Number {
        compare: Compare,
        value: Number,
    },
    /// The field is there and its value is null, or (as Sigma has it) the field is not there.
    Null,
    /// The field is there (`true`) or not (`false`).
    Exists(bool),
    /// Against the value of another field.
    FieldRef {
        other: FieldId,
        how: How,
        cased: bool,
    },
    /// A part of a time value.
    TimePart {
        part: TimePart,
        compare: Compare,
        value: i64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Compare {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A number with an exact identity.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Integer(i64),
    Float(f64),
}

impl Number {
    fn bits(self) -> (bool, u64) {
        match self {
            Self::Integer(n) => (true, n.cast_unsigned()),
            Self::Float(x) => (false, x.to_bits()),
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Eq for Number {}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.bits().hash(state);
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum How {
    Equals,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimePart {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A condition. `All` of nothing holds, `Any` of nothing does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Is(PredicateId),
}

/// One detection rule (a Sigma document, or a filter of an alert), checked.
#[derive(Clone, Debug)]
pub struct Rule {
    pub about: Arc<About>,
    pub source: LogSource,
    pub condition: Condition,
    /// Each named selection by itself, for `rules explain`.
    pub selections: Vec<(String, Condition)>,
    /// Asked only when named (exceptions, outcomes), never of every event.
    pub on_demand: bool,
}

/// Who a rule is.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct About {
    pub id: Option<String>,
    /// Sigma 2's name, by which correlations refer to it.
    pub name: Option<String>,
    pub title: String,
    pub level: Option<String>,
    pub status: Option<String>,
    pub author: Option<String>,
    pub license: Option<String>,
    pub tags: Vec<String>,
    pub regression_tests_path: Option<String>,
    /// Where it was read from: file, and the document's number in it, from 0.
    pub file: String,
    pub document: usize,
    /// The conditions as written.
    #[serde(skip)]
    pub conditions: Vec<String>,
}

/// A correlation over rules or over other correlations.
#[derive(Clone, Debug)]
pub struct Correlation {
    pub about: Arc<About>,
    pub kind: CorrelationKind,
    pub of: Vec<Referred>,
    /// Names as the group-by writes them; for each referred rule, the field that holds it ([`Referred::group`]).
    pub group_by: Vec<String>,
    pub timespan_seconds: u64,
    /// Whether the rules' own matches are given too.
    pub generate: bool,
}

#[derive(Clone, Debug)]
pub struct Referred {
    pub target: Target,
    /// The name it was referred by, for extended conditions of temporal ones.
    pub name: String,
    /// For each of `group_by`: the field of this rule's events. Of a correlation: unused, its own group counts.
    pub group: Vec<FieldId>,
    /// The field counted, summed or averaged; of several, their combinations are counted.
    pub values: Vec<FieldId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    Rule(RuleId),
    /// Index into [`Ruleset::correlations`]; always smaller than the referring one's own.
    Correlation(u32),
}

#[derive(Clone, Debug, PartialEq)]
pub enum CorrelationKind {
    EventCount(Bounds),
    ValueCount(Bounds),
    Temporal(Option<Extended>),
    TemporalOrdered(Option<Extended>),
    ValueSum(Bounds),
    ValueAvg(Bounds),
    ValueMedian(Bounds),
    ValuePercentile { percentile: u8, bounds: Bounds },
}

/// A boolean condition over the referred rules (by index into [`Correlation::of`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Extended {
    All(Vec<Extended>),
    Any(Vec<Extended>),
    Not(Box<Extended>),
    Seen(usize),
}

/// All of them must hold (`gte: 10`, `lt: 100`).
#[derive(Clone, Debug, PartialEq)]
pub struct Bounds(pub Vec<Bound>);

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    pub compare: Compare,
    /// `neq`.
    pub negated: bool,
    pub value: f64,
}

/// Everything that is loaded, compiled over one table of fields.
#[derive(Debug, Default)]
pub struct Ruleset {
    pub fields: FieldTable,
    /// Each distinct one once.
    pub predicates: Vec<Predicate>,
    pub rules: Vec<Rule>,
    pub correlations: Vec<Correlation>,
    /// For each correlation in the order in which they were added: its index, if it is without errors.
    pub(crate) numbers: Vec<Option<u32>>,
}

impl Ruleset {
    /// The index of a correlation by the number that the loader gave when it was added.
    pub fn correlation(&self, added: usize) -> Option<u32> {
        self.numbers.get(added).copied().flatten()
    }
}
