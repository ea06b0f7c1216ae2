//! How they got in: the logon of each session of the story.

use crate::case::{Case, may_be_same_host, near, same_host};
use crate::found::{Found, Part};
use crate::keys::{person, same_owner, session as key, unix};
use crate::{Fact, Name, Role};

/// The logon that opened a session, and the session that it was opened from.
pub(crate) fn session<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if matches!(found.part, Part::Child | Part::Doing | Part::Mate | Part::Company | Part::Run) {
        return Vec::new();
    }
    let asked = [Name::Logon, Name::TargetLogon].map(|name| Some((name, key(found.fact, name)?)));
    asked.iter().flatten().flat_map(|(name, session)| opened(case, found.fact, *name, session)).collect()
}

fn opened<'a>(case: &Case<'a>, fact: &Fact, asked: Name, session: &str) -> Vec<Found<'a>> {
    let facts = [Name::TargetLogon, Name::Logon].into_iter().flat_map(|name| case.by(name, session, &[Role::Logon]));
    let owned = |logon: &Fact| asked != Name::Logon || (case.role(fact) == Some(Role::Logon) && !unix(fact)) || same_owner(logon, fact);
    let logons = facts.filter(|logon| same_host(logon, fact) && owned(logon) && !case.booted_between(logon, fact));
    let (by, words) = named(session);
    logons.map(|logon| Found::exact(logon, Part::Logon, by, format!("same {words}"))).collect()
}

/// What a session is called.
pub(crate) fn named(session: &str) -> (&'static str, String) {
    if session.bytes().all(|b| b.is_ascii_digit()) { ("session", format!("audit session {session}")) } else { ("LogonId", format!("logon session {session}")) }
}

/// Seconds between two records of one login.
const ONE_LOGIN: i64 = 5;

/// The same login as another log tells it (sshd's line beside the audit record): same account, process or address, seconds apart.
pub(crate) fn twins<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if found.part != Part::Logon {
        return Vec::new();
    }
    let logon = found.fact;
    let Some(account) = account(logon) else { return Vec::new() };
    let others = [Name::User, Name::TargetUser].into_iter().flat_map(|name| case.by_account(name, &account, &[Role::Logon]));
    let others = others.filter(|other| may_be_same_host(other, logon) && near(other, logon, ONE_LOGIN, ONE_LOGIN));
    let tied = others.filter_map(|other| Some((other, tie(other, logon)?)));
    tied.map(|(other, tie)| Found::strong(other, Part::Logon, "login", format!("the same login: {account}, {tie}, seconds apart"))).collect()
}

/// What ties two records of one login together besides the account. Records of different sessions are different logins.
pub(crate) fn tie(one: &Fact, other: &Fact) -> Option<String> {
    let sessions = [one, other].map(|fact| key(fact, Name::TargetLogon).or_else(|| key(fact, Name::Logon)));
    if matches!(&sessions, [Some(a), Some(b)] if a != b) {
        return None;
    }
    let same = |name: Name| one.get(name).filter(|value| other.get(name) == Some(value) && !matches!(*value, "-" | "?" | ""));
    same(Name::Pid).map(|pid| format!("pid {pid}")).or_else(|| same(Name::Address).map(|address| format!("from {address}")))
}

/// The person who logged on.
pub(crate) fn account(logon: &Fact) -> Option<String> {
    [Name::User, Name::TargetUser].into_iter().filter_map(|name| logon.get(name)).find_map(person)
}

/// Who became somebody else to run a process of the story, as syslog tells it: the same command line, seconds apart.
pub(crate) fn switched<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let process = found.fact;
    if !matches!(found.part, Part::Own | Part::Ancestor) || case.role(process) != Some(Role::Process) {
        return Vec::new();
    }
    let Some(line) = process.get(Name::Command).filter(|line| line.contains(' ')) else { return Vec::new() };
    let switches = case.by(Name::Command, line, &[Role::Switch]).into_iter();
    let switches = switches.filter(|switch| may_be_same_host(switch, process) && near(switch, process, ONE_LOGIN, ONE_LOGIN));
    switches.map(|switch| Found::strong(switch, Part::Switch, "command", "the same command, seconds apart")).collect()
}
