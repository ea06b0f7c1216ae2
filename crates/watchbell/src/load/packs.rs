//! Alerts of packs.

use crate::cli::WhatArgs;
use crate::packs::{Files, find, names};
use anyhow::Result;
use std::sync::Arc;
use watchbell_alerts::{Definition, PackRef};
use watchbell_model::Diagnostic;
use watchbell_pipeline::{Active, Attempts, Entity, Exception, Fold, LadderPlan, OutcomeRules};
use watchbell_rules::pack::{Alert, CompiledAlert, CompiledEntity, FoldOutcome, LadderFile, Lists, Pack, Trigger};
use watchbell_rules::{Loader, Ruleset};

/// An alert whose rules are with the loader.
pub struct Added {
    compiled: CompiledAlert,
    pack: PackRef,
}

/// The packs that are asked for: by default every one inside the binary.
pub fn chosen(what: &WhatArgs) -> Vec<String> {
    match (what.pack.is_empty(), what.rules.is_empty()) {
        (false, _) => what.pack.clone(),
        (true, true) => names().into_iter().map(str::to_owned).collect(),
        (true, false) => Vec::new(),
    }
}

/// Reads packs and gives their rules to the loader, which also gets their problems. The second is what they say of ladders.
pub fn add(names: &[String], loader: &mut Loader) -> Result<(Vec<Added>, LadderPlan)> {
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

/// Adds what a pack says of its alerts' steps.
pub fn climb(plan: &mut LadderPlan, ladder: &LadderFile) {
    plan.within = plan.within.max(i64::try_from(ladder.within).unwrap_or(i64::MAX / 4));
    plan.alerts.extend(ladder.steps.iter().flat_map(|(step, evidence)| evidence.alerts.iter().map(|name| (name.clone(), *step))));
    plan.priority.extend(&ladder.priority);
}

/// Gives the pack's rules to the loader.
pub fn compile(pack: Pack, loader: &mut Loader) -> Vec<Added> {
    let about = PackRef { name: pack.about.id.clone(), version: pack.about.version.clone() };
    let compile = |alert: Alert| Added { compiled: Arc::new(alert).compile(loader, &Lists::default()), pack: about.clone() };
    pack.alerts.into_iter().map(compile).collect()
}

pub fn activate(ruleset: &Ruleset, added: Vec<Added>) -> Vec<Active> {
    added.into_iter().map(|added| active(ruleset, added)).collect()
}

fn active(ruleset: &Ruleset, Added { compiled, pack }: Added) -> Active {
    let alert = &compiled.alert;
    let exceptions = compiled.exceptions.into_iter().filter(|exception| exception.default);
    Active {
        definition: Arc::new(definition(alert, pack)),
        rules: compiled.rules,
        correlations: compiled.correlations.iter().filter_map(|number| ruleset.correlation(*number)).collect(),
        entities: entities(compiled.entities),
        exceptions: exceptions.map(|exception| Exception { id: exception.id, filter: exception.filter }).collect(),
        outcome: OutcomeRules { default: alert.outcome.default, failed: compiled.failed, tried: compiled.tried },
        attempts: attempts(&alert.trigger),
        fold: alert.fold.as_ref().map(|fold| Fold { by: fold.by.clone(), within_seconds: fold.within, worst: fold.outcome == FoldOutcome::Worst }),
    }
}

fn attempts(trigger: &Trigger) -> Option<Attempts> {
    match trigger {
        Trigger::Ladder(attempts) => Some(Attempts { steps: attempts.steps as usize, within_seconds: attempts.within }),
        _ => None,
    }
}

pub fn entities(compiled: Vec<CompiledEntity>) -> Vec<Entity> {
    compiled.into_iter().map(|e| Entity { name: e.name, fields: e.fields, pattern: e.pattern }).collect()
}

fn definition(alert: &Alert, pack: PackRef) -> Definition {
    Definition {
        id: alert.id.clone(),
        name: alert.name.clone(),
        title: alert.title.clone(),
        pack: Some(pack),
        priority: alert.priority,
        attack: alert.attack.clone(),
        summary: alert.summary.clone(),
        description: alert.description.clone(),
        triage: alert.triage.clone(),
        false_positives: alert.false_positives.clone(),
        respond: alert.respond.clone(),
        references: alert.references.clone(),
    }
}
