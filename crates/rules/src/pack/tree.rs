//! A pack: the files of its folder, read and put together.

use super::alert::{Alert, read};
use super::describe::PACK;
use super::ladder::LadderFile;
use super::places::Source;
use super::sample::Sample;
use super::story::StoryRecipe;
use serde::{Deserialize, Serialize};
use watchbell_model::Diagnostic;

/// A pack's definitions, in the order of their files' names.
#[derive(Clone, Debug, Default)]
pub struct Pack {
    pub about: AboutPack,
    pub alerts: Vec<Alert>,
    pub samples: Vec<Sample>,
    pub story: Option<StoryRecipe>,
    pub ladder: Option<LadderFile>,
}

/// What `pack.yaml` says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct AboutPack {
    pub id: String,
    pub name: String,
    pub version: String,
    #[serde(default)]
    pub summary: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub authors: Vec<String>,
    #[serde(default)]
    pub licence: String,
    #[serde(default)]
    pub attack: Vec<String>,
    #[serde(default)]
    pub technologies: Vec<String>,
    #[serde(default)]
    pub categories: Vec<String>,
    #[serde(default)]
    pub changes: Vec<Change>,
    #[serde(skip)]
    pub source: Source,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Change {
    pub version: String,
    pub date: String,
    pub text: String,
}

impl Pack {
    /// Reads a pack from the texts of its folder, each under its path in it (`alerts/Name.yaml`). Other files are not
    /// looked at. What is wrong is told, and the rest is read; `None` without a usable `pack.yaml`.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let mut files: Vec<(&str, &str)> = files.into_iter().collect();
        files.sort_unstable();
        let mut pack = Self::default();
        let mut about = None;
        for (path, text) in files {
            match place_in_pack(path) {
                Role::Pack => about = AboutPack::parse(path, text, problems),
                Role::Alert => pack.alerts.extend(Alert::parse(path, text, problems)),
                Role::Sample(case) => pack.samples.extend(Sample::parse(case, path, text, problems)),
                Role::Story => pack.story = StoryRecipe::parse(path, text, problems),
                Role::Ladder => pack.ladder = LadderFile::parse(path, text, problems),
                Role::Other => {}
            }
        }
        if about.is_none() && !problems.iter().any(|p| p.file == "pack.yaml") {
            problems.push(Diagnostic::error("pack/no-pack", "pack.yaml", "there is no `pack.yaml`").hint("a pack's folder has it at its top"));
        }
        Some(Self { about: about?, ..pack })
    }
}

impl AboutPack {
    pub fn parse(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (about, source): (Self, Source) = read(&PACK, file, text, problems)?;
        Some(Self { source, ..about })
    }
}

/// Whether a file of a pack's folder is read as text by [`Pack::parse`].
pub fn is_definition(path: &str) -> bool {
    !matches!(place_in_pack(path), Role::Other)
}

enum Role<'a> {
    Pack,
    Alert,
    /// Of this case.
    Sample(&'a str),
    Story,
    Ladder,
    Other,
}

fn place_in_pack(path: &str) -> Role<'_> {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        ["pack.yaml"] => Role::Pack,
        ["story.yaml"] => Role::Story,
        ["ladder.yaml"] => Role::Ladder,
        ["alerts", file] if file.strip_suffix(".yaml").is_some() => Role::Alert,
        ["samples", case @ .., "expect.yaml"] if !case.is_empty() => Role::Sample(&path["samples/".len()..path.len() - "/expect.yaml".len()]),
        _ => Role::Other,
    }
}
