//! When an alert's job runs next, and that in one sentence.

use crate::stories::Present;
use watchbell_alerts::Triggered;
use watchbell_jobs::{Anchors, Job, Next, Verb, next_runs};
use watchbell_model::{Outcome, Timestamp};

/// The next runs of a job; none of one that was deleted so many seconds after it was made.
pub fn next(job: &Job, time: Option<Timestamp>, lived: Option<u64>, present: &Present) -> Option<Next> {
    if let Some(seconds) = lived {
        let when = format!("deleted {}; it was to run {}", later(seconds), job.schedule.join("; "));
        return Some(Next { when: when.trim_end_matches("; it was to run ").to_owned(), certain: true, ..Next::default() });
    }
    let now = present.now.max(time)?;
    Some(next_runs(job, now, present.zone.as_ref(), &Anchors { created: time, ..Anchors::default() }))
}

/// `It runs next at 07:51 UTC, in 41 s, as root.`, or what is known instead.
pub fn sentence(next: &Next, alert: &Triggered, lived: Option<u64>, present: &Present) -> Option<String> {
    if let Some(seconds) = lived {
        return Some(format!("The job was deleted {}.", later(seconds)));
    }
    let job = alert.job.as_deref()?;
    let whom = job.principal.as_deref().map(|whom| format!(", as {whom}")).unwrap_or_default();
    let Some(run) = next.runs.first() else { return waits(job, next, &whom) };
    let wait = run.at.seconds() - present.now.max(alert.time)?.seconds();
    let at = run.at.to_string();
    let at = if wait >= FAR { at[..16].replace('T', " ") } else { at[11..16].to_owned() };
    let it = if alert.outcome == Outcome::Done { "It" } else { "If it worked, it" };
    let when =
        if by_clock(next) { format!("{at} by the host's clock (in {} if that is on UTC)", words(wait)) } else { format!("{at} UTC, in {}", words(wait)) };
    Some(format!("{it} runs next at {when}{whom}."))
}

/// Seconds between runs up to which the zone changes nothing: clocks differ by quarters of an hour.
const QUARTER: i64 = 900;

/// Whether the time is one of the host's own clock, of which the zone is not known.
fn by_clock(next: &Next) -> bool {
    let guessed = next.notes.iter().any(|note| note.contains("taken for UTC"));
    let often = matches!(&next.runs[..], [first, second, ..] if second.at.seconds() - first.at.seconds() <= QUARTER);
    guessed && !often
}

/// Seconds from which on the day is told too.
const FAR: i64 = 20 * 3600;

/// A job whose runs hang on a condition.
fn waits(job: &Job, next: &Next, whom: &str) -> Option<String> {
    let known = !job.schedule.is_empty() && matches!(job.verb, Verb::Create | Verb::Change | Verb::Enable) && next.when == job.schedule.join("; ");
    known.then(|| format!("It runs {}{whom}.", next.when))
}

fn later(seconds: u64) -> String {
    if seconds == 0 { "at once".to_owned() } else { format!("{} later", words(seconds.cast_signed())) }
}

/// A stretch of time as one says it.
fn words(seconds: i64) -> String {
    match seconds {
        ..120 => format!("{} s", seconds.max(0)),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use watchbell_jobs::Run;

    fn check(note: &str, seconds: &[i64], clock: bool) {
        let run = |second: &i64| Run { at: Timestamp::from_seconds(*second), local: String::new(), about: false };
        let next = Next { runs: seconds.iter().map(run).collect(), notes: vec![note.to_owned()], ..Next::default() };
        assert_eq!(by_clock(&next), clock, "{note} {seconds:?}");
    }

    #[test]
    fn a_guessed_zone_is_said_where_it_matters() {
        let guessed = "the host's time zone is not known: its clock is taken for UTC";
        check(guessed, &[0, 86_400], true);
        check(guessed, &[0], true);
        check(guessed, &[0, 60, 120], false);
        check("cron reads the file within a minute", &[0, 86_400], false);
    }
}
