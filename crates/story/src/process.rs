//! Which process a pid was at a moment: from its start to its end, as far as session and image agree.

use crate::case::{Case, same_host};
use crate::keys::{same_image, same_owner, session, unix};
use crate::{Fact, Name, Role, Strength};
use watchbell_model::Outcome;

/// A process and how surely it is the one.
pub(crate) type Sure<'a> = (&'a Fact, Strength);

/// The process that did what a fact tells, if that is not its own start.
pub(crate) fn actor<'a>(case: &Case<'a>, fact: &Fact) -> Option<Sure<'a>> {
    if case.role(fact) == Some(Role::Process) {
        return None;
    }
    once(case, fact, true, || by_guid(case, fact, Name::ProcessGuid).or_else(|| at(case, fact, Name::Pid, Name::Image)))
}

/// The process that started it; on Unix also what the process was before it replaced itself.
pub(crate) fn parent<'a>(case: &Case<'a>, fact: &Fact) -> Option<Sure<'a>> {
    once(case, fact, false, || {
        by_guid(case, fact, Name::ParentGuid).or_else(|| before(case, fact)).or_else(|| at(case, fact, Name::ParentPid, Name::ParentImage))
    })
}

/// Many questions ask this of one fact.
fn once<'a>(case: &Case<'a>, fact: &Fact, did: bool, ask: impl FnOnce() -> Option<Sure<'a>>) -> Option<Sure<'a>> {
    let key = (std::ptr::from_ref(fact), did);
    if let Some(known) = case.sure.borrow().get(&key) {
        return *known;
    }
    let answer = ask();
    case.sure.borrow_mut().insert(key, answer);
    answer
}

fn by_guid<'a>(case: &Case<'a>, fact: &Fact, name: Name) -> Option<Sure<'a>> {
    let starts = case.by(Name::ProcessGuid, fact.get(name)?, &[Role::Process]);
    starts.into_iter().rfind(|start| started(case, start) && same_host(start, fact)).map(|start| (start, Strength::Exact))
}

fn started(case: &Case<'_>, fact: &Fact) -> bool {
    case.role(fact) == Some(Role::Process) && fact.outcome != Outcome::Failed
}

/// The same process under the program that it ran before, in one audit session.
fn before<'a>(case: &Case<'a>, fact: &Fact) -> Option<Sure<'a>> {
    if case.role(fact) != Some(Role::Process) || !unix(fact) || fact.get(Name::ProcessGuid).is_some() {
        return None;
    }
    let earlier =
        |start: &&'a Fact| (start.time, start.id) < (fact.time, fact.id) && session(start, Name::Logon).is_some() && agreed(start, fact) == Some(true);
    let starts = case.of_pid(fact.get(Name::Pid)?);
    let mut starts = until(&starts, fact).iter().copied().filter(|start| started(case, start) && same_host(start, fact));
    let start = starts.rfind(earlier)?;
    (start.get(Name::ParentPid) == fact.get(Name::ParentPid) && !ended(case, start, fact) && !case.booted_between(start, fact))
        .then_some((start, Strength::Exact))
}

/// The newest start of that pid that agrees. A start that shows the pid in other hands ends the search.
fn at<'a>(case: &Case<'a>, fact: &Fact, pid: Name, image: Name) -> Option<Sure<'a>> {
    let named = fact.get(image);
    let starts = case.of_pid(fact.get(pid)?);
    let candidates = until(&starts, fact).iter().rev().copied().filter(|start| started(case, start) && same_host(start, fact) && start.id != fact.id);
    for start in candidates.filter(|start| guids_allow(start, fact)) {
        let same_session = agreed(start, fact);
        if same_session == Some(false) {
            continue;
        }
        let strength = strength(start, fact, named, same_session == Some(true));
        return strength.filter(|_| !ended(case, start, fact) && !case.booted_between(start, fact)).map(|strength| (start, strength));
    }
    None
}

/// Those not later than a fact.
fn until<'s, 'a>(starts: &'s [&'a Fact], fact: &Fact) -> &'s [&'a Fact] {
    let nanos = |fact: &Fact| fact.time.map(|time| time.nanos);
    &starts[..starts.partition_point(|start| nanos(start) <= nanos(fact))]
}

/// A pid is asked only where at least one side has no better name.
fn guids_allow(start: &Fact, fact: &Fact) -> bool {
    start.get(Name::ProcessGuid).is_none() || (fact.get(Name::ProcessGuid).is_none() && fact.get(Name::ParentGuid).is_none())
}

/// Whether the sessions of a process and of a deed of it are the same; `None` where one tells none of its own.
fn agreed(start: &Fact, fact: &Fact) -> Option<bool> {
    let own = [Name::Logon, Name::TargetLogon].map(|name| session(start, name));
    let of_deed = session(fact, Name::Logon)?;
    let [logon, new] = own.map(|own| own.map(|own| own == of_deed));
    match (logon, new) {
        (None, None) => None,
        (_, Some(true)) => Some(true),
        _ => Some(logon == Some(true) && same_owner(start, fact)),
    }
}

fn strength(start: &Fact, fact: &Fact, named: Option<&str>, same_session: bool) -> Option<Strength> {
    let image = named.zip(start.get(Name::Image)).map(|(named, image)| same_image(named, image));
    match image {
        // A Unix process may have run another program since.
        Some(false) => (same_session && unix(start)).then_some(Strength::Exact),
        Some(true) => Some(Strength::Exact),
        None if same_session => Some(Strength::Exact),
        None => alike(start, fact).then_some(Strength::Strong),
    }
}

/// Without a session and an image, the account and terminal must at least be the same.
fn alike(start: &Fact, fact: &Fact) -> bool {
    start.get(Name::User).is_some() && [Name::User, Name::LoginUser, Name::Terminal].iter().all(|name| start.get(*name) == fact.get(*name))
}

/// Whether a process had ended before a moment.
fn ended(case: &Case<'_>, start: &Fact, fact: &Fact) -> bool {
    let Some(pid) = start.get(Name::Pid) else { return false };
    let ends = case.of_pid(pid);
    let ends = ends.iter().filter(|end| case.role(end) == Some(Role::ProcessEnd) && same_host(end, start));
    let agrees = |end: &Fact| end.get(Name::Image).zip(start.get(Name::Image)).is_none_or(|(a, b)| same_image(a, b));
    ends.filter(|end| guids_agree(end, start) && agrees(end)).any(|end| start.time <= end.time && end.time < fact.time)
}

fn guids_agree(one: &Fact, other: &Fact) -> bool {
    one.get(Name::ProcessGuid).zip(other.get(Name::ProcessGuid)).is_none_or(|(a, b)| a.eq_ignore_ascii_case(b))
}

/// Whether a deed or a start is that process's own: found by the same look-up, seen from the other side.
pub(crate) fn did(case: &Case<'_>, process: &Fact, deed: &Fact) -> Option<Strength> {
    actor(case, deed).filter(|(start, _)| start.id == process.id).map(|(_, strength)| strength)
}

pub(crate) fn started_by(case: &Case<'_>, process: &Fact, child: &Fact) -> Option<Strength> {
    parent(case, child).filter(|(start, _)| start.id == process.id).map(|(_, strength)| strength)
}

/// What joins two facts of one process tree, in words.
pub(crate) fn link(process: &Fact, fact: &Fact, guid: Name, pid: Name) -> (&'static str, String) {
    match (process.get(Name::ProcessGuid), fact.get(guid)) {
        (Some(own), Some(_)) => ("ProcessGuid", format!("ProcessGuid {own}")),
        _ => ("pid", format!("pid {} in its lifetime", fact.get(pid).or(process.get(Name::Pid)).unwrap_or("?"))),
    }
}

/// A process as a sentence names it.
pub(crate) fn name(fact: &Fact) -> &str {
    fact.get(Name::Image).map_or("the process", last_part)
}

/// A path's last part as it is written.
pub(crate) fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
