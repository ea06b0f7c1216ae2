//! systemd's timer units.

use super::calendar;
use crate::{Job, JobError, Kind, Verb};

const MAX_UNIT: usize = 256 * 1024;

/// Decodes a timer unit. What runs is the unit that it starts; `service` is that unit's text, where it is known.
pub fn timer_unit(name: &str, text: &str, service: Option<&str>) -> Result<Job, JobError> {
    if text.len() > MAX_UNIT {
        return Err(JobError::TooLarge);
    }
    let mut job = Job::new(Kind::SystemdTimer, Verb::Create).named(name);
    job.schedule = settings(text, "Timer").filter_map(|(key, value)| calendar::setting(key, value)).take(64).collect();
    job.start_by(calendar::triggers(settings(text, "Timer").take(256)));
    job.description = settings(text, "Unit").find(|(key, _)| *key == "Description").map(|(_, value)| value.to_owned());
    let started = settings(text, "Timer").find(|(key, _)| *key == "Unit").map(|(_, unit)| unit.to_owned());
    job.command = service.and_then(exec_start).or(started);
    if let Some(service) = service {
        job.principal = settings(service, "Service").find(|(key, _)| *key == "User").map(|(_, user)| user.to_owned());
    }
    if job.schedule.is_empty() && !text.contains("[Timer]") {
        return Err(JobError::WrongDocument);
    }
    Ok(job.decode())
}

/// What a service unit runs.
fn exec_start(service: &str) -> Option<String> {
    let commands: Vec<&str> =
        settings(service, "Service").filter(|(key, value)| key.starts_with("ExecStart") && !value.is_empty()).map(|(_, value)| value).collect();
    (!commands.is_empty()).then(|| commands.join("; "))
}

/// The settings of a section; a table that names none is read as if it were in it.
fn settings<'a>(text: &'a str, section: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let sections = text.contains('[');
    let mut inside = !sections;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
            inside = name == section;
        }
        line.split_once('=').filter(|_| inside && !line.starts_with(['#', ';'])).map(|(key, value)| (key.trim(), value.trim()))
    })
}
