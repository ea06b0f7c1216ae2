//! `story.yaml`: the kinds of facts that a pack's stories are told from, read and put into a ruleset.

use super::alert::{Outcomes, Sigma, read};
use super::compile::{Body, CompiledEntity, CompiledFilter, Filters, Lists, compiled_entities, placeholders, sources};
use super::entity::{self, Entity};
use super::named::Named;
use super::places::Source;
use super::story_words::STORY;
use crate::RuleId;
use crate::loader::Loader;
use serde::{Deserialize, Serialize};
use watchbell_model::Diagnostic;

/// What `story.yaml` says.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct StoryRecipe {
    /// Values of the rules' placeholders.
    #[serde(default)]
    pub tunables: Named<Vec<String>>,
    pub facts: Vec<FactSpec>,
    #[serde(skip)]
    pub source: Source,
}

/// One kind of fact. Roles, lanes, chapters, gaps and names of values are words of `story_words`.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct FactSpec {
    pub id: String,
    pub role: String,
    pub chapter: String,
    pub lane: String,
    /// Seconds before the alert's first event in which it may matter.
    #[serde(default = "hour")]
    pub before: u64,
    /// Seconds after its last.
    #[serde(default = "minutes")]
    pub after: u64,
    /// Holds where the fact is the system's own doing.
    #[serde(default)]
    pub routine: Option<Sigma>,
    /// Sigma documents; any of them makes the fact.
    pub rules: Vec<Sigma>,
    #[serde(default)]
    pub values: Named<Entity>,
    #[serde(default)]
    pub outcome: Outcomes,
    /// What it hides, if it blinds.
    #[serde(default)]
    pub gap: Option<String>,
    /// Best first; the first whose names all have values is said.
    pub says: Vec<String>,
}

/// A kind of fact in the ruleset of the loader that it was compiled with.
#[derive(Clone, Debug)]
pub struct CompiledFact {
    pub rules: Vec<RuleId>,
    /// Named as stories name them.
    pub values: Vec<CompiledEntity>,
    pub failed: CompiledFilter,
    pub tried: CompiledFilter,
    pub routine: CompiledFilter,
}

impl StoryRecipe {
    /// Reads `story.yaml`. Wrong pieces are left out and told.
    pub fn parse(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let (mut recipe, source): (Self, Source) = read(&STORY, file, text, problems)?;
        for (n, fact) in recipe.facts.iter_mut().enumerate() {
            entity::check_expressions(&mut fact.values, &format!("facts/{n}/values"), &source, problems);
        }
        Some(Self { source, ..recipe })
    }

    /// Adds every fact to what `loader` collects, in order. What is wrong in the Sigma is told by [`Loader::finish`].
    pub fn compile(&self, loader: &mut Loader, lists: &Lists) -> Vec<CompiledFact> {
        self.facts.iter().map(|fact| self.compiled(fact, loader, lists)).collect()
    }

    fn compiled(&self, fact: &FactSpec, loader: &mut Loader, lists: &Lists) -> CompiledFact {
        let body = Body { name: &fact.id, title: Some(&fact.id), source: &self.source, placeholders: placeholders(&self.tunables, lists) };
        let parsed = body.rules(&fact.rules);
        let sources = sources(&parsed);
        let rules = loader.add(parsed).rules;
        let mut filters = Filters { body: &body, loader, sources: &sources };
        CompiledFact {
            rules,
            failed: filters.filter("outcome failed", fact.outcome.failed.as_ref()),
            tried: filters.filter("outcome tried", fact.outcome.tried.as_ref()),
            routine: filters.filter("routine", fact.routine.as_ref()),
            values: compiled_entities(&fact.values, loader),
        }
    }
}

fn hour() -> u64 {
    3_600
}

fn minutes() -> u64 {
    300
}
