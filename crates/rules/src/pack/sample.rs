//! A sample's `expect.yaml`: what its log files must raise, and what must stay silent.

use super::alert::read;
use super::describe::EXPECT;
use super::named::Named;
use super::places::Source;
use serde::{Deserialize, Serialize};
use watchbell_model::{Diagnostic, Outcome, Priority};

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Sample {
    /// The name of its folder.
    #[serde(default)]
    pub case: String,
    pub title: String,
    /// How and where it was recorded.
    #[serde(default)]
    pub recorded: Option<String>,
    /// From which documented shape it was written.
    #[serde(default)]
    pub written: Option<String>,
    /// Paths within the folder. Without them: all others there.
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub expect: Vec<Expected>,
    /// Alerts that must not fire.
    #[serde(default)]
    pub silent: Vec<String>,
    /// Nothing but `expect` may fire.
    #[serde(default)]
    pub only: bool,
    /// `Alert/exception-id`: must have held something back.
    #[serde(default)]
    pub show_excepted: Vec<String>,
    #[serde(skip)]
    pub source: Source,
}

/// One triggered alert; what is not said may be anything.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Expected {
    pub alert: String,
    #[serde(default)]
    pub outcome: Option<Outcome>,
    #[serde(default)]
    pub count: Option<u64>,
    #[serde(default)]
    pub priority: Option<Priority>,
    #[serde(default)]
    pub entities: Named<String>,
    #[serde(default)]
    pub line: Option<u64>,
    #[serde(default)]
    pub record: Option<u64>,
}

impl Sample {
    /// Reads `samples/<case>/expect.yaml`.
    pub fn parse(case: &str, file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (sample, source): (Self, Source) = read(&EXPECT, file, text, problems)?;
        let sample = Self { case: case.to_owned(), source, ..sample };
        if sample.recorded.is_some() == sample.written.is_some() {
            let problem = sample.source.error("pack/sample-origin", "", "a sample says either `recorded` or `written`");
            problems.push(problem.hint("`recorded: how and where`, or `written: from which documented shape`"));
        }
        Some(sample)
    }
}
