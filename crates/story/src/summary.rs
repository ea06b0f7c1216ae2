//! A story in one to three sentences: who came in how, what they did and whether it worked, and what runs next or ran since.

use crate::case::Case;
use crate::found::{Found, Part};
use crate::gaps::clock;
use crate::process::name;
use crate::questions::{fetches, remote_file};
use crate::{Fact, Name, Role, Strength};
use watchbell_jobs::Verb;
use watchbell_model::Outcome;

/// The tellers never claim what is not joined exactly or strongly.
pub(crate) fn sentences(case: &Case<'_>, found: &[Found<'_>]) -> Vec<String> {
    let joined: Vec<&Found<'_>> = found.iter().filter(|one| one.join.strength > Strength::Weak).collect();
    let before = who(case, &joined);
    let next = case.subject.next.as_deref().map(sentence);
    let since = since(case, &joined);
    let last = match (&before, next, since) {
        (None, Some(next), Some(since)) => vec![since, next],
        (_, Some(next), _) => vec![next],
        (_, None, since) => since.into_iter().collect(),
    };
    before.into_iter().chain([deed(case)]).chain(last).take(3).collect()
}

/// The alert's own sentence, with its outcome in words.
fn deed(case: &Case<'_>) -> String {
    let subject = case.subject;
    let said = if subject.summary.trim().is_empty() { &subject.title } else { &subject.summary };
    let said = said.trim().trim_end_matches('.');
    match subject.outcome {
        Outcome::Done => sentence(said),
        Outcome::Failed => sentence(&format!("{said}: tried and failed")),
        Outcome::Tried => sentence(&format!("{said}: tried; whether it worked is not told")),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `alice logged in over ssh from 10.0.0.5 at 07:58:09 UTC, fetched http://… with curl and became root with sudo.`
fn who(case: &Case<'_>, joined: &[&Found<'_>]) -> Option<String> {
    let logon = entry(case, joined);
    let subject = logon.and_then(|logon| subject_of(case, logon)).or_else(|| case.subject.login_user.clone()).or_else(|| case.subject.user.clone());
    let parts = [logon.map(came), chain(case, joined), fetched(case, joined), became(case, joined)];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let (last, first) = parts.split_last()?;
    let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(sentence(&format!("{} {list}", subject?)))
}

fn subject_of(case: &Case<'_>, logon: &Fact) -> Option<String> {
    case.subject.login_user.clone().or_else(|| logon.get(Name::User).or_else(|| logon.get(Name::TargetUser)).map(str::to_owned))
}

/// The logon that tells most: one with an address, the strongest, the nearest.
fn entry<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    let logons = joined
        .iter()
        .filter(|one| one.part == Part::Logon && case.role(one.fact) == Some(Role::Logon) && one.fact.outcome == Outcome::Done && !case.is_after(one.fact));
    logons.min_by_key(|one| (address(one.fact).is_none(), std::cmp::Reverse(one.join.strength), case.distance(one.fact), one.fact.id)).map(|one| one.fact)
}

fn address(fact: &Fact) -> Option<&str> {
    fact.get(Name::Address).filter(|address| !matches!(*address, "" | "-" | "?"))
}

fn came(logon: &Fact) -> String {
    let how = match logon.get(Name::LogonType) {
        Some("2") => " at the console",
        Some("3" | "8") => " over the network",
        Some("4") => " for a batch job",
        Some("5") => " as a service",
        Some("9") => " with other credentials",
        Some("10") => " by remote desktop",
        _ if ssh(logon) => " by ssh",
        _ => "",
    };
    let from = address(logon).map(|address| format!(" from {address}")).unwrap_or_default();
    let host = logon.host.as_deref().map(|host| format!(" to {host}")).unwrap_or_default();
    format!("logged on{host}{how}{from} at {}", clock(logon.time))
}

fn ssh(logon: &Fact) -> bool {
    [Name::Service, Name::Terminal, Name::Image, Name::Message].iter().filter_map(|name| logon.get(*name)).any(|value| value.contains("ssh"))
}

/// `used schtasks.exe, started by mshta.exe under rundll32.exe`
fn chain(case: &Case<'_>, joined: &[&Found<'_>]) -> Option<String> {
    let above = joined.iter().filter(|one| one.part == Part::Ancestor && case.role(one.fact) == Some(Role::Process) && one.fact.get(Name::Image).is_some());
    let mut above: Vec<&Fact> = above.map(|one| one.fact).collect();
    above.sort_by_key(|fact| (std::cmp::Reverse(fact.time), fact.id));
    let mut names: Vec<&str> = above.into_iter().map(name).collect();
    names.dedup();
    names.truncate(3);
    let (first, rest) = names.split_first()?;
    let under = if rest.is_empty() { String::new() } else { format!(" (under {})", rest.join(", ")) };
    Some(format!("worked through {first}{under}"))
}

/// What was brought from elsewhere, the nearest before the deed.
fn fetched(case: &Case<'_>, joined: &[&Found<'_>]) -> Option<String> {
    let brought = joined.iter().filter(|one| matches!(one.part, Part::Mate | Part::Doing | Part::Ancestor) && !case.is_after(one.fact));
    let brought = brought.filter_map(|one| Some((case.distance(one.fact), one.fact.id, words(case, one.fact)?)));
    brought.min().map(|(.., words)| words)
}

fn words(case: &Case<'_>, fact: &Fact) -> Option<String> {
    match case.role(fact)? {
        Role::Process if fetches(fact) => remote_file(fact).map(|url| format!("fetched {url} with {}", name(fact))),
        Role::Network => address(fact).filter(|_| fact.outcome != Outcome::Failed).map(|address| format!("reached {address} with {}", name(fact))),
        _ => None,
    }
}

fn became(case: &Case<'_>, joined: &[&Found<'_>]) -> Option<String> {
    let switches = joined.iter().filter(|one| case.role(one.fact) == Some(Role::Switch) && one.fact.outcome != Outcome::Failed && !case.is_after(one.fact));
    let switch = switches.min_by_key(|one| (case.distance(one.fact), one.fact.id))?.fact;
    let whom = switch.get(Name::TargetUser).or_else(|| case.subject.login_user.as_ref().and(case.subject.user.as_deref()))?;
    let with = switch.get(Name::Image).map(|_| format!(" with {}", name(switch))).unwrap_or_default();
    Some(format!("became {whom}{with}"))
}

/// How often it ran, and whether it was removed, as far as the logs tell.
fn since(case: &Case<'_>, joined: &[&Found<'_>]) -> Option<String> {
    let mut runs: Vec<&Fact> = joined.iter().filter(|one| one.part == Part::Run && case.is_after(one.fact)).map(|one| one.fact).collect();
    runs.sort_by_key(|fact| (fact.time, fact.id));
    let started: Vec<&Fact> = joined.iter().filter(|one| one.part == Part::Child && case.is_after(one.fact)).map(|one| one.fact).collect();
    let first = runs.first().copied().or_else(|| started.iter().copied().min_by_key(|fact| (fact.time, fact.id)));
    let ran = first.map(|first| match runs.len() {
        0 | 1 => format!("ran at {}", clock(first.time)),
        _ => format!("ran first at {}, last at {}", clock(first.time), clock(runs.last().and_then(|run| run.time))),
    });
    let deleted = |fact: &Fact| case.is_after(fact) && fact.outcome == Outcome::Done && fact.job.as_deref().is_some_and(|job| job.verb == Verb::Delete);
    let gone = joined.iter().map(|one| one.fact).filter(|fact| case.role(fact) == Some(Role::Job) && deleted(fact)).min_by_key(|fact| (fact.time, fact.id));
    let gone = gone.map(|fact| format!("was deleted at {}", clock(fact.time)));
    let parts: Vec<String> = ran.into_iter().chain(gone).collect();
    (!parts.is_empty()).then(|| sentence(&format!("It {}", parts.join(" and "))))
}
