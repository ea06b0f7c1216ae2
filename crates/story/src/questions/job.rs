//! The job: what else was done to it, and the files that it stands in and runs.

use crate::case::{Case, may_be_same_host, near, same_host};
use crate::found::{Found, Part};
use crate::jobs::{commands, payloads};
use crate::keys::{base, is_scheduler};
use crate::{Fact, Name, Role, Strength};
use watchbell_model::Outcome;

/// Deeds done to the job of that name, or to one that runs the same.
pub(crate) fn deeds<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let of_own_run = found.part == Part::Job && found.join.by == "command";
    if found.part != Part::Own && !of_own_run {
        return Vec::new();
    }
    let by_name = names(found.fact).into_iter().flat_map(|name| {
        let reason = format!("the same job, {name}");
        case.by(Name::JobName, &name, &[Role::Job, Role::Process]).into_iter().map(move |fact| (fact, "job", reason.clone()))
    });
    let by_command = lines(found.fact).into_iter().chain(own_line(case, found.fact)).flat_map(|line| {
        let reason = format!("a job that runs the same: {line}");
        case.by(Name::Action, &line, &[Role::Job]).into_iter().map(move |fact| (fact, "command", reason.clone()))
    });
    let deeds = by_name.chain(by_command).filter(|(fact, ..)| same_host(fact, found.fact)).chain(orders(case, found.fact));
    let part = |fact: &Fact, by: &str| match case.role(fact) {
        Some(Role::Process) if by == "command" => Part::Ancestor,
        Some(Role::Switch) => Part::Switch,
        _ => Part::Job,
    };
    deeds.map(|(fact, by, reason)| Found::strong(fact, part(fact, by), by, reason)).collect()
}

/// Commands that told the scheduler to run what the alert's run ran.
fn orders<'a>(case: &Case<'a>, run: &Fact) -> Vec<(&'a Fact, &'static str, String)> {
    if case.role(run) != Some(Role::Run) {
        return Vec::new();
    }
    let orders = lines(run).into_iter().flat_map(|line| case.by(Name::Action, &line, &[Role::Process]).into_iter().map(move |fact| (fact, line.clone())));
    let earlier = orders.filter(|(fact, _)| fact.time < run.time && !fact.routine && may_be_same_host(fact, run));
    let orders = earlier.map(|(fact, line)| (fact, "command", format!("made a job that runs the same: {line}")));
    orders.chain(lines(run).into_iter().flat_map(|line| sudo(case, run, &line))).collect()
}

/// Somebody else's rights, taken to write such a line into a table.
fn sudo<'a>(case: &Case<'a>, run: &Fact, line: &str) -> Vec<(&'a Fact, &'static str, String)> {
    if payloads(line).is_empty() {
        return Vec::new();
    }
    let names = |fact: &Fact| fact.get(Name::Command).is_some_and(|command| command.contains("cron") && command.contains(line));
    let switches = case.of_roles(run.host.as_deref(), &[Role::Switch]).into_iter();
    let earlier = switches.filter(|fact| fact.time < run.time && !fact.routine && names(fact));
    earlier.map(|fact| (fact, "command", format!("wrote a job that runs the same: {line}"))).collect()
}

/// What the audit log tells of a crontab(1) that syslog names only by its pid.
pub(crate) fn crontab<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if found.part != Part::Own {
        return Vec::new();
    }
    let part = |fact: &Fact| if case.role(fact) == Some(Role::Process) { Part::Ancestor } else { Part::Twin };
    let told = same_crontab(case, found.fact).into_iter().chain(line_of(case, found.fact));
    told.map(|fact| Found::strong(fact, part(fact), "pid", "the same run of crontab, by its pid".to_owned())).collect()
}

/// Seconds between what two logs tell of one short run.
const AT_ONCE: i64 = 2;

pub(crate) fn same_crontab<'a>(case: &Case<'a>, line: &Fact) -> Vec<&'a Fact> {
    let (None, Some(Role::Job), Some(pid)) = (line.get(Name::Image), case.role(line), line.get(Name::Pid)) else { return Vec::new() };
    let mut facts = case.by(Name::Pid, pid, &[Role::Job, Role::Process]);
    let crontab = |fact: &Fact| fact.get(Name::Image).is_some_and(|image| base(image) == "crontab");
    facts.retain(|fact| crontab(fact) && may_be_same_host(fact, line) && near(fact, line, AT_ONCE, AT_ONCE));
    facts
}

/// Seconds between sudo's line and the first of crontab(1).
const STARTED: i64 = 5;

/// Who became the account that syslog's crontab names, to run it: sudo's line just before the first line of that run.
pub(crate) fn through_sudo<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let line = found.fact;
    let asks = found.part == Part::Own && line.get(Name::Image).is_none() && case.role(line) == Some(Role::Job);
    let (true, Some(pid), Some(user)) = (asks, line.get(Name::Pid), line.get(Name::User)) else { return Vec::new() };
    let mut run = case.by(Name::Pid, pid, &[Role::Job]);
    run.retain(|other| other.get(Name::Image).is_none() && same_host(other, line) && other.get(Name::User) == Some(user) && near(other, line, HOUR, AT_ONCE));
    let Some(first) = run.iter().min_by_key(|other| (other.time, other.id)).copied() else { return Vec::new() };
    let runs_it = |command: &str| command.split_whitespace().next().is_some_and(|program| base(program) == "crontab");
    let mut switches = case.of_roles(line.host.as_deref(), &[Role::Switch]);
    switches.retain(|switch| near(switch, first, STARTED, 1) && switch.get(Name::TargetUser) == Some(user) && switch.get(Name::Command).is_some_and(runs_it));
    let who: std::collections::BTreeSet<_> = switches.iter().map(|switch| switch.get(Name::User)).collect();
    let switches = switches.into_iter().filter(|_| who.len() == 1);
    let switches = switches.map(|switch| Found::strong(switch, Part::Switch, "command", format!("became {user} to run crontab, just before")));
    run.iter()
        .filter(|other| other.id != line.id)
        .map(|other| Found::strong(other, Part::Job, "pid", format!("the same run of crontab, pid {pid}")))
        .chain(switches)
        .collect()
}

/// Seconds for which a table may stand open in an editor.
const HOUR: i64 = 3600;

/// syslog's line of a crontab(1) that the audit log tells of.
fn line_of<'a>(case: &Case<'a>, fact: &Fact) -> Vec<&'a Fact> {
    let crontab = fact.get(Name::Image).is_some_and(|image| base(image) == "crontab");
    let Some(pid) = fact.get(Name::Pid).filter(|_| crontab) else { return Vec::new() };
    let mut lines = case.by(Name::Pid, pid, &[Role::Job]);
    lines.retain(|line| line.get(Name::Image).is_none() && may_be_same_host(line, fact) && near(line, fact, AT_ONCE, AT_ONCE));
    lines
}

/// The job's names. A definition may give another than the one that the scheduler's record tells, which counts.
pub(crate) fn names(fact: &Fact) -> Vec<String> {
    let own = fact.get(Name::JobName).or_else(|| fact.job.as_deref().and_then(|job| job.name.as_deref())).into_iter();
    own.filter(|name| !name.trim_matches(['\\', '-', '?']).is_empty()).map(str::to_owned).collect()
}

/// What a process of the alert was told, where the scheduler started it: the job that runs this is the alert's.
fn own_line(case: &Case<'_>, fact: &Fact) -> Option<String> {
    let line = fact.get(Name::Command).filter(|_| case.role(fact) == Some(Role::Process) && fact.get(Name::ParentImage).is_some_and(is_scheduler))?;
    Some(line.to_owned())
}

/// What it runs.
pub(crate) fn lines(fact: &Fact) -> Vec<String> {
    let action = fact.get(Name::Action).map(str::to_owned);
    let mut lines: Vec<String> = fact.job.as_deref().into_iter().flat_map(commands).chain(action).filter(|line| !line.trim().is_empty()).collect();
    lines.dedup();
    lines
}

/// Who wrote what the job runs, and what else was done to the file that it stands in.
pub(crate) fn files<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    if found.part != Part::Own {
        return Vec::new();
    }
    let run = lines(found.fact).into_iter().flat_map(|line| payloads(&line)).map(|file| (file, Part::File, "the file that the job runs"));
    let table = found.fact.get(Name::File).map(|file| (file.to_owned(), Part::Table, "the file that the job stands in"));
    let task = names(found.fact)
        .into_iter()
        .map(|name| (format!("C:\\Windows\\System32\\Tasks\\{}", name.trim_start_matches('\\')), Part::Table, "the job's own file"));
    run.chain(table).chain(task).flat_map(|(file, part, what)| touched(case, found.fact, &file, part, what)).collect()
}

/// Where the files came from that the processes above were given to open or to run.
pub(crate) fn opened<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let process = found.fact;
    if found.part != Part::Ancestor || found.join.strength != Strength::Exact || case.role(process) != Some(Role::Process) {
        return Vec::new();
    }
    let files = process.get(Name::Command).map(payloads).unwrap_or_default();
    let came = files.iter().flat_map(|file| touched(case, process, file, Part::File, "the file that it was given"));
    came.filter(|one| one.fact.time <= process.time && case.role(one.fact) == Some(Role::File) && one.fact.outcome == Outcome::Done).collect()
}

fn touched<'a>(case: &Case<'a>, by: &Fact, file: &str, part: Part, what: &str) -> Vec<Found<'a>> {
    const TOUCH: [Role; 4] = [Role::File, Role::Job, Role::Run, Role::Network];
    let facts = [Name::File, Name::SourceFile].into_iter().flat_map(|name| case.by(name, file, &TOUCH));
    let facts = facts.filter(|fact| may_be_same_host(fact, by));
    facts.map(|fact| Found::strong(fact, part, "file", format!("{what}: {file}"))).collect()
}
