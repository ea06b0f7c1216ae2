//! Deeds that syslog tells without a session: the one login of that account that was open then, where there was but one.

use super::login::{account, tie};
use crate::case::{Case, may_be_same_host, near};
use crate::found::{Found, Part};
use crate::keys::{person, session};
use crate::{Fact, Name, Role, Strength};
use std::collections::BTreeSet;
use watchbell_model::Outcome;

/// Seconds for which a login whose end is not told is taken to last.
const OPEN: i64 = 3600;
/// Seconds between two records of one login.
const ONE_LOGIN: i64 = 5;

pub(crate) fn login<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let deed = found.fact;
    let asks = matches!(found.part, Part::Own | Part::Switch | Part::Job) && matches!(case.role(deed), Some(Role::Job | Role::Switch));
    let (true, Some(name)) = (asks && found.join.strength > Strength::Weak, who(deed)) else { return Vec::new() };
    let open = open(case, deed, &name);
    let one_login = open.iter().all(|other| std::ptr::eq(*other, open[0]) || near(other, open[0], ONE_LOGIN, ONE_LOGIN) && tie(other, open[0]).is_some());
    let taken = taken(case, deed, &name);
    if open.is_empty() {
        return became(deed, &name, &taken);
    }
    if !one_login || !taken.is_empty() {
        return Vec::new();
    }
    let remote = open.into_iter().filter(|logon| logon.get(Name::Address).is_some() && lasts(case, logon, deed, &name));
    let reason = format!("the only login of {name} that was open then, as far as the log tells");
    remote.map(|logon| Found::strong(logon, Part::Logon, "account", reason.clone())).collect()
}

/// The account of a deed of Unix that names no session.
fn who(deed: &Fact) -> Option<String> {
    let named = [Name::Logon, Name::ProcessGuid].iter().any(|name| deed.get(*name).is_some());
    let user = deed.get(Name::User).filter(|user| !named && !deed.routine && !user.contains(['\\', '@']))?;
    person(user)
}

/// Logins of an account that began before a deed and of which no end is told before it.
fn open<'a>(case: &Case<'a>, deed: &Fact, name: &str) -> Vec<&'a Fact> {
    let logons = case.by_account(Name::User, name, &[Role::Logon]).into_iter();
    let logons = logons.filter(|logon| logon.outcome == Outcome::Done && logon.get(Name::LogonType).is_none() && account(logon).as_deref() == Some(name));
    let earlier = logons.filter(|logon| may_be_same_host(logon, deed) && logon.time.is_some() && logon.time <= deed.time && !case.booted_between(logon, deed));
    earlier.filter(|logon| !ends(case, logon, name).any(|end| end.time < deed.time)).collect()
}

/// The records of a login's end.
fn ends<'a>(case: &Case<'a>, logon: &Fact, name: &str) -> impl Iterator<Item = &'a Fact> {
    let same = |end: &Fact, name: Name| logon.get(name).is_some_and(|value| end.get(name) == Some(value));
    let its = move |end: &&'a Fact| {
        same(end, Name::Pid) || same(end, Name::Port) && same(end, Name::Address) || session(logon, Name::Logon).is_some() && same(end, Name::Logon)
    };
    let ends = case.by_account(Name::User, name, &[Role::Logoff]).into_iter();
    let ends: Vec<&Fact> = ends.filter(|end| may_be_same_host(end, logon) && end.time >= logon.time).filter(its).collect();
    ends.into_iter()
}

/// Whether a login is known to last until a deed: its end is told later, or it began not long before.
fn lasts(case: &Case<'_>, logon: &Fact, deed: &Fact, name: &str) -> bool {
    near(logon, deed, OPEN, 0) || ends(case, logon, name).any(|end| end.time >= deed.time)
}

/// How others had become this account.
fn taken<'a>(case: &Case<'a>, deed: &Fact, name: &str) -> Vec<&'a Fact> {
    let switches = case.by_account(Name::TargetUser, name, &[Role::Switch]).into_iter();
    switches.filter(|switch| may_be_same_host(switch, deed) && switch.time <= deed.time && switch.outcome == Outcome::Done && switch.id != deed.id).collect()
}

/// An account without a login of its own: the one who became it not long before.
fn became<'a>(deed: &Fact, name: &str, taken: &[&'a Fact]) -> Vec<Found<'a>> {
    let who: BTreeSet<_> = taken.iter().map(|switch| switch.get(Name::User).and_then(person)).collect();
    let taken = taken.iter().filter(|switch| who.len() == 1 && !who.contains(&None) && near(switch, deed, OPEN, 0));
    taken.map(|switch| Found::strong(switch, Part::Switch, "account", format!("the only one who had become {name} then, as far as the log tells"))).collect()
}
