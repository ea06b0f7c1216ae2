//! How stories are told: the recipes and ladders of the packs in use, compiled for a reading of their own.

use crate::packs::{find, names};
use anyhow::Result;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use watchbell_alerts::Definition;
use watchbell_model::TIME;
use watchbell_pipeline::{Active, Definitions, Exception, LadderPlan, OutcomeRules, Storybook, intern_coverage, intern_inputs};
use watchbell_rules::Loader;
use watchbell_rules::pack::{CompiledFact, FactSpec, LadderFile, Lists, Pack, StoryRecipe};
use watchbell_story::{Kind, Recipe};

/// The recipes of these packs, the default one where none has its own. Problems are told by the packs' own loading.
pub fn storybook(packs: &[String]) -> Result<Storybook> {
    Ok(bound(told(packs)?))
}

/// Recipes and ladders made one book.
pub fn bound(recipes: Vec<(StoryRecipe, Option<LadderFile>)>) -> Storybook {
    let mut loader = Loader::new();
    let (mut actives, mut recipe, mut ladders) = (Vec::new(), Recipe::default(), LadderPlan::default());
    for (story, ladder) in recipes {
        let base = recipe.kinds.len();
        for (spec, compiled) in story.facts.iter().zip(story.compile(&mut loader, &Lists::default())) {
            if let (Some(kind), false) = (kind(spec), recipe.kinds.iter().any(|kind| kind.id == spec.id)) {
                recipe.kinds.push(kind);
                actives.push(active(spec, compiled));
            }
        }
        if let Some(ladder) = ladder {
            super::packs::climb(&mut ladders, &ladder);
            ladders.facts.extend(recipe.kinds[base..].iter().map(|kind| ladder.step_of_fact(&kind.id)));
        }
        ladders.facts.resize(recipe.kinds.len(), None);
    }
    loader.fields_mut().intern(TIME);
    intern_coverage(loader.fields_mut());
    intern_inputs(loader.fields_mut());
    let (ruleset, _) = loader.finish();
    Storybook { recipe, definitions: Arc::new(Definitions::new(ruleset, actives)), ladders }
}

/// Story and ladder of each pack that has a story, else of the packs inside the binary.
pub fn told(packs: &[String]) -> Result<Vec<(StoryRecipe, Option<LadderFile>)>> {
    let read = |names: &[String]| -> Result<Vec<_>> {
        let packs = names.iter().map(|name| Ok(super::packs::read(&find(name)?).0)).collect::<Result<Vec<Option<Pack>>>>()?;
        Ok(packs.into_iter().flatten().filter_map(|pack| Some((pack.story?, pack.ladder))).collect())
    };
    let own = read(packs)?;
    if own.is_empty() { read(&names().into_iter().map(str::to_owned).collect::<Vec<_>>()) } else { Ok(own) }
}

fn active(spec: &FactSpec, fact: CompiledFact) -> Active {
    Active {
        definition: Arc::new(Definition { name: spec.id.clone(), ..Definition::default() }),
        rules: fact.rules,
        entities: super::packs::entities(fact.values),
        exceptions: vec![Exception { id: "routine".to_owned(), filter: fact.routine }],
        outcome: OutcomeRules { default: spec.outcome.default, failed: fact.failed, tried: fact.tried },
        ..Active::default()
    }
}

/// The recipe's words were checked when it was read; none where one is not known after all.
fn kind(spec: &FactSpec) -> Option<Kind> {
    Some(Kind {
        id: spec.id.clone(),
        chapter: word(&spec.chapter)?,
        lane: word(&spec.lane)?,
        role: word(&spec.role)?,
        says: spec.says.clone(),
        gap: match &spec.gap {
            Some(gap) => Some(word(gap)?),
            None => None,
        },
        before: i64::try_from(spec.before).ok()?,
        after: i64::try_from(spec.after).ok()?,
    })
}

fn word<T: DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(Value::String(word.to_owned())).ok()
}
