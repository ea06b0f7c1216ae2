//! The words by which readers know steps, lanes, chapters, gaps and times.

use crate::Triggered;
use watchbell_jobs::{Job, Next, Run, RunLevel};
use watchbell_model::{Ladder, Outcome, Rung, Step, Timestamp};
use watchbell_story::{Chapter, Entry, Gap, GapKind, Lane, Strength};

pub fn step(step: Step) -> &'static str {
    match step {
        Step::CleanUp => "clean up",
        other => other.as_str(),
    }
}

/// What a step means, for who sees the ladder for the first time.
pub fn step_means(step: Step) -> &'static str {
    match step {
        Step::Look => "looked at what is there",
        Step::Reach => "reached a host",
        Step::Write => "wrote the job",
        Step::Arm => "made it ready to run",
        Step::Run => "it ran",
        Step::CleanUp => "removed traces",
    }
}

/// The six steps, each with its outcome if it was seen.
pub fn steps(ladder: &Ladder) -> impl Iterator<Item = (Step, Option<(Outcome, Option<Timestamp>)>)> {
    Step::ALL.into_iter().map(|step| (step, ladder.steps.get(&step).map(|rung| (rung.outcome, rung.time))))
}

/// How far somebody got, in words.
pub fn how_far(ladder: &Ladder) -> String {
    let of = |outcome| {
        let steps: Vec<&str> = ladder.steps.iter().filter(|(_, rung)| rung.outcome == outcome).map(|(s, _)| step(*s)).collect();
        steps.join(", ")
    };
    let parts = [
        ladder.highest.map(|highest| format!("Got as far as: {}", furthest(ladder, highest))),
        ladder.highest.is_none().then(|| "No step is known to be done".to_owned()),
        Some(of(Outcome::Failed)).filter(|steps| !steps.is_empty()).map(|steps| format!("tried and failed: {steps}")),
        Some(of(Outcome::Tried)).filter(|steps| !steps.is_empty()).map(|steps| format!("tried, outcome not told: {steps}")),
    ];
    format!("{}.", parts.into_iter().flatten().collect::<Vec<_>>().join("; "))
}

/// The last step done. Cleaning up is the last in time only: what was done before it is told too.
fn furthest(ladder: &Ladder, highest: Step) -> String {
    let done = |(other, rung): &(&Step, &Rung)| **other < highest && rung.outcome == Outcome::Done;
    match ladder.steps.iter().rev().find(done).filter(|_| highest == Step::CleanUp) {
        Some((before, _)) => format!("{}, then cleaned up", step(*before)),
        None => step(highest).to_owned(),
    }
}

/// `07:58:09`, with the day where it is another than the one before it.
pub fn moment(time: Option<Timestamp>, beside: Option<Timestamp>) -> String {
    match time {
        Some(time) if beside.map(date) == Some(date(time)) => clock(time),
        Some(time) => format!("{} {}", date(time), clock(time)),
        None => "no time".to_owned(),
    }
}

/// When a job that another alert of the ladder knows runs next.
pub fn others_next(next: &Next, whose: &Triggered) -> Option<String> {
    let (run, name) = (next.runs.first()?, whose.job.as_deref()?.name.as_deref()?);
    Some(format!("{name} runs next at {} ({}).", self::run(run).0, next.when))
}

/// Whether a sentence of a summary is the one about what comes of the job.
pub fn tells_next(sentence: &str) -> bool {
    ["It runs ", "If it worked, it runs ", "The job was deleted "].iter().any(|beginning| sentence.starts_with(beginning))
}

pub const LANES: [Lane; 6] = [Lane::Logon, Lane::Process, Lane::File, Lane::Job, Lane::Network, Lane::Cloud];

pub fn lane(lane: Lane) -> &'static str {
    match lane {
        Lane::Logon => "logon",
        Lane::Process => "process",
        Lane::File => "file",
        Lane::Job => "job",
        Lane::Network => "network",
        Lane::Cloud => "cloud",
    }
}

pub fn chapter(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Entry => "how they got in",
        Chapter::Before => "what ran before",
        Chapter::Fetched => "what was brought in",
        Chapter::SetUp => "what was set up",
        Chapter::After => "what came of it",
        Chapter::Unseen => "what cannot be seen",
    }
}

pub fn strength(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weak",
        Strength::Strong => "strong",
        Strength::Exact => "exact",
    }
}

pub fn gap(kind: GapKind) -> &'static str {
    match kind {
        GapKind::LogCleared => "log cleared",
        GapKind::AuditingOff => "auditing off",
        GapKind::NoCommandLine => "no command line",
        GapKind::RecordsMissing => "records missing",
        GapKind::SerialCut => "event cut off",
        GapKind::Silent => "silence",
        GapKind::ClockStep => "clock set",
    }
}

/// From when to when nothing is known; the date once if it is the same.
pub fn gap_span(gap: &Gap) -> String {
    let said = |time: Timestamp| format!("{} {}", date(time), clock(time));
    match (gap.from, gap.to) {
        (Some(from), Some(to)) if from == to => said(from),
        (Some(from), Some(to)) if date(from) == date(to) => format!("{} to {}", said(from), clock(to)),
        (Some(from), Some(to)) => format!("{} to {}", said(from), said(to)),
        (Some(from), None) => format!("from {}", said(from)),
        (None, Some(to)) => format!("until {}", said(to)),
        (None, None) => "all the time".to_owned(),
    }
}

/// `2026-01-05`, in UTC.
pub fn date(time: Timestamp) -> String {
    time.to_string().get(..10).unwrap_or_default().to_owned()
}

/// `10:00:00`, in UTC.
pub fn clock(time: Timestamp) -> String {
    time.to_string().get(11..19).unwrap_or_default().to_owned()
}

/// `10:00:00.123` where the record was as exact as that.
pub fn fine_clock(time: Timestamp) -> String {
    let text = Timestamp { digits: time.digits.min(3), ..time }.to_string();
    text.get(11..).unwrap_or_default().trim_end_matches('Z').to_owned()
}

/// A run on the host's clock, and in UTC where that is another; about when, if it is not sure.
pub fn run(run: &Run) -> (String, Option<String>) {
    let (day, rest) = run.local.split_once('T').unwrap_or((&run.local, ""));
    let (time, offset) = rest.split_at_checked(8).unwrap_or((rest, ""));
    let about = if run.about { "about " } else { "" };
    if offset == "+00:00" {
        return (format!("{about}{day} {time} UTC"), None);
    }
    let utc = if date(run.at) == day { clock(run.at) } else { format!("{} {}", date(run.at), clock(run.at)) };
    (format!("{about}{day} {time} {offset}").trim_end().to_owned(), Some(format!("{utc} UTC")))
}

/// A pause worth telling between two entries.
pub fn pause(from: Option<Timestamp>, to: Option<Timestamp>) -> Option<String> {
    let seconds = to?.seconds().checked_sub(from?.seconds())?;
    match seconds {
        ..300 => None,
        300..7200 => Some(format!("{} min later", seconds / 60)),
        7200..172_800 => Some(format!("{} h later", seconds / 3600)),
        _ => Some(format!("{} days later", seconds / 86_400)),
    }
}

/// Where a reader must be told the day (else empty) or the host anew. A record that names no host is of the one before.
pub fn place<'a>(last: Option<&Entry>, entry: &'a Entry, host: &mut Option<&'a str>) -> Option<(String, &'a str)> {
    let day = |entry: &Entry| entry.time.map(date);
    let new_day = last.is_none_or(|last| day(last) != day(entry));
    let new_host = entry.host.is_some() && *host != entry.host.as_deref();
    *host = entry.host.as_deref().or(*host);
    let told = if new_day { day(entry).unwrap_or_else(|| "no time".to_owned()) } else { String::new() };
    (new_day || new_host).then(|| (told, host.unwrap_or_default()))
}

/// What a job is, for readers: name and value, in the order in which one asks.
pub fn job(job: &Job) -> Vec<(&'static str, String)> {
    let whole = |command: &Option<String>, arguments: &Option<String>| {
        let words: Vec<&str> = [command, arguments].into_iter().flatten().map(String::as_str).collect();
        (!words.is_empty()).then(|| words.join(" "))
    };
    let yes = |flag: Option<bool>, yes: &str, no: &str| flag.map(|flag| if flag { yes } else { no }.to_owned());
    let mut rows = vec![("kind", Some(job.kind.as_str().replace('_', " "))), ("name", job.name.clone()), ("command", whole(&job.command, &job.arguments))];
    rows.extend(job.more_actions.iter().map(|action| ("then", whole(&Some(action.command.clone()), &action.arguments))));
    rows.extend([
        ("decoded", job.decoded.clone()),
        ("in folder", job.folder.clone()),
        ("runs as", job.principal.clone()),
        ("rights", job.run_level.filter(|level| *level == RunLevel::Highest).map(|_| "highest".to_owned())),
        ("hidden", yes(job.hidden.filter(|hidden| *hidden), "yes", "no")),
        ("state", yes(job.enabled.filter(|enabled| !enabled), "on", "switched off")),
        ("on host", job.target_host.clone()),
        ("made with", job.tool.clone()),
        ("author", job.author.clone()),
        ("defined in", job.xml_path.clone()),
        ("says of itself", job.description.clone()),
    ]);
    rows.into_iter().filter_map(|(name, value)| Some((name, value?))).filter(|(_, value)| !value.trim().is_empty()).collect()
}
