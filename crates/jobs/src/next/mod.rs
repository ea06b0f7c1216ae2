//! When a job runs next: the runs after an instant, or the condition in words.

mod at;
mod calendar;
mod clock;
mod cron;
mod days;
mod notes;
mod series;
mod zones;

use crate::{Job, Verb};
use clock::Micros;
use jiff::tz::TimeZone;
use series::Series;
use watchbell_model::Timestamp;

pub use zones::zone;

/// What is known of the machine and of the job's life. Each makes runs known that count from it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Anchors {
    /// When the job was made: the time of the event.
    pub created: Option<Timestamp>,
    pub boot: Option<Timestamp>,
    pub logon: Option<Timestamp>,
    pub last_run: Option<Timestamp>,
    pub last_end: Option<Timestamp>,
}

/// One run to come.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Run {
    pub at: Timestamp,
    /// On the host's clock, with its offset.
    pub local: String,
    /// It may come somewhat later or not at all: a random delay, a date in an unknown order, a rule that its maker leaves open.
    pub about: bool,
}

/// When a job runs next.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Next {
    /// In order of time; empty where only a condition is known, or where it runs no more.
    pub runs: Vec<Run>,
    /// The schedule, or what it waits for, in words.
    pub when: String,
    /// Nothing is missing that would make a run known or unknown: each trigger was understood, and each counts from what is known.
    pub certain: bool,
    /// What a reader should know of these times, a sentence each.
    pub notes: Vec<String>,
}

/// How many runs are told.
pub const RUNS: usize = 5;

/// The five runs after `now`. `host` is the zone of the machine's clock; without it, it is taken for UTC, and a note says so.
pub fn next_runs(job: &Job, now: Timestamp, host: Option<&TimeZone>, anchors: &Anchors) -> Next {
    if let Some(state) = stopped(job) {
        return Next { when: state.to_owned(), certain: true, ..Next::default() };
    }
    let zone = host.cloned().unwrap_or(TimeZone::UTC);
    let series = Series::new(job, now.nanos.div_euclid(1000), &zone, anchors);
    let mut runs = series.runs();
    runs.sort_unstable();
    runs.dedup_by_key(|run| run.0);
    runs.truncate(RUNS);
    let mut notes = series.notes(&runs);
    if host.is_none() && series.needs_zone() {
        notes.insert(0, "the host's time zone is not known: its clock is taken for UTC".to_owned());
    }
    let runs: Vec<Run> = runs.into_iter().filter_map(|(at, about)| run(at, about, &zone)).collect();
    Next { when: when(job, &runs, series.waits()), certain: series.certain(), runs, notes }
}

fn stopped(job: &Job) -> Option<&'static str> {
    match job.verb {
        Verb::Delete => Some("deleted"),
        Verb::Disable => Some("switched off"),
        _ if job.enabled == Some(false) => Some("switched off"),
        _ => None,
    }
}

fn when(job: &Job, runs: &[Run], waits: bool) -> String {
    let words = if job.schedule.is_empty() { "not known".to_owned() } else { job.schedule.join("; ") };
    let over = runs.is_empty() && !waits && !job.triggers.is_empty();
    if over { format!("{words} (no run is to come)") } else { words }
}

fn run(at: Micros, about: bool, zone: &TimeZone) -> Option<Run> {
    let stamp = clock::stamp(at)?;
    let offset = zone.to_offset(stamp);
    let local = offset.to_datetime(stamp).strftime(if offset.seconds() == 0 { "%Y-%m-%dT%H:%M:%S+00:00" } else { "%Y-%m-%dT%H:%M:%S" }).to_string();
    let local = if offset.seconds() == 0 { local } else { format!("{local}{}", zones::offset_text(offset)) };
    let digits = if at.rem_euclid(clock::SECOND) == 0 { 0 } else { 6 };
    Some(Run { at: Timestamp { nanos: at.checked_mul(1000)?, digits }, local, about })
}
