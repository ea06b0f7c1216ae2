//! Alerts of packs made active.

use crate::attempts::Attempts;
use crate::definitions::{Active, Entity, Exception, Fold, OutcomeRules};
use crate::ladders::LadderPlan;
use std::sync::Arc;
use watchbell_alerts::{Definition, PackRef};
use watchbell_rules::pack::{Alert, CompiledAlert, CompiledEntity, FoldOutcome, LadderFile, Lists, Pack, Trigger};
use watchbell_rules::{Loader, Ruleset};

/// An alert whose rules are with the loader.
pub struct AddedAlert {
    compiled: CompiledAlert,
    pack: PackRef,
}

/// Adds what a pack says of its alerts' steps.
pub fn climb(plan: &mut LadderPlan, ladder: &LadderFile) {
    plan.techniques.insert(ladder.technique.clone());
    plan.within = plan.within.max(i64::try_from(ladder.within).unwrap_or(i64::MAX / 4));
    plan.alerts.extend(ladder.steps.iter().flat_map(|(step, evidence)| evidence.alerts.iter().map(|name| (name.clone(), *step))));
    plan.priority.extend(&ladder.priority);
}

/// Gives the pack's rules to the loader.
pub fn compile(pack: Pack, loader: &mut Loader) -> Vec<AddedAlert> {
    let about = PackRef { name: pack.about.id.clone(), version: pack.about.version.clone() };
    let compile = |alert: Alert| AddedAlert { compiled: Arc::new(alert).compile(loader, &Lists::default()), pack: about.clone() };
    pack.alerts.into_iter().map(compile).collect()
}

pub fn activate(ruleset: &Ruleset, added: Vec<AddedAlert>) -> Vec<Active> {
    added.into_iter().map(|added| active(ruleset, added)).collect()
}

fn active(ruleset: &Ruleset, AddedAlert { compiled, pack }: AddedAlert) -> Active {
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
        trigger: alert.trigger.clone(),
        measured: compiled.measured.into_iter().collect(),
        fold: alert.fold.as_ref().map(|fold| Fold { by: fold.by.clone(), within_seconds: fold.within, worst: fold.outcome == FoldOutcome::Worst }),
        ..Active::default()
    }
}

fn attempts(trigger: &Trigger) -> Option<Attempts> {
    match trigger {
        Trigger::Ladder(attempts) => Some(Attempts { steps: attempts.steps as usize, within_seconds: attempts.within }),
        _ => None,
    }
}

pub(crate) fn entities(compiled: Vec<CompiledEntity>) -> Vec<Entity> {
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
