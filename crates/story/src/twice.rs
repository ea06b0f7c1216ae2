//! What two logs tell of one event: the record that tells less is left out.

use crate::case::{Case, may_be_same_host, near};
use crate::found::Found;
use crate::keys::{command_key, host_key, job_key};
use crate::{Fact, Lane, Name, Role, value_key};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use watchbell_model::{EventId, Outcome};

/// Seconds between two records of one event.
const APART: i64 = 2;

/// Host, kind, and what makes the event: a process' id and command line, or a job's name.
type Same = (Option<String>, u16, String, String);

/// Events that another entry tells better: of a process start the record without a `ProcessGuid` beside one with it; of a
/// task's record the one without a definition beside one with it.
pub(crate) fn twice(case: &Case<'_>, found: &[Found<'_>]) -> BTreeSet<EventId> {
    let mut groups: BTreeMap<Same, Vec<&Found<'_>>> = BTreeMap::new();
    for one in found {
        if let Some(same) = same(case, one.fact) {
            groups.entry(same).or_default().push(one);
        }
    }
    groups.values().flat_map(|group| poorer(case, group)).chain(switches(case, found)).chain(begun(case, found)).collect()
}

/// Of one request of a cloud the record that it began, where its end is told too.
fn begun(case: &Case<'_>, found: &[Found<'_>]) -> Vec<EventId> {
    let key = |one: &Found<'_>| Some((one.fact.kind, one.fact.get(Name::Correlation)?.to_owned(), one.fact.get(Name::Resource).map(str::to_lowercase)));
    let mut groups: BTreeMap<_, Vec<&Found<'_>>> = BTreeMap::new();
    for one in found.iter().filter(|one| case.kind(one.fact).is_some_and(|kind| kind.lane == Lane::Cloud)) {
        let Some(key) = key(one) else { continue };
        groups.entry(key).or_default().push(one);
    }
    let ended = |one: &&&Found<'_>| one.fact.outcome != Outcome::Tried;
    let begun = groups.into_values().flat_map(|group| {
        let end = group.iter().filter(ended).max_by_key(|one| (case.is_own(one.fact), one.join.strength)).copied();
        let less = move |one: &&Found<'_>| {
            one.fact.outcome == Outcome::Tried
                && end.is_some_and(|end| end.join.strength >= one.join.strength && (case.is_own(end.fact) || !case.is_own(one.fact)))
        };
        group.into_iter().filter(less).map(|one| one.fact.id).collect::<Vec<_>>()
    });
    begun.collect()
}

/// Of one use of sudo the audit log writes several records, and syslog a line: the one with the command is told.
fn switches(case: &Case<'_>, found: &[Found<'_>]) -> Vec<EventId> {
    let mut groups: BTreeMap<(Name, String), Vec<&Found<'_>>> = BTreeMap::new();
    for one in found.iter().filter(|one| case.role(one.fact) == Some(Role::Switch)) {
        for name in [Name::Pid, Name::Command] {
            let Some(value) = one.fact.get(name) else { continue };
            groups.entry((name, value_key(name, value))).or_default().push(one);
        }
    }
    groups.into_values().flat_map(|group| all_but_best(case, group)).collect()
}

fn all_but_best(case: &Case<'_>, mut group: Vec<&Found<'_>>) -> Vec<EventId> {
    let rank = |one: &&Found<'_>| (!case.is_own(one.fact), one.fact.get(Name::Command).is_none(), Reverse(one.join.strength), one.fact.kind, one.fact.id);
    group.sort_by_key(rank);
    let mut kept: Vec<&Found<'_>> = Vec::new();
    let mut dropped = Vec::new();
    for one in group {
        let less = |best: &&Found<'_>| best.fact.kind != one.fact.kind || best.fact.get(Name::Command).is_some() && one.fact.get(Name::Command).is_none();
        let same = |best: &&Found<'_>| {
            may_be_same_host(best.fact, one.fact) && near(one.fact, best.fact, APART, APART) && best.fact.outcome == one.fact.outcome && less(best)
        };
        if !case.is_own(one.fact) && kept.iter().rev().take(8).any(|best| same(best) && best.join.strength >= one.join.strength) {
            dropped.push(one.fact.id);
        } else {
            kept.push(one);
        }
    }
    dropped
}

fn same(case: &Case<'_>, fact: &Fact) -> Option<Same> {
    let host = fact.host.as_deref().map(host_key);
    match case.role(fact)? {
        Role::Process => Some((host, fact.kind, value_key(Name::Pid, fact.get(Name::Pid)?), command_key(fact.get(Name::Command)?))),
        // A recipe's kind may hold several deeds, unless its name says that it is one.
        Role::Job if case.kind(fact)?.id.ends_with("_created") || case.kind(fact)?.id.ends_with("_changed") => {
            Some((host, fact.kind, "job".to_owned(), job_key(fact.get(Name::JobName)?)))
        }
        _ => None,
    }
}

fn poorer(case: &Case<'_>, group: &[&Found<'_>]) -> Vec<EventId> {
    let (rich, poor): (Vec<_>, Vec<_>) = group.iter().copied().partition(|one| rich(case, one.fact));
    let told = |one: &&Found<'_>| {
        let better = |other: &&&Found<'_>| {
            let beside = near(other.fact, one.fact, APART, APART) && other.fact.id != one.fact.id;
            beside && other.join.strength >= one.join.strength && (case.is_own(other.fact) || !case.is_own(one.fact))
        };
        rich.iter().any(|other| better(&other))
    };
    poor.into_iter().filter(told).map(|one| one.fact.id).collect()
}

fn rich(case: &Case<'_>, fact: &Fact) -> bool {
    match case.role(fact) {
        Some(Role::Process) => fact.get(Name::ProcessGuid).is_some(),
        _ => fact.job.as_deref().is_some_and(|job| job.command.is_some()),
    }
}
