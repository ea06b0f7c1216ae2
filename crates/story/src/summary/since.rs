//! What became of the job since, as far as the logs tell.

use super::{MOMENT, sentence};
use crate::case::{Case, near, same_host};
use crate::found::{Found, Part};
use crate::gaps::clock;
use crate::keys::{host_key, job_key};
use crate::questions::names;
use crate::{Fact, Name, Role};
use watchbell_jobs::Verb;
use watchbell_model::Outcome;

/// How often it ran, and whether it was removed, as far as the logs tell.
pub(super) fn since<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    if case.subject.outcome == Outcome::Failed {
        return None;
    }
    let gone = deletion(case, joined).map(|fact| format!("was deleted at {}", clock(fact.time)));
    let parts: Vec<String> = ran(case, joined).into_iter().chain(gone).collect();
    (!parts.is_empty()).then(|| sentence(&format!("It {}", parts.join(" and "))))
}

/// Its deletion, if that is the last thing done to it.
pub(super) fn deletion<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    last_deed(case, joined).filter(|fact| deleted(case, fact))
}

/// The last thing done to the job: one that was made again after it was deleted still runs.
fn last_deed<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    let name = case.anchor.get(Name::JobName).or(case.subject.job.as_deref().and_then(|job| job.name.as_deref()));
    let named = |fact: &Fact| name.is_some_and(|name| names(fact).iter().any(|other| job_key(other) == job_key(name)));
    // On Unix a job is the file that it stands in.
    let file = |fact: &Fact| case.anchor.get(Name::File).filter(|file| file.starts_with('/')).is_some_and(|file| fact.get(Name::File) == Some(file));
    let same = |fact: &Fact| (named(fact) || file(fact)) && same_place(fact, case.anchor);
    let deeds = joined.iter().map(|one| one.fact).filter(|fact| case.role(fact) == Some(Role::Job) && fact.outcome == Outcome::Done && same(fact));
    deeds.max_by_key(|fact| (fact.time, deleted(case, fact), fact.id))
}

/// Of the same machine, or one ordered it from another.
fn same_place(one: &Fact, other: &Fact) -> bool {
    let place = |fact: &Fact| match fact.get(Name::TargetHost).map(|host| host_key(host.trim_start_matches('\\'))) {
        Some(target) if !matches!(&*target, "" | "." | "localhost") => Some(target),
        _ => fact.host.as_deref().map(host_key),
    };
    same_host(one, other) || place(one).is_some_and(|here| place(other) == Some(here))
}

/// By the job's record, or by what the recipe calls it: many records of a deletion no longer hold the job.
fn deleted(case: &Case<'_>, fact: &Fact) -> bool {
    let by_record = fact.job.as_deref().is_some_and(|job| job.verb == Verb::Delete);
    let by_kind = case.kind(fact).is_some_and(|kind| kind.id.ends_with("_deleted") || kind.id.ends_with("_removed"));
    case.not_before(fact) && fact.outcome == Outcome::Done && (by_record || by_kind)
}

fn ran<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    // Many logs write whole seconds.
    let since = |fact: &Fact| case.is_after(fact) || case.not_before(fact) && !case.is_own(fact);
    let of = |part: Part| {
        let mut facts: Vec<&Fact> = joined.iter().filter(|one| one.part == part && since(one.fact)).map(|one| one.fact).collect();
        facts.retain(|fact| fact.outcome == Outcome::Done);
        facts.sort_by_key(|fact| (fact.time, fact.id));
        facts
    };
    let runs = of(Part::Run);
    match &runs[..] {
        [] => of(Part::Child).first().map(|start| format!("ran at {}", clock(start.time))),
        [run] => Some(format!("ran at {}", clock(run.time))),
        [first, .., last] if one_moment(first, last) => Some(format!("ran at {}", clock(first.time))),
        [first, .., last] => Some(format!("ran several times, first at {}, last at {}", clock(first.time), clock(last.time))),
    }
}

/// Several records may tell of one run: its trigger, its start, its end.
fn one_moment(first: &Fact, last: &Fact) -> bool {
    near(last, first, 0, MOMENT)
}
