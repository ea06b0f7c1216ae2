//! How loud a triggered alert is: five words on a scale of ten.

use serde::{Deserialize, Serialize, Serializer};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
pub enum Priority {
    #[serde(rename = "very low", alias = "very-low")]
    VeryLow,
    #[serde(rename = "low")]
    Low,
    #[default]
    #[serde(rename = "normal")]
    Normal,
    #[serde(rename = "high")]
    High,
    #[serde(rename = "very high", alias = "very-high")]
    VeryHigh,
}

impl Priority {
    pub const ALL: [Self; 5] = [Self::VeryLow, Self::Low, Self::Normal, Self::High, Self::VeryHigh];

    /// 0, 3, 5, 7 or 10.
    pub fn number(self) -> u8 {
        [0, 3, 5, 7, 10][self as usize]
    }

    pub fn word(self) -> &'static str {
        ["very low", "low", "normal", "high", "very high"][self as usize]
    }

    /// From a Sigma level: informational 0, low 3, medium 5, high 7, critical 10. Without a level: normal.
    pub fn from_level(level: &str) -> Self {
        match level {
            "informational" => Self::VeryLow,
            "low" => Self::Low,
            "high" => Self::High,
            "critical" => Self::VeryHigh,
            _ => Self::Normal,
        }
    }
}

impl Serialize for Priority {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(self.number())
    }
}
