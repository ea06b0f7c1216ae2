//! How stories are told: the recipes and ladders of the packs in use.

use crate::packs::{find, names};
use anyhow::Result;
use watchbell_pipeline::Storybook;
use watchbell_pipeline::compile::bound;
use watchbell_rules::pack::{LadderFile, Pack, StoryRecipe};

/// The recipes of these packs, the default one where none has its own. Problems are told by the packs' own loading.
pub fn storybook(packs: &[String]) -> Result<Storybook> {
    Ok(bound(told(packs)?))
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
