//! Which job a deed is about: host, kind and name, whatever spelling an event has for them.

use super::{Deed, What};
use crate::unix::place::{Place, place, plain};
use crate::{Job, Kind};
use std::net::IpAddr;
use watchbell_model::{EventId, IdWriter};

/// A job's identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    pub host: Option<String>,
    pub kind: &'static str,
    /// A task's path, a table, a unit, a resource; empty where nothing tells it.
    pub name: String,
    /// Lines of one table are told apart by what they run, and so are jobs without a name.
    pub command: Option<String>,
}

/// A host's name as deeds compare it: its first label, in lower case (an address stays whole, and so does the path of a
/// cloud's account or cluster).
pub fn host_key(host: &str) -> String {
    let host = host.trim().trim_start_matches('\\');
    if host.contains('/') {
        return host.to_lowercase();
    }
    if host.parse::<IpAddr>().is_ok() { host.to_owned() } else { host.split('.').next().unwrap_or_default().to_lowercase() }
}

impl Key {
    /// None where the deed tells neither name nor command.
    pub fn of(deed: &Deed) -> Option<Self> {
        let job = &*deed.job;
        let name = name(job, &deed.what);
        let apart = name.is_empty() || job.kind == Kind::Cron;
        let command = job.action().filter(|_| apart).map(|action| spaced(&action));
        let host = deed.host.as_deref().map(host_key).filter(|host| !host.is_empty());
        (!name.is_empty() || command.is_some()).then(|| Self { host, kind: family(job.kind), name, command })
    }

    pub fn id(&self) -> EventId {
        let text = |value: &Option<String>| value.as_ref().map_or_else(Vec::new, |text| [b"=", text.as_bytes()].concat());
        IdWriter::new("job").part(&text(&self.host)).part(self.kind.as_bytes()).part(self.name.as_bytes()).part(&text(&self.command)).finish()
    }
}

/// A timer and the run that `systemd-run` makes one for are the same kind of thing.
fn family(kind: Kind) -> &'static str {
    if kind == Kind::SystemdRun { Kind::SystemdTimer.as_str() } else { kind.as_str() }
}

fn name(job: &Job, what: &What) -> String {
    let name = job.name.as_deref().unwrap_or_default().trim();
    match job.kind {
        Kind::Cron => table(job, name, what),
        _ if name.is_empty() => String::new(),
        Kind::WindowsTask => task(name),
        Kind::SystemdTimer | Kind::SystemdRun => unit(name),
        Kind::At => spooled(name),
        Kind::Launchd => name.to_owned(),
        Kind::AzureSchedule | Kind::AzureWebhook | Kind::AzureRunbook | Kind::CronJob | Kind::K8sJob => name.trim_matches('/').to_lowercase(),
    }
}

/// `Updater`, `/Updater` and `\UPDATER` are one path.
fn task(name: &str) -> String {
    let parts: Vec<String> = name.split(['\\', '/']).filter(|part| !part.is_empty()).map(str::to_lowercase).collect();
    if parts.is_empty() { String::new() } else { format!("\\{}", parts.join("\\")) }
}

/// A unit's file and the service that it starts have the timer's name.
fn unit(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.strip_suffix(".timer").or_else(|| base.strip_suffix(".service")).unwrap_or(base).to_owned()
}

/// at's spool files hold the job's number in hex behind the queue's letter: `a0000301c8a225` is number 3.
fn spooled(name: &str) -> String {
    let base = name.rsplit('/').next().unwrap_or(name);
    let number = || i64::from_str_radix(base.get(1..6).filter(|_| base.len() == 14)?, 16).ok();
    let whole = base.bytes().skip(1).all(|b| b.is_ascii_hexdigit());
    number().filter(|_| whole).map_or_else(|| base.to_owned(), |number| number.to_string())
}

/// The file of a system's table, `crontab of NAME` for a user's. A run tells whom it ran as, but not out of which table.
fn table(job: &Job, name: &str, what: &What) -> String {
    if name.starts_with('/') {
        let path = plain(name);
        return match place(&path) {
            Some(Place::Table { user: Some(user), .. }) => format!("crontab of {user}"),
            _ => path,
        };
    }
    let runs = matches!(what, What::Started | What::Ran { .. } | What::Ended);
    let user = job.target_user.as_ref().or(job.principal.as_ref()).filter(|_| !runs && name.is_empty());
    user.map_or_else(|| name.to_owned(), |user| format!("crontab of {user}"))
}

/// Blanks do not tell commands apart.
fn spaced(command: &str) -> String {
    command.split_whitespace().collect::<Vec<_>>().join(" ")
}
