//! Correlations over the matches that feed them, each firing a triggered alert.

use crate::definitions::{Active, Definitions};
use crate::found::Occurrence;
use crate::trigger::{Scene, reference};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use watchbell_alerts::Triggered;
use watchbell_engine::correlate::{Firing, Match};
use watchbell_engine::occurrence::of_window;
use watchbell_model::EventId;
use watchbell_rules::RuleId;

type Fed<'a> = FxHashMap<(u32, EventId, RuleId), &'a Occurrence>;

/// Correlates occurrences that feed; says too how many no window had room for. Events without a time have no place in one.
pub fn correlate(scene: &Scene<'_>, feeds: &[Occurrence]) -> (Vec<Triggered>, u64) {
    let fed: Fed<'_> = feeds.iter().map(|o| ((o.alert, scene.id(o), o.rules[0]), o)).collect();
    // Several alerts may be fed with one match: it counts once.
    let once: BTreeMap<(EventId, RuleId), &Occurrence> = feeds.iter().map(|o| ((scene.id(o), o.rules[0]), o)).collect();
    let (mut firings, crowded_out) = scene.definitions.correlations.all(once.into_values().filter_map(|o| found(scene, o)));
    firings.sort_by(|a, b| (a.start, a.correlation, &a.key).cmp(&(b.start, b.correlation, &b.key)));
    (firings.iter().flat_map(|firing| triggered(scene, &fed, firing)).collect(), crowded_out)
}

fn found(scene: &Scene<'_>, occurrence: &Occurrence) -> Option<Match> {
    let time = scene.event(occurrence).identity.time?.nanos;
    Some(Match { time, event: scene.id(occurrence), rule: occurrence.rules[0], values: occurrence.values.clone() })
}

/// The alerts that this correlation makes fire.
fn triggered(scene: &Scene<'_>, fed: &Fed<'_>, firing: &Firing) -> Vec<Triggered> {
    let made = concerned(scene.definitions, firing).filter_map(|(index, alert)| {
        let mut members = firing.members.iter().filter_map(|member| fed.get(&(index, member.event, member.rule)).copied());
        let mut made = scene.begin(id(alert, firing), members.next()?);
        members.for_each(|member| scene.join(&mut made, member));
        Some(finished(scene.definitions, alert, firing, made))
    });
    made.collect()
}

pub fn concerned<'a>(definitions: &'a Definitions, firing: &Firing) -> impl Iterator<Item = (u32, &'a Active)> + use<'a> {
    let correlation = firing.correlation;
    (0..).zip(&definitions.alerts).filter(move |(_, alert)| alert.correlations.contains(&correlation))
}

pub fn id(alert: &Active, firing: &Firing) -> EventId {
    of_window(&alert.definition.id, &firing.key, firing.start)
}

/// What the window tells of a triggered alert, and no member by itself.
pub fn finished(definitions: &Definitions, alert: &Active, firing: &Firing, mut made: Triggered) -> Triggered {
    made.rules.insert(0, reference(&definitions.ruleset.correlations[firing.correlation as usize].about));
    made.count = firing.count;
    made.outcome = alert.outcome.default;
    made
}
