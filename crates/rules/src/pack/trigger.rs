//! How matches become triggered alerts, and how those become fewer.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Every match.
    Each {},
    /// At least `threshold` matches of a group in a period.
    Several(Several),
    /// Fewer than `threshold`; silence too.
    Low(Several),
    /// A count over a moving period.
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
    #[serde(default)]
    pub by: Vec<String>,
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

impl Default for Trigger {
    fn default() -> Self {
        Self::Each {}
    }
}
