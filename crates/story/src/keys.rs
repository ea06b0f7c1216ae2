//! How values are compared: the same account, process, session, host, job or command, however a log spells it.

use crate::{Fact, Name};

/// A value as joins compare it. A store's `by_value` compares what this makes of both.
pub fn value_key(name: Name, value: &str) -> String {
    match name {
        Name::User | Name::LoginUser | Name::TargetUser => account_key(value),
        Name::Pid | Name::ParentPid => number(value).map_or_else(|| value.to_lowercase(), |pid| pid.to_string()),
        Name::Logon | Name::TargetLogon => logon_key(value),
        Name::ProcessGuid | Name::ParentGuid => guid_key(value),
        Name::TargetHost | Name::Workstation => host_key(value.trim_start_matches('\\')),
        Name::JobName => job_key(value),
        Name::Command | Name::Action | Name::ParentCommand => command_key(value),
        _ => value.to_lowercase(),
    }
}

/// A host's name as joins compare it: its first label, in lower case (an address stays whole).
pub fn host_key(host: &str) -> String {
    let host = host.trim();
    if host.parse::<std::net::IpAddr>().is_ok() {
        return host.to_owned();
    }
    host.split('.').next().unwrap_or_default().to_lowercase()
}

/// An account without its domain, in lower case.
fn account_key(account: &str) -> String {
    let name = account.rsplit('\\').next().unwrap_or_default();
    name.split('(').next().unwrap_or_default().trim().to_lowercase()
}

/// An account that stands for a person (or a service of somebody's own): what the system calls its own, and root, joins nothing.
pub fn person(account: &str) -> Option<String> {
    const SYSTEM: [&str; 19] = [
        "s-1-5-18",
        "s-1-5-19",
        "s-1-5-20",
        "",
        "-",
        "?",
        "0",
        "-1",
        "root",
        "system",
        "local service",
        "network service",
        "localservice",
        "networkservice",
        "anonymous logon",
        "(null)",
        "null",
        "unset",
        "4294967295",
    ];
    /// Sessions of the desktop, and a cluster's own parts.
    const PARTS: [&str; 6] = ["dwm-", "umfd-", "system:node:", "system:kube-", "system:apiserver", "system:serviceaccount:kube-system:"];
    let key = account_key(account);
    (!SYSTEM.contains(&&*key) && !key.ends_with('$') && !PARTS.iter().any(|part| key.starts_with(part))).then_some(key)
}

/// A process id, written in decimal or as `0x1a4`.
pub(crate) fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).map_or_else(|| text.parse().ok(), |hex| u64::from_str_radix(hex, 16).ok())
}

fn guid_key(guid: &str) -> String {
    guid.trim().trim_matches(['{', '}']).to_lowercase()
}

fn logon_key(logon: &str) -> String {
    let logon = logon.trim();
    match number(logon) {
        Some(number) if logon.starts_with(['0']) && logon.len() > 1 => format!("{number:#x}"),
        Some(number) => number.to_string(),
        None => guid_key(logon),
    }
}

/// The logon or audit session under a name, unless it is one that every boot has.
pub(crate) fn session(fact: &Fact, name: Name) -> Option<String> {
    let key = session_key(fact.get(name)?)?;
    let decimal = matches!(&*key, "995" | "996" | "997" | "998" | "999") && windows(fact);
    (!decimal).then_some(key)
}

/// A session as joins compare it, unless it is one that many share: the system's, the services', one that is not set.
pub fn session_key(session: &str) -> Option<String> {
    const SHARED: [&str; 14] =
        ["0x0", "0x3e3", "0x3e4", "0x3e5", "0x3e6", "0x3e7", "0", "4294967295", "-1", "unset", "-", "?", "", "00000000-0000-0000-0000-000000000000"];
    let key = logon_key(session);
    (!SHARED.contains(&&*key)).then_some(key)
}

fn windows(fact: &Fact) -> bool {
    [Name::Image, Name::User, Name::ParentImage].iter().any(|name| fact.get(*name).is_some_and(|value| value.contains('\\')))
}

/// Whether two facts may be of one session's account: who logged in, or on Windows the account. A SID does not compare with a name; a number of Linux is
/// another's, as one log writes numbers or names.
pub(crate) fn same_owner(one: &Fact, other: &Fact) -> bool {
    let owner = |fact: &Fact| fact.get(Name::LoginUser).or_else(|| fact.get(Name::User).filter(|_| !unix(fact))).map(account_key);
    let is_sid = |account: &str| account.starts_with("s-1-");
    match (owner(one), owner(other)) {
        (Some(a), Some(b)) => a.split('@').next() == b.split('@').next() || is_sid(&a) != is_sid(&b),
        _ => true,
    }
}

/// Whether it is of a system where a program may replace itself within one process.
pub(crate) fn unix(fact: &Fact) -> bool {
    fact.get(Name::Image).is_some_and(|image| image.starts_with('/')) || fact.get(Name::LoginUser).is_some() || fact.get(Name::Syscall).is_some()
}

/// A job's name without the folder mark that some records leave out; a timer's without its kind, as its service has the same name.
pub(crate) fn job_key(name: &str) -> String {
    let name = name.trim().trim_start_matches('\\').to_lowercase();
    let unit = name.strip_suffix(".timer").or(name.strip_suffix(".service")).filter(|unit| !unit.is_empty());
    unit.map_or(name.clone(), str::to_owned)
}

/// The last part of a path of either system, in lower case.
pub(crate) fn base(path: &str) -> String {
    path.trim_matches('"').rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase()
}

/// Whether it is a program that starts jobs.
pub(crate) fn is_scheduler(image: &str) -> bool {
    const SCHEDULERS: [&str; 9] = ["svchost.exe", "taskeng.exe", "taskhost.exe", "taskhostw.exe", "cron", "crond", "atd", "anacron", "systemd"];
    SCHEDULERS.contains(&&*base(image))
}

/// Whether two images may be the same file: whole paths where both are, else their last parts.
pub(crate) fn same_image(one: &str, other: &str) -> bool {
    let whole = |path: &str| (path.starts_with('/') || path.get(1..3) == Some(":\\")).then(|| path.to_lowercase());
    match (whole(one), whole(other)) {
        (Some(one), Some(other)) => one == other,
        _ => base(one) == base(other),
    }
}

/// Longer lines are compared by their beginning.
const LONG: usize = 4096;

/// A command line without quotes, the program's folder and `.exe`, with single spaces, in lower case.
pub(crate) fn command_key(line: &str) -> String {
    let line: String = line.trim().chars().take(LONG).collect();
    let (program, rest) = split_program(&line);
    let mut out = base(&plain(program));
    out.truncate(out.strip_suffix(".exe").unwrap_or(&out).len());
    for word in plain(rest).split_whitespace() {
        out.push(' ');
        out.push_str(word);
    }
    out
}

fn split_program(line: &str) -> (&str, &str) {
    match line.strip_prefix('"').and_then(|rest| rest.split_once('"')) {
        Some(parts) => parts,
        None => line.split_once(char::is_whitespace).unwrap_or((line, "")),
    }
}

fn plain(text: &str) -> String {
    let text = text.replace("\\\"", "").replace("\\'", "").replace(['"', '\''], "").to_lowercase();
    if text.contains('%') { USUAL.iter().fold(text, |text, (name, value)| text.replace(name, value)) } else { text }
}

/// Variables that a definition names and a started process shows undone, as nearly every machine has them.
const USUAL: [(&str, &str); 6] = [
    ("%windir%", "c:\\windows"),
    ("%systemroot%", "c:\\windows"),
    ("%comspec%", "c:\\windows\\system32\\cmd.exe"),
    ("%systemdrive%", "c:"),
    ("%programdata%", "c:\\programdata"),
    ("%public%", "c:\\users\\public"),
];
