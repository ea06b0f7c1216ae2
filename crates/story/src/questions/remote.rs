//! What reached the host from elsewhere, and what the deed did on another host.

use crate::case::{Case, near, same_host};
use crate::found::{Found, Part};
use crate::keys::{host_key, job_key, person};
use crate::questions::login::account;
use crate::{Fact, Name, Role};

/// Seconds before a remote creation in which its pipe is opened.
const PIPE: i64 = 10;
/// And its network logon, where no pipe tells which.
const LOGON: i64 = 2;
/// And between a command on one host and the job on another.
const ACROSS: i64 = 60;

/// The scheduler's pipe, used by the account that made the job, seconds before.
pub(crate) fn pipes<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let (true, Some(account)) = (makes_job(case, found), doer(case, found.fact)) else { return Vec::new() };
    let shares = case.by_account(Name::User, &account, &[Role::Share]).into_iter().filter(|share| same_host(share, found.fact));
    let shares = shares.filter(|share| near(share, found.fact, PIPE, 1) && of_scheduler(share));
    shares.map(|share| Found::strong(share, Part::Share, "account", pipe_reason(&account, share, found.fact))).collect()
}

fn makes_job(case: &Case<'_>, found: &Found<'_>) -> bool {
    let of_run = found.part == Part::Job && !case.own.iter().any(|own| matches!(case.role(own), Some(Role::Job | Role::Share)));
    (of_run || matches!(found.part, Part::Own | Part::Twin)) && case.role(found.fact) == Some(Role::Job)
}

/// The job that was made through the scheduler's pipe, where the alert is about the pipe.
pub(crate) fn through_pipe<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let share = found.fact;
    let asks = found.part == Part::Own && case.role(share) == Some(Role::Share) && of_scheduler(share);
    let (true, Some(account)) = (asks, doer(case, share)) else { return Vec::new() };
    let jobs = case.by_account(Name::User, &account, &[Role::Job]).into_iter().filter(|job| same_host(job, share) && near(share, job, PIPE, 1));
    jobs.map(|job| Found::strong(job, Part::Twin, "account", pipe_reason(&account, share, job))).collect()
}

fn doer(case: &Case<'_>, fact: &Fact) -> Option<String> {
    fact.get(Name::User).and_then(person).or_else(|| case.actor())
}

fn of_scheduler(share: &Fact) -> bool {
    [Name::Pipe, Name::File].iter().filter_map(|name| share.get(*name)).any(|name| name.to_lowercase().contains("atsvc"))
}

fn pipe_reason(account: &str, share: &Fact, job: &Fact) -> String {
    let from = share.get(Name::Address).map(|address| format!(" from {address}")).unwrap_or_default();
    format!("{account} used the pipe atsvc{from} {} the job", apart(share, job))
}

/// `20 ms before`.
pub(crate) fn apart(fact: &Fact, from: &Fact) -> String {
    let (Some(time), Some(from)) = (fact.time, from.time) else { return "beside".to_owned() };
    let millis = time.nanos.abs_diff(from.nanos) / 1_000_000;
    let side = if time.nanos > from.nanos { "after" } else { "before" };
    if millis < 1000 { format!("{millis} ms {side}") } else { format!("{} s {side}", millis / 1000) }
}

/// Where the job's own network logon tells no address: another network logon of the account, a moment before the job.
pub(crate) fn network_logons<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let logon = found.fact;
    if found.part != Part::Logon || !over_network(logon) || has_address(logon) {
        return Vec::new();
    }
    let Some(account) = account(logon) else { return Vec::new() };
    let others = case.by_account(Name::User, &account, &[Role::Logon]).into_iter().filter(|other| same_host(other, logon));
    let others = others.filter(|other| over_network(other) && has_address(other) && near(other, logon, LOGON, LOGON));
    others
        .map(|other| {
            Found::strong(other, Part::Logon, "account", format!("network logon of {account} {} the job's own, which tells no address", apart(other, logon)))
        })
        .collect()
}

fn over_network(logon: &Fact) -> bool {
    logon.get(Name::LogonType) == Some("3")
}

fn has_address(logon: &Fact) -> bool {
    logon.get(Name::Address).is_some_and(|address| !matches!(address, "-" | "" | "?"))
}

/// The same deed on the host that it reaches, or on the one that it came from.
pub(crate) fn other_hosts<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if found.part != Part::Own {
        return Vec::new();
    }
    same_job(case, found.fact).into_iter().chain(commanded(case, found.fact)).chain(on_target(case, found.fact)).collect()
}

/// Other hosts that the deed reaches.
fn targets(case: &Case<'_>, fact: &Fact) -> Vec<String> {
    let own =
        fact.get(Name::TargetHost).filter(|_| matches!(case.role(fact), Some(Role::Job | Role::Process))).map(|host| host_key(host.trim_start_matches('\\')));
    let here = fact.host.as_deref().map(host_key);
    own.into_iter().chain(case.subject.target()).filter(|host| !host.is_empty() && Some(host) != here.as_ref()).collect()
}

fn job_names(fact: &Fact) -> impl Iterator<Item = &str> {
    fact.get(Name::JobName).or_else(|| fact.job.as_deref().and_then(|job| job.name.as_deref())).into_iter()
}

fn same_name(one: &Fact, other: &Fact) -> bool {
    job_names(one).any(|a| job_names(other).any(|b| job_key(a) == job_key(b)))
}

/// The job of that name, made on another host within a minute by the same account.
fn same_job<'a>(case: &Case<'a>, fact: &'a Fact) -> Vec<Found<'a>> {
    let targets = targets(case, fact);
    let reached = |other: &Fact| other.host.as_deref().map(host_key).is_some_and(|host| targets.contains(&host));
    let same_account = |other: &Fact| doer(case, fact).is_some_and(|account| other.get(Name::User).and_then(person) == Some(account));
    let names = job_names(fact).flat_map(|name| case.by(Name::JobName, name, &[Role::Job]));
    let jobs = names.filter(|other| other.host.is_some() && !same_host(other, fact) && near(other, fact, ACROSS, ACROSS));
    let jobs = jobs.filter(|other| !targets.is_empty() && (reached(other) || same_account(other)));
    jobs.map(|other| Found::strong(other, Part::Twin, "job", format!("the same job on {}, {}", host_of(other), apart(other, fact)))).collect()
}

/// The command that named this host as its target: the one that made the job, and what was told to the job since.
fn commanded<'a>(case: &Case<'a>, fact: &'a Fact) -> Vec<Found<'a>> {
    let Some(host) = fact.host.as_deref() else { return Vec::new() };
    let orders = case.by(Name::TargetHost, host, &[Role::Job, Role::Process]).into_iter().filter(|order| !same_host(order, fact));
    let orders = orders.filter(|order| (near(order, fact, ACROSS, PIPE) || case.is_after(order)) && same_name(order, fact));
    orders.map(|order| Found::strong(order, Part::Twin, "target_host", format!("named {} and the same job, {}", host_key(host), apart(order, fact)))).collect()
}

/// The account's network logon and use of the scheduler's pipe on the target.
fn on_target<'a>(case: &Case<'a>, fact: &'a Fact) -> Vec<Found<'a>> {
    let (targets, Some(account)) = (targets(case, fact), doer(case, fact)) else { return Vec::new() };
    let facts = case.by_account(Name::User, &account, &[Role::Logon, Role::Share]).into_iter();
    let facts = facts.filter(|other| other.host.as_deref().map(host_key).is_some_and(|host| targets.contains(&host)) && near(other, fact, 1, PIPE));
    facts
        .filter_map(|other| {
            let part = match case.role(other)? {
                Role::Logon if over_network(other) => Part::Logon,
                Role::Share if of_scheduler(other) => Part::Share,
                _ => return None,
            };
            Some(Found::strong(other, part, "target_host", format!("{account} on the target {}, {}", host_of(other), apart(other, fact))))
        })
        .collect()
}

fn host_of(fact: &Fact) -> String {
    fact.host.as_deref().map(host_key).unwrap_or_default()
}
