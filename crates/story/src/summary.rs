//! A story in one to three sentences: who came in how and through what, the deed and whether it worked, and what runs next or ran since.

use crate::case::{Case, near, same_host};
use crate::found::{Found, Part};
use crate::gaps::clock;
use crate::keys::{base, job_key, unix};
use crate::process::{did, last_part, name};
use crate::questions::{fetches, names, remote_file};
use crate::{Fact, Name, Role, Strength, value_key};
use std::cmp::Reverse;
use watchbell_jobs::Verb;
use watchbell_model::Outcome;

/// Seconds.
const MOMENT: i64 = 2;

/// Nothing is claimed that is not joined exactly or strongly.
pub(crate) fn sentences<'a>(case: &Case<'a>, found: &[Found<'a>]) -> Vec<String> {
    let joined: Vec<&Found<'a>> = found.iter().filter(|one| one.join.strength > Strength::Weak).collect();
    let before = who(case, &joined);
    let removed = last_deed(case, &joined).is_some_and(|fact| deleted(case, fact));
    let next = case.subject.next.as_deref().filter(|_| !removed).map(sentence);
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
        Outcome::Tried => sentence(&format!("{said}: tried; the logs do not tell whether it worked")),
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// `alice logged in by ssh from 10.0.0.5 at 07:58:09 UTC, fetched http://… with curl and became root with sudo.`
fn who<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let logon = entry(case, joined);
    let actor = case.subject.login_user.as_deref().or_else(|| logon.and_then(|logon| logon.get(Name::User).or_else(|| logon.get(Name::TargetUser))));
    let actor = actor.or(case.subject.user.as_deref())?;
    let parts = [logon.map(came), chain(case, joined), fetched(case, joined), became(case, joined).or_else(|| acted_as(case))];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let (last, first) = parts.split_last()?;
    let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(sentence(&format!("{actor} {list}")))
}

/// The logon that tells most: one with an address, the strongest, the nearest.
fn entry<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    let logons = joined.iter().filter(|one| one.part == Part::Logon && one.fact.outcome == Outcome::Done && !case.is_after(one.fact));
    let cloud = joined.iter().filter(|one| one.part == Part::Job && case.role(one.fact) == Some(Role::Logon) && one.fact.outcome == Outcome::Done);
    let order = |one: &&&Found<'a>| (address(one.fact).is_none(), Reverse(one.join.strength), !ssh(one.fact), case.distance(one.fact), one.fact.id);
    logons.chain(cloud).min_by_key(order).map(|one| one.fact)
}

fn address(fact: &Fact) -> Option<&str> {
    fact.get(Name::Address).filter(|address| !matches!(*address, "" | "-" | "?"))
}

fn came(logon: &Fact) -> String {
    let (verb, how) = match logon.get(Name::LogonType) {
        Some("2") => ("logged on", " at the console"),
        Some("3" | "8") => ("logged on", " over the network"),
        Some("4") => ("logged on", " for a batch job"),
        Some("5") => ("logged on", " as a service"),
        Some("7") => ("unlocked the session", ""),
        Some("9") => ("logged on", " with other credentials"),
        Some("10") => ("logged on", " by remote desktop"),
        Some(_) => ("logged on", ""),
        None if ssh(logon) => ("logged in", " by ssh"),
        None if logon.get(Name::Operation).is_some() => ("signed in", ""),
        None => ("logged in", ""),
    };
    let local = how == " at the console";
    let from =
        address(logon).filter(|address| !local || !matches!(*address, "127.0.0.1" | "::1")).map(|address| format!(" from {address}")).unwrap_or_default();
    let host = logon.host.as_deref().map(|host| format!(" to {host}")).unwrap_or_default();
    format!("{verb}{host}{how}{from} at {}", clock(logon.time))
}

fn ssh(logon: &Fact) -> bool {
    [Name::Service, Name::Terminal, Name::Image, Name::Message].iter().filter_map(|name| logon.get(*name)).any(|value| value.contains("ssh"))
}

/// `worked through mshta.exe (under rundll32.exe)`: the processes above that tell something.
fn chain<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let above = |one: &Found<'_>| one.part == Part::Own || one.part == Part::Ancestor && one.join.strength == Strength::Exact && !case.is_after(one.fact);
    let of_chain = joined.iter().filter(|one| case.role(one.fact) == Some(Role::Process) && above(one));
    let mut of_chain: Vec<(&Fact, bool)> = of_chain.map(|one| (one.fact, one.part == Part::Own)).collect();
    of_chain.sort_by_key(|(fact, _)| (Reverse(fact.time), fact.id));
    let itself = |fact: &Fact, own: bool| own || unix(fact) && case.own.iter().any(|deed| did(case, fact, deed).is_some());
    let named = of_chain.into_iter().flat_map(|(fact, own)| [fact.get(Name::Image).filter(|_| !itself(fact, own)), fact.get(Name::ParentImage)]).flatten();
    let mut names: Vec<&str> = Vec::new();
    for name in named.map(last_part).filter(|name| !plain(name) && !is_said(case, name)) {
        if !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push(name);
        }
    }
    names.truncate(3);
    let (first, rest) = names.split_first()?;
    let under = if rest.is_empty() { String::new() } else { format!(" (under {})", rest.join(", ")) };
    Some(format!("worked through {first}{under}"))
}

/// Programs that stand above nearly everything.
fn plain(name: &str) -> bool {
    const PLAIN: [&str; 20] = [
        "-",
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "fish",
        "sudo",
        "su",
        "sshd",
        "sshd-session",
        "login",
        "systemd",
        "cron",
        "cmd.exe",
        "explorer.exe",
        "services.exe",
        "svchost.exe",
        "userinit.exe",
        "winlogon.exe",
    ];
    PLAIN.contains(&&*base(name))
}

/// What the alert's own sentence names already.
fn is_said(case: &Case<'_>, name: &str) -> bool {
    case.subject.summary.contains(name)
}

/// What was brought from elsewhere before the deed: a named file before a mere address, the nearest first.
fn fetched<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let brought = joined.iter().filter(|one| matches!(one.part, Part::Own | Part::Mate | Part::Doing | Part::Ancestor) && !case.is_after(one.fact));
    let brought = brought.filter_map(|one| Some((case.role(one.fact) != Some(Role::Process), case.distance(one.fact), one.fact.id, brings(case, one.fact)?)));
    brought.min().map(|(.., words)| words)
}

fn brings(case: &Case<'_>, fact: &Fact) -> Option<String> {
    match case.role(fact)? {
        Role::Process if fetches(fact) && !case.is_own(fact) => remote_file(fact).map(|url| format!("fetched {url} with {}", name(fact))),
        Role::Network => address(fact).filter(|_| fact.outcome != Outcome::Failed).map(|address| format!("reached {address} with {}", name(fact))),
        _ => None,
    }
}

/// Whom they became before the deed, or by the process that did it.
fn became<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let counts = |fact: &Fact| case.role(fact) == Some(Role::Switch) && fact.outcome != Outcome::Failed && (!case.is_after(fact) || by_own_process(case, fact));
    let switches = joined.iter().map(|one| one.fact).filter(|fact| counts(fact)).filter_map(|fact| Some((whom(case, fact)?, fact)));
    let (whom, switch) = switches.min_by_key(|(_, fact)| (fact.get(Name::Image).is_none(), case.distance(fact), fact.id))?;
    let with = switch.get(Name::Image).map(|_| format!(" with {}", name(switch))).unwrap_or_default();
    Some(format!("became {whom}{with}"))
}

/// The alert's own records tell who logged in and who did it, whatever lies between.
fn acted_as(case: &Case<'_>) -> Option<String> {
    let (by, user) = (case.subject.login_user.as_deref()?, case.subject.user.as_deref()?);
    let other = value_key(Name::User, by) != value_key(Name::User, user) && crate::keys::person(by).is_some();
    other.then(|| format!("acted as {user}"))
}

fn by_own_process(case: &Case<'_>, switch: &Fact) -> bool {
    near(switch, case.anchor, 0, MOMENT) && case.own.iter().any(|own| own.get(Name::Pid).is_some() && own.get(Name::Pid) == switch.get(Name::Pid))
}

/// Somebody else than the one who logged in.
fn whom<'a>(case: &Case<'a>, switch: &'a Fact) -> Option<&'a str> {
    let by = case.subject.login_user.as_deref();
    let whom = switch.get(Name::TargetUser).or_else(|| by.and(case.subject.user.as_deref()))?;
    (Some(whom) != by && Some(whom) != switch.get(Name::User)).then_some(whom)
}

/// How often it ran, and whether it was removed, as far as the logs tell.
fn since<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let gone = last_deed(case, joined).filter(|fact| deleted(case, fact));
    let gone = gone.map(|fact| format!("was deleted at {}", clock(fact.time)));
    let parts: Vec<String> = ran(case, joined).into_iter().chain(gone).collect();
    (!parts.is_empty()).then(|| sentence(&format!("It {}", parts.join(" and "))))
}

/// The last thing done to the job: one that was made again after it was deleted still runs.
fn last_deed<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    let name = case.subject.job.as_deref().and_then(|job| job.name.as_deref()).or(case.anchor.get(Name::JobName))?;
    let same = |fact: &Fact| names(fact).iter().any(|other| job_key(other) == job_key(name)) && same_host(fact, case.anchor);
    let deeds = joined.iter().map(|one| one.fact).filter(|fact| case.role(fact) == Some(Role::Job) && fact.outcome == Outcome::Done && same(fact));
    deeds.max_by_key(|fact| (fact.time, fact.id))
}

/// By the job's record, or by what the recipe calls it: many records of a deletion no longer hold the job.
fn deleted(case: &Case<'_>, fact: &Fact) -> bool {
    let by_record = fact.job.as_deref().is_some_and(|job| job.verb == Verb::Delete);
    let by_kind = case.kind(fact).is_some_and(|kind| kind.id.ends_with("_deleted") || kind.id.ends_with("_removed"));
    case.is_after(fact) && fact.outcome == Outcome::Done && (by_record || by_kind)
}

fn ran<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let of = |part: Part| {
        let mut facts: Vec<&Fact> = joined.iter().filter(|one| one.part == part && case.is_after(one.fact)).map(|one| one.fact).collect();
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
