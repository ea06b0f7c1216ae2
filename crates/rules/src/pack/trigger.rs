//! How matches become triggered alerts, and how those become fewer.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Every match.
    Each {},
    /// More than `threshold` matches of a group in a period.
    Several(Several),
    /// No more than `threshold`; silence too.
    Low(Several),
    /// Every so often, more than `threshold` matches of a group in the time before.
    Rolling(Rolling),
    /// A group differs from the median of all groups in the period.
    Deviation(Difference),
    /// A group differs from its own previous period.
    Gradient(Difference),
    /// Attempts on several steps of the ladder, none of them done.
    Ladder(Attempts),
}

/// Periods are in seconds; `by` names entities.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Several {
    pub period: u64,
    pub threshold: u64,
    #[serde(default)]
    pub by: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Rolling {
    pub every: u64,
    pub look_back: u64,
    pub threshold: u64,
    #[serde(default)]
    pub by: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Difference {
    pub period: u64,
    #[serde(default)]
    pub absolute: Option<f64>,
    #[serde(default)]
    pub percent: Option<f64>,
    /// What of the matches is compared; their number, if it does not say.
    #[serde(default)]
    pub value: Option<Measured>,
    #[serde(default)]
    pub by: Vec<String>,
}

/// What a group's numbers come to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Measured {
    /// A field of the view that matched.
    pub of: String,
    pub by: Aggregate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Aggregate {
    Min,
    Max,
    Sum,
    Avg,
}

/// Evidence on at least so many steps of the pack's ladder, none of it done, within so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Attempts {
    pub steps: u8,
    pub within: u64,
}

/// Occurrences with the same key, in the same stretch of `within` seconds, are one triggered alert.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Fold {
    /// Names of entities.
    pub by: Vec<String>,
    pub within: u64,
    #[serde(default)]
    pub outcome: FoldOutcome,
}

/// Whether occurrences of different outcomes are different triggered alerts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoldOutcome {
    /// The outcome is part of the key.
    #[default]
    Key,
    /// One triggered alert, which shows the worst.
    Worst,
}

impl Trigger {
    pub fn word(&self) -> &'static str {
        match self {
            Self::Each {} => "each",
            Self::Several(_) => "several",
            Self::Low(_) => "low",
            Self::Rolling(_) => "rolling",
            Self::Deviation(_) => "deviation",
            Self::Gradient(_) => "gradient",
            Self::Ladder(_) => "ladder",
        }
    }

    /// Whether it counts matches, so that none of them fires by itself.
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Each {} | Self::Ladder(_))
    }

    /// The field whose numbers are compared.
    pub fn measured(&self) -> Option<&str> {
        match self {
            Self::Deviation(difference) | Self::Gradient(difference) => difference.value.as_ref().map(|value| value.of.as_str()),
            _ => None,
        }
    }

    /// What a template may name besides entities.
    pub fn tells(&self) -> &'static [&'static str] {
        match self {
            Self::Deviation(_) | Self::Gradient(_) => &[VALUE, USUAL],
            _ => &[],
        }
    }

    /// What state is kept by: a changed trigger has another.
    pub fn digest(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Entities that make a group.
    pub fn by(&self) -> &[String] {
        match self {
            Self::Each {} | Self::Ladder(_) => &[],
            Self::Several(several) | Self::Low(several) => &several.by,
            Self::Rolling(rolling) => &rolling.by,
            Self::Deviation(difference) | Self::Gradient(difference) => &difference.by,
        }
    }
}

/// What differs from the usual, as a template names it.
pub const VALUE: &str = "value";
/// What it differs from.
pub const USUAL: &str = "usual";
/// How many times `every` a look back may be.
pub const RUNS: u64 = 1000;

impl Default for Trigger {
    fn default() -> Self {
        Self::Each {}
    }
}
