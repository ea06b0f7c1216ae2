//! Alerts of packs.

use crate::cli::WhatArgs;
use crate::packs::{Files, find, names};
use anyhow::Result;
use watchbell_model::Diagnostic;
use watchbell_pipeline::LadderPlan;
use watchbell_pipeline::compile::{AddedAlert, climb, compile};
use watchbell_rules::Loader;
use watchbell_rules::pack::Pack;

/// The packs that are asked for: by default every one inside the binary.
pub fn chosen(what: &WhatArgs) -> Vec<String> {
    match (what.pack.is_empty(), what.rules.is_empty()) {
        (false, _) => what.pack.clone(),
        (true, true) => names().into_iter().map(str::to_owned).collect(),
        (true, false) => Vec::new(),
    }
}

/// Reads packs and gives their rules to the loader, which also gets their problems. The second is what they say of ladders.
pub fn add(names: &[String], loader: &mut Loader) -> Result<(Vec<AddedAlert>, LadderPlan)> {
    let (mut added, mut ladders) = (Vec::new(), LadderPlan::default());
    for name in names {
        let (pack, problems) = read(&find(name)?);
        for problem in problems {
            loader.report(problem);
        }
        pack.iter().filter_map(|pack| pack.ladder.as_ref()).for_each(|ladder| climb(&mut ladders, ladder));
        added.extend(pack.into_iter().flat_map(|pack| compile(pack, loader)));
    }
    Ok((added, ladders))
}

/// A pack's definitions, and what is wrong with them; places are under the pack's name.
pub fn read(files: &Files) -> (Option<Pack>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let pack = Pack::parse(files.texts(), &mut problems);
    if pack.is_none() && problems.is_empty() {
        problems.push(Diagnostic::error("pack/no-pack", &files.name, "there is no pack.yaml").hint("name the folder that holds pack.yaml and alerts/"));
    }
    (pack, problems)
}
