//! Recipes and ladders of packs, compiled for a reading of their own.

use crate::compile::packs::{climb, entities};
use crate::coverage::intern_coverage;
use crate::definitions::{Active, Definitions, Exception, OutcomeRules};
use crate::derive::intern_inputs;
use crate::ladders::LadderPlan;
use crate::stories::Storybook;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::sync::Arc;
use watchbell_alerts::Definition;
use watchbell_model::TIME;
use watchbell_rules::Loader;
use watchbell_rules::pack::{CompiledFact, FactSpec, LadderFile, Lists, StoryRecipe};
use watchbell_story::{Kind, Recipe};

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
            climb(&mut ladders, &ladder);
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

fn active(spec: &FactSpec, fact: CompiledFact) -> Active {
    Active {
        definition: Arc::new(Definition { name: spec.id.clone(), ..Definition::default() }),
        rules: fact.rules,
        entities: entities(fact.values),
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
