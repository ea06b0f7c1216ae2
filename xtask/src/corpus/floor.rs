//! The figures reached so far, as committed: `name = most that is allowed`, one a line; what is not named must be zero.

use std::collections::BTreeMap;
use std::path::Path;

/// Shortfalls that are allowed, by the figure's name.
pub struct Floor(BTreeMap<String, u64>);

impl Floor {
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        lines.map(parse).collect::<Option<_>>().map(Self).ok_or_else(|| format!("{}: a line is not `name = number`", path.display()))
    }

    pub fn of(&self, name: &str) -> u64 {
        self.0.get(name).copied().unwrap_or(0)
    }
}

fn parse(line: &str) -> Option<(String, u64)> {
    let (name, value) = line.split_once(" = ")?;
    Some((name.trim().to_owned(), value.trim().parse().ok()?))
}

/// A figure as measured; none where the scorer did not say it.
pub struct Figure {
    pub name: String,
    pub value: Option<u64>,
}

impl Figure {
    /// What to say where the figure is worse than it may be.
    pub fn worse_than(&self, most: u64) -> Option<String> {
        match self.value {
            Some(value) if value <= most => None,
            Some(value) => Some(format!("{} {value}, at most {most}", self.name)),
            None => Some(format!("{} was not told", self.name)),
        }
    }
}
