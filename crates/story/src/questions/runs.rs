//! What ran from it: the job's runs, and what they started.

use crate::case::{Case, may_be_same_host, near, same_host};
use crate::found::{Found, Part};
use crate::keys::{base, command_key, is_scheduler, session, unix};
use crate::process::{last_part, link, name, parent, started_by};
use crate::questions::job::{lines, names};
use crate::{Fact, Name, Role, Strength};
use std::collections::BTreeSet;
use watchbell_model::Outcome;

/// The job's runs, by its name or by what it runs.
pub(crate) fn of_job<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    // What was ordered on one machine runs on another.
    let elsewhere = found.part == Part::Twin && case.role(found.fact) == Some(Role::Job);
    if found.part != Part::Own && !elsewhere {
        return Vec::new();
    }
    let fact = found.fact;
    let named = names(fact).into_iter().flat_map(|name| case.by(Name::JobName, &name, &[Role::Run])).filter(|run| same_host(run, fact));
    let named = named.map(|run| Found::strong(run, Part::Run, "job", "a run of the same job".to_owned()));
    named.chain(lines(fact).into_iter().flat_map(|line| ran(case, fact, &line))).collect()
}

/// Seconds after a table was changed in which what cron runs is of interest.
const TAKEN_UP: i64 = 3600;
/// So many commands that were not run before.
const NEW: usize = 3;

/// What cron ran since a table was changed of which no record tells the lines: commands that it had not run before.
pub(crate) fn perhaps<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let fact = found.fact;
    let asks = found.part == Part::Own && case.role(fact) == Some(Role::Job) && unix_table(fact) && lines(fact).is_empty() && fact.outcome == Outcome::Done;
    if !asks {
        return Vec::new();
    }
    let owner = owner(fact);
    let of_owner = |run: &Fact| owner.is_none_or(|owner| run.get(Name::User) == Some(owner));
    let mut runs = case.of_roles(fact.host.as_deref(), &[Role::Run]);
    runs.retain(|run| run.get(Name::Action).is_some() && of_owner(run) && run.time.is_some());
    runs.sort_by_key(|run| (run.time, run.id));
    let mut known: BTreeSet<&str> = runs.iter().filter(|run| run.time < fact.time).filter_map(|run| run.get(Name::Action)).collect();
    let new = runs
        .into_iter()
        .filter(|run| run.time >= fact.time && near(run, fact, 0, TAKEN_UP))
        .filter(|run| run.get(Name::Action).is_some_and(|line| known.insert(line)));
    let reason = "run after the table was changed and not before; that it stands in this table is not told";
    new.take(NEW).map(|run| Found::weak(run, Part::Run, "host", reason)).collect()
}

fn unix_table(fact: &Fact) -> bool {
    fact.get(Name::File).map_or_else(|| fact.get(Name::TargetUser).is_some() && fact.get(Name::Logon).is_none(), |file| file.contains("/cron"))
}

/// Whose table it is; none where the lines name accounts themselves.
fn owner(fact: &Fact) -> Option<&str> {
    match fact.get(Name::File) {
        Some(file) => file.starts_with("/var/spool/cron").then(|| last_part(file)),
        None => fact.get(Name::TargetUser),
    }
}

/// Runs and processes of a job's command line.
fn ran<'a>(case: &Case<'a>, job: &Fact, line: &str) -> Vec<Found<'a>> {
    let (shell, batch) = (format!("/bin/sh -c {line}"), format!("cmd.exe /c {line}"));
    let facts = [(Name::Action, line), (Name::Command, line), (Name::Command, &*shell), (Name::Command, &*batch)]
        .into_iter()
        .flat_map(|(name, line)| case.by(name, line, &[Role::Run, Role::Process]));
    let runs = facts.filter(|fact| may_be_same_host(fact, job)).filter_map(|fact| match case.role(fact)? {
        Role::Run if principal_agrees(job, fact) => Some((fact, Part::Run, "a run of the job's command")),
        Role::Process if by_scheduler(job, fact, line) => Some((fact, Part::Child, "the scheduler started the job's command")),
        _ => None,
    });
    runs.map(|(fact, part, reason)| Found::strong(fact, part, "job", reason)).collect()
}

fn principal_agrees(job: &Fact, run: &Fact) -> bool {
    let account = |text: &str| crate::value_key(Name::User, text);
    let principal = job.job.as_deref().and_then(|job| job.principal.as_deref());
    principal.zip(run.get(Name::User)).is_none_or(|(a, b)| account(a) == account(b))
}

/// Whether a process is the scheduler's doing: by its parent, or as `sh -c` of the whole line where no parent is named.
fn by_scheduler(job: &Fact, process: &Fact, line: &str) -> bool {
    match process.get(Name::ParentImage) {
        Some(image) => is_scheduler(image),
        None => {
            unix(process)
                && other_session(job, process)
                && (by_init(process) || process.get(Name::Command).is_some_and(|own| command_key(own) != command_key(line)))
        }
    }
}

/// systemd starts what timers run; nobody's session is its own.
fn by_init(process: &Fact) -> bool {
    process.get(Name::ParentPid) == Some("1") && session(process, Name::Logon).is_none()
}

/// The scheduler never runs a job in the session that made it.
fn other_session(job: &Fact, process: &Fact) -> bool {
    session(process, Name::Logon).is_none_or(|own| session(job, Name::Logon) != Some(own))
}

/// Seconds between the record of a run and its process.
const AT_ONCE: i64 = 5;

/// What a run or a process of the story started.
pub(crate) fn children<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    match (found.part, case.role(found.fact)) {
        (Part::Own | Part::Run, Some(Role::Run)) => begun(case, found.fact),
        (Part::Ancestor, Some(Role::Process)) if found.join.by == "command" => below(case, found.fact, Part::Below),
        (Part::Own | Part::Below, Some(Role::Process)) => below(case, found.fact, Part::Below),
        (Part::Child, Some(Role::Process)) => below(case, found.fact, Part::Child),
        _ => Vec::new(),
    }
}

/// The process that a run's record names.
fn begun<'a>(case: &Case<'a>, run: &Fact) -> Vec<Found<'a>> {
    let Some(pid) = run.get(Name::Pid) else { return Vec::new() };
    let starts = [Name::Pid, Name::ParentPid].into_iter().flat_map(|name| case.by(name, pid, &[Role::Process]));
    let starts =
        starts.filter(|start| may_be_same_host(start, run) && near(start, run, AT_ONCE, AT_ONCE) && (runs_it(run, start) || of_untold(case, run, start)));
    starts.map(|start| Found::new(start, Part::Child, Strength::Strong, "pid", format!("the run's own process, pid {pid}"))).collect()
}

/// Whether a process runs what the run's record says: the same image, or a command line that holds the whole action.
fn runs_it(run: &Fact, start: &Fact) -> bool {
    let image = run.get(Name::Image).zip(start.get(Name::Image)).is_some_and(|(a, b)| crate::keys::same_image(a, b));
    let line = format!(" {} ", start.get(Name::Command).map(command_key).unwrap_or_default());
    image
        || lines(run)
            .iter()
            .map(String::as_str)
            .chain(run.get(Name::Command))
            .map(command_key)
            .chain(run.get(Name::Image).map(str::to_lowercase))
            .any(|action| !action.is_empty() && line.contains(&format!(" {action} ")))
}

/// Whether a daemon that does not tell what it runs started it, as the account that it told.
fn of_untold(case: &Case<'_>, run: &Fact, start: &Fact) -> bool {
    let told = !lines(run).is_empty() || run.get(Name::Image).is_some() || run.get(Name::Command).is_some();
    let account = |fact: &Fact| fact.get(Name::User).map(|user| crate::value_key(Name::User, case.called(user).unwrap_or(user)));
    !told && unix(start) && account(run).is_some() && account(run) == account(start) && start.get(Name::ParentPid) == run.get(Name::Pid)
}

fn below<'a>(case: &Case<'a>, process: &'a Fact, part: Part) -> Vec<Found<'a>> {
    let keys = [(Name::ParentGuid, Name::ProcessGuid), (Name::ParentPid, Name::Pid), (Name::Pid, Name::Pid)];
    let starts = keys.into_iter().filter_map(|(asked, own)| Some(case.by(asked, process.get(own)?, &[Role::Process]))).flatten();
    let starts = starts.filter(|start| start.id != process.id && same_host(start, process) && !console(start));
    starts
        .filter_map(|start| {
            let strength = started_by(case, process, start).or_else(|| replaced(case, process, start))?;
            let (by, words) = link(process, start, Name::ParentGuid, Name::ParentPid);
            Some(Found::new(start, part, strength, by, format!("started by {}: {words}", name(process))))
        })
        .collect()
}

/// A child of the same process under the program that it ran next.
fn replaced(case: &Case<'_>, process: &Fact, child: &Fact) -> Option<Strength> {
    let (above, strength) = parent(case, child)?;
    (unix(process) && above.get(Name::Pid) == process.get(Name::Pid)).then(|| started_by(case, process, above).map(|other| other.min(strength)))?
}

/// Every console program has one; it tells nothing.
fn console(process: &Fact) -> bool {
    process.get(Name::Image).is_some_and(|image| base(image) == "conhost.exe")
}
