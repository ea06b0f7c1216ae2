//! What else was done in the sessions of the story: what fetches, drops, sets up or becomes somebody else; the rest only weakly.

use crate::case::{Case, near, same_host};
use crate::found::{Found, Part};
use crate::jobs::{commands, payloads};
use crate::keys::{base, is_scheduler, same_owner, session as key, unix};
use crate::process::started_by;
use crate::questions::login::named;
use crate::{Fact, Name, Role, Strength};

pub(crate) fn session<'a>(case: &Case<'a>, found: &Found<'a>) -> Vec<Found<'a>> {
    let made = found.join.strength == Strength::Exact || found.join.by == "command";
    let asks = found.part == Part::Ancestor && made || matches!(found.part, Part::Own | Part::Share | Part::Twin);
    if !asks {
        return Vec::new();
    }
    let Some(session) = key(found.fact, Name::Logon) else { return Vec::new() };
    let facts = case.by(Name::Logon, &session, &MATES).into_iter();
    let mates =
        facts.filter(|fact| same_owner(fact, found.fact) && same_host(fact, found.fact) && fact.id != found.fact.id && !case.booted_between(fact, found.fact));
    let life = life(case, found.fact, &session);
    let mates = mates.filter(|fact| fact.time.is_none_or(|time| life.0 <= time.nanos && time.nanos <= life.1));
    let (by, words) = named(&session);
    mates
        .filter_map(|fact| {
            let (part, strength) = place(case, found.fact, fact)?;
            if strength == Strength::Weak && !idle(case, found.fact, fact) {
                return None;
            }
            Some(Found::new(fact, part, strength, by, format!("same {words}")))
        })
        .collect()
}

/// From when to when a session of Linux lived around a fact of it, in nanoseconds, as far as its logon and logoff tell: its
/// number is given again after a boot.
fn life(case: &Case<'_>, fact: &Fact, session: &str) -> (i64, i64) {
    const SLACK: i64 = 2_000_000_000;
    let Some(at) = fact.time.filter(|_| unix(fact)).map(|time| time.nanos) else { return (i64::MIN, i64::MAX) };
    let ends = |role| case.by(Name::Logon, session, &[role]).into_iter().filter(|end| same_owner(end, fact) && same_host(end, fact)).filter_map(|end| end.time);
    let from = ends(Role::Logon).map(|time| time.nanos).filter(|nanos| *nanos <= at + SLACK).max();
    let to = ends(Role::Logoff).map(|time| time.nanos).filter(|nanos| *nanos + SLACK >= at).min();
    (from.map_or(i64::MIN, |from| from - SLACK), to.map_or(i64::MAX, |to| to + SLACK))
}

/// Logons are asked for by themselves; runs have sessions of their own.
const MATES: [Role; 7] = [Role::Switch, Role::Share, Role::Job, Role::Logoff, Role::Network, Role::File, Role::Process];

/// Files, connections and downloads count this many seconds before and after the alert.
const BEFORE: i64 = 900;
const AFTER: i64 = 60;

/// What a fact of the session is to the story; none if it is not asked here.
fn place(case: &Case<'_>, asks: &Fact, fact: &Fact) -> Option<(Part, Strength)> {
    let close = near(fact, case.anchor, BEFORE, AFTER);
    match case.role(fact)? {
        Role::Switch => Some((Part::Switch, exact_if(close || unix(fact)))),
        Role::Share => Some((Part::Share, Strength::Exact)),
        Role::Job => Some((Part::Job, exact_if(near(fact, case.anchor, BEFORE, BEFORE)))),
        Role::Logoff => Some((Part::Mate, Strength::Exact)),
        Role::Network | Role::File => Some((Part::Doing, exact_if(close))),
        // What the scheduler started is a run, in whatever session.
        Role::Process if fact.get(Name::ParentImage).is_some_and(is_scheduler) => None,
        Role::Process => Some((Part::Mate, exact_if(close && fetches(fact) && beside(case, asks, fact) || prepares(case, fact)))),
        _ => None,
    }
}

/// A Windows session is a whole desktop: what fetches there counts only beside the story's processes, under one of them.
fn beside(case: &Case<'_>, asks: &Fact, fact: &Fact) -> bool {
    let desktop = asks.get(Name::Image).is_none_or(|image| base(image) == "explorer.exe");
    unix(fact) || !desktop && started_by(case, asks, fact).is_some()
}

/// What else a shell of the story ran before is company; the rest of a session is not.
fn idle(case: &Case<'_>, shell: &Fact, fact: &Fact) -> bool {
    case.role(fact) == Some(Role::Process) && !case.is_after(fact) && started_by(case, shell, fact).is_some()
}

fn exact_if(holds: bool) -> Strength {
    if holds { Strength::Exact } else { Strength::Weak }
}

/// Whether a process may bring something from elsewhere: what it is, or an address on its command line.
pub(crate) fn fetches(fact: &Fact) -> bool {
    fetcher(fact) || fact.get(Name::Url).is_some() || fact.get(Name::Command).is_some_and(|line| line.contains("://"))
}

/// Whether it is a program that fetches. A shell with an address on its line may only write it down.
pub(crate) fn fetcher(fact: &Fact) -> bool {
    const FETCHERS: [&str; 19] = [
        "curl",
        "wget",
        "ftp",
        "tftp",
        "scp",
        "sftp",
        "rsync",
        "nc",
        "ncat",
        "socat",
        "certutil.exe",
        "bitsadmin.exe",
        "curl.exe",
        "ftp.exe",
        "mshta.exe",
        "regsvr32.exe",
        "msiexec.exe",
        "msxsl.exe",
        "desktopimgdownldr.exe",
    ];
    fact.get(Name::Image).is_some_and(|image| FETCHERS.contains(&&*base(image)) || script_fetches(image, fact))
}

/// Whether it is an interpreter with a script on its line that fetches.
fn script_fetches(image: &str, fact: &Fact) -> bool {
    const INTERPRETERS: [&str; 5] = ["powershell.exe", "pwsh.exe", "pwsh", "python.exe", "python3"];
    const FETCHING: [&str; 11] = [
        "iwr ",
        "irm ",
        "curl ",
        "wget ",
        "invoke-webrequest",
        "invoke-restmethod",
        "downloadstring",
        "downloadfile",
        "downloaddata",
        "start-bitstransfer",
        "urlopen",
    ];
    let line = fact.get(Name::Command).filter(|line| line.contains("://")).map(str::to_lowercase).unwrap_or_default();
    INTERPRETERS.contains(&&*base(image)) && FETCHING.iter().any(|word| line.contains(word))
}

/// Whether a process handles a file that the job runs.
fn prepares(case: &Case<'_>, fact: &Fact) -> bool {
    let Some(line) = fact.get(Name::Command) else { return false };
    let job = case.subject.job.as_deref();
    job.into_iter().flat_map(commands).flat_map(|command| payloads(&command)).any(|file| line.contains(&file))
}

/// The address that a command line names, without the switch before it and what closes around it.
pub(crate) fn remote_file(fact: &Fact) -> Option<String> {
    const LONG: usize = 120;
    let named = fact.get(Name::Url).or_else(|| fact.get(Name::Command)?.split([' ', '"', '\'', '(', ')']).find(|word| word.contains("://")))?;
    let scheme = named.find("://")?;
    let start = named[..scheme].rfind(|c: char| !c.is_ascii_alphanumeric()).map_or(0, |at| at + named[at..].chars().next().map_or(1, char::len_utf8));
    let url = named[start..].trim_end_matches([';', ',', '>', '|', '&']);
    Some(url.chars().filter(|c| !c.is_control()).take(LONG).collect())
}
