//! From facts to deeds: what each says was done to which job, by whom and from where.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use watchbell_jobs::{Deed, Job, Kind as JobKind, Verb, What, host_key};
use watchbell_model::{EventId, Outcome, Timestamp};
use watchbell_story::{Fact, Kind, Name, Recipe, Role};

/// Names of jobs by the beginning of their facts' kinds, where the fact has no job of its own.
const KINDS: [(&str, JobKind); 7] = [
    ("windows_task", JobKind::WindowsTask),
    ("cron", JobKind::Cron),
    ("anacron", JobKind::Cron),
    ("at_", JobKind::At),
    ("timer", JobKind::SystemdTimer),
    ("unit", JobKind::SystemdTimer),
    ("azure_automation", JobKind::AzureSchedule),
];

/// The ledger's own kind: a command line, which does not tell whether it worked.
const COMMAND: &str = "job_command";

/// The ledger's own kind: where a cluster's event was.
const PLACE: &str = "kubernetes_place";

/// The controller that makes a cluster's jobs out of its CronJobs.
const CONTROLLER: &str = "cronjob-controller";

/// Every deed that facts tell of. A unit that no timer starts is a service like any other.
pub fn deeds(recipe: &Recipe, facts: &[Fact]) -> Vec<Deed> {
    let (logons, clusters) = (Logons::new(recipe, facts), clusters(recipe, facts));
    let all: Vec<(&Kind, Deed)> = facts
        .iter()
        .filter_map(|fact| Some((fact, recipe.kinds.get(usize::from(fact.kind))?)))
        .flat_map(|(fact, kind)| {
            let deed = deed(kind, fact, &logons).map(|deed| Deed { host: deed.host.clone().or_else(|| clusters.get(&fact.id).cloned()), ..deed });
            deed.into_iter().flat_map(|deed| [moved(fact, &deed), Some(deed)]).flatten().map(move |deed| (kind, deed))
        })
        .collect();
    let timers: BTreeSet<String> =
        all.iter().filter(|(kind, deed)| deed.job.kind == JobKind::SystemdTimer && kind.role != Role::Run).filter_map(|(_, deed)| unit(&deed.job)).collect();
    let timed = |kind: &Kind, deed: &Deed| !kind.id.starts_with("unit") || unit(&deed.job).is_some_and(|unit| timers.contains(&unit));
    let refusals = Refusals::new(recipe, facts);
    all.into_iter().filter(|(kind, deed)| timed(kind, deed) && (kind.id != COMMAND || !refusals.met(deed))).map(|(_, deed)| deed).collect()
}

/// Writes that were not let happen: a command that would have written is no deed.
struct Refusals<'a> {
    /// By host and file, or the folder where the file is not told: when.
    refused: BTreeMap<Place<'a>, Vec<Timestamp>>,
    written: BTreeSet<Place<'a>>,
}

type Place<'a> = (Option<String>, &'a str);

/// A command and what it is refused are this close, in nanoseconds.
const AT_ONCE: i64 = 2_000_000_000;

impl<'a> Refusals<'a> {
    fn new(recipe: &Recipe, facts: &'a [Fact]) -> Self {
        let (mut refused, mut written) = (BTreeMap::<_, Vec<_>>::new(), BTreeSet::new());
        for fact in facts.iter().filter(|fact| recipe.kinds.get(usize::from(fact.kind)).is_some_and(|kind| matches!(kind.role, Role::Job | Role::File))) {
            let Some(file) = fact.get(Name::File) else { continue };
            let place = (fact.host.as_deref().map(host_key), file.trim_end_matches('/'));
            match fact.outcome {
                Outcome::Done => drop(written.insert(place)),
                Outcome::Failed => refused.entry(place).or_default().extend(fact.time),
                Outcome::Tried => {}
            }
        }
        Self { refused, written }
    }

    fn met(&self, deed: &Deed) -> bool {
        let (Some(name), Some(time)) = (deed.job.name.as_deref(), deed.time) else { return false };
        let host = deed.host.as_deref().map(host_key);
        let folder = name.rsplit_once('/').map_or("", |(folder, _)| folder);
        let near = |place: &str| {
            self.refused
                .get(&(host.clone(), place))
                .is_some_and(|times| times.iter().any(|refused| refused.nanos.abs_diff(time.nanos) <= AT_ONCE.unsigned_abs()))
        };
        !self.written.contains(&(host.clone(), name)) && (near(name) || near(folder))
    }
}

fn unit(job: &Job) -> Option<String> {
    let base = job.name.as_deref()?.rsplit('/').next()?;
    Some(base.trim_end_matches(".timer").trim_end_matches(".service").to_owned())
}

fn deed(kind: &Kind, fact: &Fact, logons: &Logons<'_>) -> Option<Deed> {
    if !matches!(kind.role, Role::Job | Role::Run | Role::Cloud)
        || fact.outcome == Outcome::Tried
        || (fact.outcome == Outcome::Failed && kind.role != Role::Run)
    {
        return None;
    }
    let (what, job) = controlled(kind, fact).or_else(|| Some((what(kind, fact)?, job(kind, fact)?)))?;
    let runs = matches!(what, What::Started | What::Ran { .. } | What::Ended);
    let own = fact.host.as_deref().map(host_key);
    let target = job.target_host.as_deref().filter(|target| Some(host_key(target)) != own && !matches!(*target, "localhost" | "127.0.0.1" | "." | "::1"));
    Some(Deed {
        host: target.map(Arc::from).or_else(|| fact.host.clone()).or_else(|| account(fact)),
        time: fact.time,
        event: fact.id,
        by: [Name::LoginUser, Name::User]
            .into_iter()
            .filter_map(|name| fact.get(name))
            .find(|by| !matches!(*by, "" | "-" | "unset" | "4294967295"))
            .filter(|_| !runs)
            .map(str::to_owned),
        from: fact.get(Name::Address).or_else(|| logons.address(fact)).map(str::to_owned),
        told_by: Some(format!("{} {}", kind.id, fact.get(Name::Operation).unwrap_or_default()).into()),
        what,
        job,
    })
}

/// Events' clusters: two clusters may have jobs of one name.
fn clusters(recipe: &Recipe, facts: &[Fact]) -> BTreeMap<EventId, Arc<str>> {
    let places = facts.iter().filter(|fact| recipe.kinds.get(usize::from(fact.kind)).is_some_and(|kind| kind.id == PLACE));
    places.filter_map(|fact| Some((fact.id, Arc::from(fact.get(Name::Resource)?)))).collect()
}

/// The Automation account that a resource of Azure is in, with its group and subscription: the same name may be in many.
fn account(fact: &Fact) -> Option<Arc<str>> {
    const ACCOUNTS: &str = "/automationaccounts/";
    let path = fact.get(Name::Resource)?.to_lowercase();
    let name = path.find(ACCOUNTS)? + ACCOUNTS.len();
    let end = path[name..].find('/').map_or(path.len(), |length| name + length);
    (end > name).then(|| Arc::from(&path[..end]))
}

/// What is moved elsewhere is no longer where it was.
fn moved(fact: &Fact, deed: &Deed) -> Option<Deed> {
    let from = fact.get(Name::SourceFile).filter(|from| Some(*from) != fact.get(Name::File))?;
    let job = Job { name: Some(from.to_owned()), ..Job::new(of_file(from)?, Verb::Delete) };
    Some(Deed { what: What::Deleted, job: Arc::new(job), ..deed.clone() })
}

/// A job that the controller makes out of a CronJob is a run of that: its name with a number behind it.
fn controlled(kind: &Kind, fact: &Fact) -> Option<(What, Arc<Job>)> {
    let by_controller = kind.role == Role::Run && fact.get(Name::User)?.ends_with(CONTROLLER);
    let name = fact.job.as_ref()?.name.as_deref().filter(|_| by_controller)?;
    let base = name.rsplit_once('-').filter(|(_, number)| number.bytes().all(|b| b.is_ascii_alphanumeric())).map_or(name, |(base, _)| base);
    Some((What::Started, Arc::new(Job { name: Some(base.to_owned()), ..Job::new(JobKind::CronJob, Verb::Run) })))
}

/// By the kind's last word, for a definition in the event does not tell what was done with it; else by the job's verb.
fn what(kind: &Kind, fact: &Fact) -> Option<What> {
    let result = || fact.get(Name::Result).map(str::to_owned);
    let word = kind.id.rsplit('_').next().unwrap_or_default();
    let wanted = fact.get(Name::File).is_some_and(|file| file.contains(".wants/"));
    match (kind.role, word) {
        (Role::Job, "written") if wanted => Some(What::Enabled),
        (Role::Job, "deleted") if wanted => Some(What::Disabled),
        (Role::Run, _) if fact.outcome == Outcome::Failed => Some(What::Ran { result: Some(result().unwrap_or_else(|| "failed".to_owned())) }),
        (Role::Run, "reloaded") => None,
        (Role::Run, "ended") => Some(result().map_or(What::Ended, |result| What::Ran { result: Some(result) })),
        (Role::Run, "started" | "ran") => Some(What::Started),
        (_, "deleted") => Some(What::Deleted),
        (_, "disabled" | "stopped") => Some(What::Disabled),
        (_, "enabled" | "started") => Some(What::Enabled),
        (_, "created") => Some(What::Made),
        (_, "written") => Some(if stands(fact) { What::Changed } else { What::Made }),
        (Role::Job, "changed") => Some(What::Changed).filter(|_| fact.get(Name::Operation) != Some("BEGIN EDIT")),
        _ => match fact.job.as_ref()?.verb {
            Verb::Create => Some(What::Made),
            Verb::Change => Some(What::Changed),
            Verb::Delete => Some(What::Deleted),
            Verb::Enable => Some(What::Enabled),
            Verb::Disable => Some(What::Disabled),
            Verb::Run | Verb::Stop | Verb::Query => None,
        },
    }
}

/// A table that was there before whoever wrote into it.
fn stands(fact: &Fact) -> bool {
    fact.get(Name::File).is_some_and(|file| matches!(file, "/etc/crontab" | "/etc/anacrontab"))
}

/// The event's own job, or one of which only its name is known.
fn job(kind: &Kind, fact: &Fact) -> Option<Arc<Job>> {
    if let Some(job) = &fact.job {
        let name = job.name.clone().or_else(|| fact.get(Name::JobName).map(str::to_owned));
        let principal =
            job.principal.clone().or_else(|| fact.get(Name::User).filter(|_| kind.role == Role::Run && job.kind == JobKind::Cron).map(str::to_owned));
        // A person's own table, where the command line names nobody else's.
        let own = job.kind == JobKind::Cron && job.tool.as_deref() == Some("crontab") && name.is_none() && principal.is_none() && job.target_user.is_none();
        let target_user = job.target_user.clone().or_else(|| fact.get(Name::User).filter(|_| own).map(str::to_owned));
        return Some(Arc::new(Job { name, principal, target_user, ..Job::clone(job) }));
    }
    let file = fact.get(Name::File).filter(|_| kind.role == Role::Job).and_then(|file| Some((of_file(file)?, file)));
    let by_id = || KINDS.iter().find(|(start, _)| kind.id.starts_with(start)).map(|(_, kind)| *kind);
    let (job_kind, name) = match file {
        Some((job_kind, file)) => (job_kind, Some(file)),
        None => (by_id()?, fact.get(Name::JobName)),
    };
    let target = fact.get(Name::TargetUser).filter(|_| job_kind == JobKind::Cron).map(str::to_owned);
    (name.is_some() || target.is_some()).then(|| Arc::new(Job { name: name.map(str::to_owned), target_user: target, ..Job::new(job_kind, Verb::Change) }))
}

/// What a file where jobs stand is; none for folders, for drafts, and for lists of who may.
fn of_file(path: &str) -> Option<JobKind> {
    let base = path.rsplit('/').next().filter(|base| !base.is_empty())?;
    let extension = base.rsplit('.').next().unwrap_or_default();
    let editors = base.starts_with("tmp.") || base.starts_with(".#") || base.ends_with('~') || (base.starts_with("sed") && base.len() == 9);
    let draft = editors || matches!(extension, "swp" | "swx" | "swpx" | "allow" | "deny" | "SEQ" | "dpkg-new" | "dpkg-tmp" | "rpmnew");
    match extension {
        _ if draft => None,
        "timer" => Some(JobKind::SystemdTimer),
        "service" | "wants" => None,
        "plist" => Some(JobKind::Launchd),
        _ if path.contains("/atjobs/") || path.contains("/atspool/") || path.contains("/at/") => Some(JobKind::At),
        _ if path.contains("cron") || path.contains("/periodic/") => Some(JobKind::Cron),
        _ => None,
    }
}

type Session<'a> = (Option<String>, &'a str);

/// Where sessions came from.
struct Logons<'a> {
    /// By host and session: time and address, in order.
    sessions: BTreeMap<Session<'a>, Vec<(Option<Timestamp>, &'a str)>>,
}

impl<'a> Logons<'a> {
    fn new(recipe: &Recipe, facts: &'a [Fact]) -> Self {
        let mut sessions: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| recipe.kinds.get(usize::from(fact.kind)).is_some_and(|kind| kind.role == Role::Logon)) {
            let Some(address) = fact.get(Name::Address).filter(|address| !matches!(*address, "" | "-" | "::1" | "127.0.0.1" | "?")) else { continue };
            let host = fact.host.as_deref().map(host_key);
            for session in [Name::TargetLogon, Name::Logon].into_iter().filter_map(|name| fact.get(name)).filter(|session| named(session)) {
                sessions.entry((host.clone(), session)).or_default().push((fact.time, address));
            }
        }
        for found in sessions.values_mut() {
            found.sort_unstable();
        }
        Self { sessions }
    }

    /// Of the session in which a deed was done: the latest logon before it.
    fn address(&self, fact: &Fact) -> Option<&'a str> {
        let session = fact.get(Name::Logon).filter(|session| named(session))?;
        let found = self.sessions.get(&(fact.host.as_deref().map(host_key), session))?;
        found.iter().rev().find(|(time, _)| *time <= fact.time).map(|(_, address)| *address)
    }
}

/// Sessions that many share tell nothing.
fn named(session: &str) -> bool {
    !matches!(session.to_ascii_lowercase().as_str(), "" | "-" | "0x0" | "0x3e4" | "0x3e5" | "0x3e7" | "4294967295" | "-1" | "unset")
}
