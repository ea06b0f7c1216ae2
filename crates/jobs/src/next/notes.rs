//! What a reader should know of the times that are told: clocks that change, delays, zones, schedules that are refused.

use super::clock::{self, Micros, Rule};
use super::series::is_cluster;
use super::zones;
use crate::Kind;
use crate::trigger::{Dialect, Trigger, When};
use crate::words::duration_of;
use jiff::tz::TimeZone;

/// A schedule that the scheduler itself does not take.
pub fn refused(trigger: &Trigger) -> Option<String> {
    let (who, expression) = match &trigger.when {
        When::Cron { expression, dialect: Dialect::Vixie } => ("cron", expression),
        When::Cron { expression, dialect: Dialect::Kubernetes } => ("Kubernetes", expression),
        When::Calendar { expression } => ("systemd", expression),
        _ => return None,
    };
    Some(format!("{who} refuses the schedule {expression}: it never runs"))
}

/// Where the definition's own zone is not plain.
pub fn zone(trigger: &Trigger, kind: Kind) -> Option<String> {
    match &trigger.zone {
        Some(name) if zones::zone(name).is_none() => Some(format!("the zone {name} is not known: the host's is taken for it")),
        Some(name) if kind == Kind::Cron => Some(format!("cronie reads CRON_TZ={name}; Debian's cron passes over it and counts in the host's zone")),
        None if is_cluster(kind) => Some("it names no zone: the cluster's controller counts in its own, which is mostly UTC".to_owned()),
        _ => None,
    }
}

/// What the scheduler does where the clock changes between now and the last run told, if the trigger has a time in the hour that is skipped
/// or repeated; `holds` is asked of local times from one to another.
pub fn clock(now: Micros, last: Micros, zone: &TimeZone, rule: Rule, kind: Kind, holds: impl Fn(Micros, Micros) -> bool) -> Option<String> {
    let change = zone.following(clock::stamp(now)?).next().filter(|change| change.timestamp().as_microsecond() <= last)?;
    let at = change.timestamp().as_microsecond();
    let (before, after) = (clock::local(zone, at - 1)? + 1, clock::local(zone, at)?);
    holds(before.min(after), before.max(after) - 1).then_some(())?;
    let rule = match (rule, kind) {
        (Rule::Each, Kind::Cron) => "cron asks each minute as it comes: nothing in a skipped hour, twice in a repeated one",
        (Rule::Each, _) => "each minute is asked as it comes: nothing in a skipped hour, twice in a repeated one",
        (Rule::AtTheEnd, _) => "cron runs what stood in a skipped hour as soon as it has passed, and nothing twice in a repeated one",
        (Rule::Never, _) => "systemd runs nothing of a skipped hour, and a repeated one only the first time",
        (Rule::Later, Kind::WindowsTask | Kind::At) => "Windows does not say what becomes of a time in a skipped or repeated hour",
        (Rule::Later, _) => "a time in a skipped hour is taken as much later",
    };
    Some(format!("the clock changes at {}: {rule}", change.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ")))
}

/// Delays at random, and runs that are made up for.
pub fn delays(trigger: &Trigger, kind: Kind) -> Vec<String> {
    let random = (trigger.random > 0).then(|| format!("up to {} later, at random", duration_of(trigger.random)));
    let accuracy =
        matches!(kind, Kind::SystemdTimer | Kind::SystemdRun).then(|| "systemd may start it up to a minute later, unless AccuracySec is smaller".to_owned());
    let catch_up = trigger.catch_up.then(|| "a run that was missed is made up for as soon as it can be".to_owned());
    [random, accuracy, catch_up].into_iter().flatten().collect()
}
