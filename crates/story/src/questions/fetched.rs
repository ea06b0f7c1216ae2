//! What the processes of the story fetched, dropped and reached.

use crate::case::{Case, same_host};
use crate::found::{Found, Part};
use crate::process::{did, link, name};
use crate::{Name, Role, Strength};

const DEEDS: [Role; 5] = [Role::Network, Role::File, Role::Share, Role::Switch, Role::Job];

pub(crate) fn doings<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let process = found.fact;
    let asks = matches!(found.part, Part::Own | Part::Ancestor | Part::Child | Part::Below | Part::Mate);
    if !asks || found.join.strength == Strength::Weak || case.role(process) != Some(Role::Process) {
        return Vec::new();
    }
    let named = [Name::ProcessGuid, Name::Pid].into_iter().filter_map(|key| Some(case.by(key, process.get(key)?, &DEEDS)));
    let deeds = named.flatten().filter(|fact| same_host(fact, process));
    let joined = deeds.filter_map(|fact| {
        let (by, words) = link(process, fact, Name::ProcessGuid, Name::Pid);
        let part = match found.part {
            Part::Below if case.role(fact) == Some(Role::Job) => Part::Job,
            Part::Child | Part::Below => Part::Effect,
            _ if case.role(fact) == Some(Role::Job) => Part::Job,
            _ if case.role(fact) == Some(Role::Switch) => Part::Switch,
            _ => Part::Doing,
        };
        Some(Found::new(fact, part, did(case, process, fact)?, by, format!("done by {}: {words}", name(process))))
    });
    joined.collect()
}
