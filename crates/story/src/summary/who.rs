//! Who did it: how they came in, through what they worked, what they brought, whom they became.

use super::{MOMENT, sentence};
use crate::case::{Case, near};
use crate::found::{Found, Part};
use crate::gaps::clock;
use crate::keys::{base, is_scheduler, person, unix};
use crate::process::{did, last_part, name};
use crate::questions::{fetcher, remote_file};
use crate::{Fact, Name, Role, Strength, value_key};
use std::cmp::Reverse;
use watchbell_model::Outcome;

/// `alice logged in by ssh from 10.0.0.5 at 07:58:09 UTC, fetched http://… with curl and became root with sudo.`
pub(super) fn who<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let logon = entry(case, joined);
    let made = maker(case, joined);
    let of_maker = made.and_then(|made| made.get(Name::LoginUser).or(made.get(Name::User)));
    let actor =
        case.subject.login_user.as_deref().or(of_maker).or_else(|| logon.and_then(|logon| logon.get(Name::User).or_else(|| logon.get(Name::TargetUser))));
    let actor = actor.or(case.subject.user.as_deref())?;
    let actor = case.called(actor).unwrap_or(actor);
    let became = became(case, joined).or_else(|| acted_as(case));
    let set_up = made.map(|made| set_up(made, became.is_some()));
    let parts = [logon.map(came), chain(case, joined), fetched(case, joined), became, set_up];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let (last, first) = parts.split_last()?;
    let list = if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(sentence(&format!("{actor} {list}")))
}

/// Where the alert is about a run: what set up the job that it is of, by somebody who is a person.
fn maker<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<&'a Fact> {
    let by_scheduler = |own: &Fact| case.role(own) == Some(Role::Process) && own.get(Name::ParentImage).is_some_and(is_scheduler);
    if !case.own.iter().any(|own| case.role(own) == Some(Role::Run) || by_scheduler(own)) {
        return None;
    }
    let somebody = |fact: &Fact| [Name::LoginUser, Name::User].iter().find_map(|name| fact.get(*name)).is_some_and(|name| person(name).is_some());
    let orders =
        joined.iter().filter(|one| one.join.by == "command" && matches!(one.part, Part::Job | Part::Ancestor | Part::Switch) && !case.is_after(one.fact));
    orders.map(|one| one.fact).filter(|fact| somebody(fact) && fact.outcome == Outcome::Done).min_by_key(|fact| (case.distance(fact), fact.id))
}

fn set_up(made: &Fact, said: bool) -> String {
    let whom = made.get(Name::LoginUser).and(made.get(Name::User)).filter(|user| !said && Some(*user) != made.get(Name::LoginUser));
    format!("set the job up{} at {}", whom.map(|user| format!(" as {user}")).unwrap_or_default(), clock(made.time))
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
        Role::Process if fetcher(fact) && !case.is_own(fact) => remote_file(fact).map(|url| format!("fetched {url} with {}", name(fact))),
        Role::Network if fact.get(Name::Url).is_some() && fact.outcome != Outcome::Failed => remote_file(fact).map(|url| format!("fetched {url}")),
        Role::Network => address(fact).filter(|_| fact.outcome != Outcome::Failed).map(|address| format!("reached {address} with {}", name(fact))),
        _ => None,
    }
}

/// Whom they became before the deed, or by the process that did it.
fn became<'a>(case: &Case<'a>, joined: &[&Found<'a>]) -> Option<String> {
    let counts = |fact: &Fact| case.role(fact) == Some(Role::Switch) && fact.outcome != Outcome::Failed && (!case.is_after(fact) || by_own_process(case, fact));
    let switches = joined.iter().map(|one| one.fact).filter(|fact| counts(fact)).filter_map(|fact| Some((whom(case, fact)?, fact)));
    let (whom, switch) = switches.min_by_key(|(_, fact)| (fact.get(Name::Image).is_none(), case.distance(fact), fact.id))?;
    let with = switch.get(Name::Image).map(|_| name(switch)).or(switch.get(Name::Service)).map(|with| format!(" with {with}")).unwrap_or_default();
    Some(format!("became {whom}{with}"))
}

/// The alert's own records tell who logged in and who did it, whatever lies between.
fn acted_as(case: &Case<'_>) -> Option<String> {
    let (by, user) = (case.subject.login_user.as_deref()?, case.subject.user.as_deref()?);
    let other = value_key(Name::User, by) != value_key(Name::User, user) && person(by).is_some();
    (other && !super::deed::names_both(case)).then(|| format!("acted as {user}"))
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
