//! `systemd-run`, `systemctl` on timers, `loginctl` lingering.

use super::call::Call;
use super::finder::{Finder, Handler};
use crate::unix::calendar;
use crate::{Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("systemd-run", run), ("systemctl", systemctl), ("loginctl", loginctl)];

/// Options of `systemd-run` that set a time, by the unit's setting that each stands for.
const TIMES: &[(&str, &str)] = &[
    ("--on-calendar", "OnCalendar"),
    ("--on-active", "OnActiveSec"),
    ("--on-boot", "OnBootSec"),
    ("--on-startup", "OnStartupSec"),
    ("--on-unit-active", "OnUnitActiveSec"),
    ("--on-unit-inactive", "OnUnitInactiveSec"),
];

const VALUED: &[&str] = &[
    "--unit",
    "-u",
    "--uid",
    "--gid",
    "--nice",
    "--working-directory",
    "--setenv",
    "-E",
    "--property",
    "-p",
    "--description",
    "--slice",
    "-M",
    "--machine",
    "-H",
    "--host",
    "--service-type",
    "--path-property",
    "--socket-property",
];

fn run(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut job = Job::new(Kind::SystemdRun, Verb::Create).by("systemd-run");
    let mut index = 0;
    let mut settings: Vec<(&str, &str)> = Vec::new();
    while let Some(word) = call.args.get(index).map(|w| w.text.as_str()).filter(|w| w.starts_with('-')) {
        index += 1;
        let (name, glued) = word.split_once('=').map_or((word, None), |(n, v)| (n, Some(v)));
        let timed = TIMES.iter().find(|(option, _)| *option == name);
        let takes = timed.is_some() || VALUED.contains(&name) || name == "--timer-property";
        let value = glued.or_else(|| call.args.get(index).filter(|_| takes).map(|w| w.text.as_str()));
        index += usize::from(takes && glued.is_none());
        option(&mut job, name, timed.map(|(_, setting)| *setting), value.unwrap_or(""));
        settings.extend(timed.map(|(_, setting)| *setting).zip(value).or_else(|| value.filter(|_| name == "--timer-property")?.split_once('=')));
        if word == "--" {
            break;
        }
    }
    if job.schedule.is_empty() {
        return String::new();
    }
    job.start_by(calendar::triggers(settings));
    job.command = call.args.get(index).map(|w| w.text.clone());
    job.arguments = Some(call.joined(index + 1)).filter(|a| !a.is_empty());
    finder.push(job);
    String::new()
}

fn option(job: &mut Job, name: &str, timed: Option<&str>, value: &str) {
    let value_owned = || Some(value.to_owned());
    match (timed, name) {
        (Some(setting), _) => job.schedule.extend(calendar::setting(setting, value)),
        (None, "--timer-property") => job.schedule.extend(value.split_once('=').and_then(|(k, v)| calendar::setting(k, v))),
        (None, "--unit" | "-u") => job.name = value_owned(),
        (None, "--uid") => job.principal = value_owned(),
        (None, "--description") => job.description = value_owned(),
        (None, "--working-directory") => job.folder = value_owned(),
        (None, "-H" | "--host") => job.target_host = value_owned(),
        _ => {}
    }
}

fn systemctl(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut words = call.texts().filter(|t| !t.starts_with('-'));
    let verb = match words.next() {
        Some("enable" | "start" | "restart" | "reenable" | "unmask" | "link" | "preset") => Verb::Enable,
        Some("disable" | "stop" | "mask" | "kill") => Verb::Disable,
        Some("edit" | "set-property" | "revert") => Verb::Change,
        Some("list-timers") => {
            finder.push(Job::new(Kind::SystemdTimer, Verb::Query).by("systemctl"));
            return String::new();
        }
        _ => return String::new(),
    };
    for unit in words.filter(|unit| unit.rsplit('.').next() == Some("timer")).take(32) {
        finder.push(Job::new(Kind::SystemdTimer, verb).by("systemctl").named(unit));
    }
    String::new()
}

fn loginctl(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut words = call.texts().filter(|t| !t.starts_with('-'));
    let verb = match words.next() {
        Some("enable-linger") => Verb::Enable,
        Some("disable-linger") => Verb::Disable,
        _ => return String::new(),
    };
    let mut job = Job::new(Kind::SystemdTimer, verb).by("loginctl").named("linger");
    job.target_user = words.next().map(str::to_owned);
    finder.push(job);
    String::new()
}
