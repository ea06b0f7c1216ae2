//! Clouds and clusters: the same request, the same resource, the same caller from the same address.

use crate::case::{Case, near};
use crate::found::{Found, Part};
use crate::keys::{job_key, person};
use crate::questions::job::names;
use crate::{Fact, Lane, Name, Role};
use watchbell_model::Outcome;

/// Seconds in which a caller's requests from one address belong together.
const VISIT: i64 = 900;

pub(crate) fn deeds<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if found.part != Part::Own || !in_cloud(case, found.fact) {
        return Vec::new();
    }
    let fact = found.fact;
    let joined = correlated(case, fact).into_iter().chain(of_resource(case, fact)).chain(of_caller(case, fact));
    joined.chain(made_from(case, fact)).chain(of_account(case, fact)).collect()
}

const DEEDS: [Role; 4] = [Role::Cloud, Role::Job, Role::Run, Role::Logon];

fn cloud<'a>(case: &Case<'a>, name: Name, value: &str) -> impl Iterator<Item = &'a Fact> {
    case.by(name, value, &DEEDS).into_iter().filter(|fact| in_cloud(case, fact))
}

/// Facts of a cloud's lane, and an alert that has a cloud's keys.
fn in_cloud(case: &Case<'_>, fact: &Fact) -> bool {
    case.kind(fact).map_or_else(|| fact.get(Name::Correlation).or(fact.get(Name::Resource)).is_some(), |kind| kind.lane == Lane::Cloud)
}

fn correlated<'a>(case: &Case<'a>, fact: &Fact) -> Vec<Found<'a>> {
    let Some(id) = fact.get(Name::Correlation).filter(|id| id.len() >= 8 && id.bytes().any(|b| !matches!(b, b'0' | b'-'))) else { return Vec::new() };
    cloud(case, Name::Correlation, id).map(|other| Found::exact(other, Part::Job, "correlationId", format!("same correlationId {id}"))).collect()
}

fn of_resource<'a>(case: &Case<'a>, fact: &Fact) -> Vec<Found<'a>> {
    let Some(resource) = fact.get(Name::Resource).filter(|resource| resource.contains('/')) else { return Vec::new() };
    cloud(case, Name::Resource, resource).map(|other| Found::strong(other, Part::Job, "resource", format!("same resource {resource}"))).collect()
}

/// What the caller did besides: strongly on the same account or namespace from the same address, else weakly.
fn of_caller<'a>(case: &Case<'a>, fact: &Fact) -> Vec<Found<'a>> {
    let Some(caller) = fact.get(Name::User).filter(|caller| person(caller).is_some()) else { return Vec::new() };
    let others = cloud(case, Name::User, caller).filter(|other| !other.routine && other.get(Name::User).is_some_and(|user| user.eq_ignore_ascii_case(caller)));
    let joined = others.map(|other| match same(fact, other, Name::Address).filter(|_| near(other, fact, VISIT, VISIT)) {
        Some(address) if around(fact) == around(other) || leads_to_it(case, fact, other) => {
            Found::strong(other, Part::Job, "caller", format!("same caller {caller} from {address}, within minutes"))
        }
        _ => Found::weak(other, Part::Company, "caller", format!("same caller {caller}")),
    });
    joined.collect()
}

/// A sign-in, rights taken, or a try at a job of the same name elsewhere.
fn leads_to_it(case: &Case<'_>, fact: &Fact, other: &Fact) -> bool {
    let rights = case.kind(other).is_some_and(|kind| kind.id.ends_with("_rights_changed"));
    case.role(other) == Some(Role::Logon) || rights || names(fact).iter().any(|name| names(other).contains(name))
}

/// What others did in the same Automation account about then: what a webhook or a schedule started runs as somebody else.
fn of_account<'a>(case: &Case<'a>, fact: &Fact) -> Vec<Found<'a>> {
    let account = around(fact).filter(|around| around.contains("/automationaccounts/"));
    let facts = case.of_roles(fact.host.as_deref(), &[Role::Cloud, Role::Run]).into_iter();
    let facts = facts.filter(|other| account.is_some() && around(other) == account && near(other, fact, ACCOUNT, ACCOUNT));
    facts.map(|other| Found::weak(other, Part::Company, "resource", "the same Automation account")).collect()
}

/// Seconds around a deed in which others in the same account are of interest.
const ACCOUNT: i64 = 3600;

fn same<'f>(one: &'f Fact, other: &Fact, name: Name) -> Option<&'f str> {
    one.get(name).filter(|value| !matches!(*value, "" | "-") && other.get(name) == Some(value))
}

/// The account or namespace around a resource: all but its own last two parts.
fn around(fact: &Fact) -> Option<String> {
    let resource = fact.get(Name::Resource)?.to_lowercase();
    let account = resource.find("/automationaccounts/").map(|at| at + "/automationaccounts/".len());
    let end = account.map(|at| resource[at..].find('/').map_or(resource.len(), |end| at + end)).or_else(|| resource.find('/'));
    Some(resource[..end.unwrap_or(resource.len())].to_owned())
}

/// Jobs and pods that a CronJob made: its name with a number behind it.
fn made_from<'a>(case: &Case<'a>, fact: &Fact) -> Vec<Found<'a>> {
    if fact.outcome == Outcome::Failed || !fact.job.as_deref().is_some_and(|job| job.kind == watchbell_jobs::Kind::CronJob) {
        return Vec::new();
    }
    let names: Vec<String> = names(fact).iter().map(|name| job_key(name)).collect();
    let facts = case.of_roles(fact.host.as_deref(), &[Role::Cloud, Role::Job, Role::Run]).into_iter();
    let namespace = |fact: &Fact| fact.get(Name::Resource).and_then(|resource| Some(resource.split_once('/')?.0.to_lowercase()));
    let facts = facts.filter(|other| namespace(fact).zip(namespace(other)).is_none_or(|(one, other)| one == other));
    let made =
        facts.filter(|other| case.is_after(other) && other.get(Name::JobName).is_some_and(|made| names.iter().any(|name| numbered(&job_key(made), name))));
    made.map(|other| Found::strong(other, Part::Run, "job", "made from the CronJob")).collect()
}

fn numbered(made: &str, name: &str) -> bool {
    let number = made.strip_prefix(name).and_then(|rest| rest.strip_prefix('-')).and_then(|rest| rest.split('-').next());
    number.is_some_and(|number| number.len() >= 6 && number.bytes().all(|b| b.is_ascii_digit()))
}
