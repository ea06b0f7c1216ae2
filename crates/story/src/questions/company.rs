//! What shares only the host and the window: logons of the account, other jobs, and what blinds.

use crate::case::{Case, near, same_host};
use crate::found::{Found, Part};
use crate::{Fact, Name, Role};

/// Seconds around the alert in which other jobs of the host are of interest.
const JOBS: i64 = 600;

pub(crate) fn company<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if !std::ptr::eq(found.fact, case.anchor) {
        return Vec::new();
    }
    logons(case).into_iter().chain(switches(case)).chain(jobs(case)).chain(blind(case)).collect()
}

fn logons<'a>(case: &Case<'a>) -> Vec<Found<'a>> {
    let Some(account) = case.actor() else { return Vec::new() };
    let facts = [Name::User, Name::TargetUser, Name::LoginUser].into_iter().flat_map(|name| case.by_account(name, &account, &[Role::Logon]));
    let logons = facts.filter(|fact| same_host(fact, case.anchor));
    logons.map(|fact| Found::weak(fact, Part::Company, "account", format!("{account} logged on to the same host"))).collect()
}

/// What else the account became somebody else for.
fn switches<'a>(case: &Case<'a>) -> Vec<Found<'a>> {
    let Some(account) = case.actor() else { return Vec::new() };
    let facts = [Name::User, Name::LoginUser].into_iter().flat_map(|name| case.by_account(name, &account, &[Role::Switch]));
    let facts = facts.filter(|fact| same_host(fact, case.anchor) && near(fact, case.anchor, JOBS, JOBS));
    facts.map(|fact| Found::weak(fact, Part::Company, "account", format!("{account} on the same host, within minutes"))).collect()
}

fn jobs<'a>(case: &Case<'a>) -> Vec<Found<'a>> {
    let facts = case.of_roles(case.anchor.host.as_deref(), &[Role::Job]).into_iter().filter(|fact| near(fact, case.anchor, JOBS, JOBS));
    facts.map(|fact| Found::weak(fact, Part::Company, "host", "another job on the same host, within minutes")).collect()
}

fn blind<'a>(case: &Case<'a>) -> Vec<Found<'a>> {
    blinding(case).into_iter().map(|fact| Found::weak(fact, Part::Company, "host", "same host and window")).collect()
}

/// What blinds, or sets the clock, on the alert's host.
pub(crate) fn blinding<'a>(case: &Case<'a>) -> Vec<&'a Fact> {
    case.of_roles(case.anchor.host.as_deref(), &[Role::Blind, Role::Clock])
}
