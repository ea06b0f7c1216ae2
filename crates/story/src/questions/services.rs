//! Services that somebody installed from elsewhere to run a process of the story (`PsExec` and its like).

use crate::case::{Case, near};
use crate::found::{Found, Part};
use crate::keys::{base, command_key, person};
use crate::{Fact, Name, Role};

/// Seconds between the installation of a service and its process.
const STARTED: i64 = 60;
/// And between what was done over the network and the installation.
const BEFORE: i64 = 10;

/// The installation of the service that a process of the story is.
pub(crate) fn installed<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let process = found.fact;
    if !matches!(found.part, Part::Own | Part::Ancestor) || case.role(process) != Some(Role::Process) {
        return Vec::new();
    }
    let services = case.of_roles(process.host.as_deref(), &[Role::Job]).into_iter();
    let services = services.filter(|service| near(service, process, STARTED, 1) && is_it(service, process));
    services.map(|service| Found::strong(service, Part::Share, "service", format!("the service whose program it is: {}", called(service)))).collect()
}

/// Whether a service's program is that process: the file, or the command line where the service is a line for a shell.
fn is_it(service: &Fact, process: &Fact) -> bool {
    let (Some(_), Some(program)) = (service.get(Name::Service), service.get(Name::Image)) else { return false };
    let shell = program.contains(" /c ") || program.contains(" /C ");
    let image = process.get(Name::Image).is_some_and(|image| !shell && base(image) == file(program));
    image || process.get(Name::Command).is_some_and(|line| command_key(line) == command_key(program))
}

/// The program's file, without what follows it.
fn file(program: &str) -> String {
    let program = program.trim().trim_start_matches('"');
    let end = program.to_lowercase().find(".exe").map_or(program.len(), |at| at + ".exe".len());
    base(program.get(..end).unwrap_or(program))
}

fn called(service: &Fact) -> &str {
    service.get(Name::Service).unwrap_or_default()
}

/// The shares and pipes by which a service of the story was installed: what names its file, and the service manager's pipe
/// where one account alone used it.
pub(crate) fn through<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let service = found.fact;
    if found.part != Part::Share || found.join.by != "service" || case.role(service) != Some(Role::Job) {
        return Vec::new();
    }
    let program = service.get(Name::Image).map(file).unwrap_or_default();
    let shares: Vec<&Fact> = case.of_roles(service.host.as_deref(), &[Role::Share]).into_iter().filter(|share| near(share, service, BEFORE, 1)).collect();
    let named = |share: &Fact| [Name::File, Name::Pipe].iter().filter_map(|name| share.get(*name)).map(base).collect::<Vec<_>>();
    let manager: Vec<&Fact> = shares.iter().copied().filter(|share| named(share).iter().any(|name| name == "svcctl")).collect();
    let accounts: std::collections::BTreeSet<_> = manager.iter().filter_map(|share| share.get(Name::User).and_then(person)).collect();
    let of_file = shares.iter().copied().filter(|share| named(share).contains(&program));
    let of_manager = manager.into_iter().filter(|_| accounts.len() == 1);
    let joined = of_file.map(|share| (share, "the service's file")).chain(of_manager.map(|share| (share, "the pipe of the service manager")));
    joined.map(|(share, what)| Found::strong(share, Part::Share, "service", format!("{what}, just before {} was installed", called(service)))).collect()
}
