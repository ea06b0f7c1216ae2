//! A table for a person: by host, worst first, readable at 80 columns.

use super::groups::{Group, Together, counted, groups, mates};
use super::text::{Paint, clip, clip_left, shortened, wrapped};
use super::words;
use crate::{Background, Triggered};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};
use watchbell_model::{EventId, Ladder, Outcome, Priority, Step, Timestamp};
use watchbell_story::{Gap, host_key};

/// Columns before the summary: priority, time, outcome.
const LEFT: usize = 11 + 21 + 8;
/// Lines that a summary may take.
const LINES: usize = 4;
/// Lines about what came with an alert.
const MATES: usize = 6;

pub fn table(alerts: &[Triggered], width: usize, colours: bool, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint(colours);
    let width = width.max(LEFT + 20);
    for (host, mut of_host) in by_host(alerts) {
        of_host.sort_by_key(|group| order(&alerts[group.lead]));
        let heading = format!("{} ({})", clip(host, width - 40), counted(&of_host));
        writeln!(out, "{}", paint.bold(&heading))?;
        for group in of_host {
            row(&alerts[group.lead], &group.together(alerts), width, &paint, out)?;
            with(alerts, &group, width, &paint, out)?;
        }
        writeln!(out)?;
    }
    totals(alerts, out)
}

fn order(alert: &Triggered) -> (Reverse<Priority>, Option<Timestamp>, EventId) {
    (Reverse(alert.priority), alert.time, alert.id)
}

/// Hosts with the worst alert first. What climbs one ladder stands at the host of the alert that leads.
fn by_host(alerts: &[Triggered]) -> Vec<(&str, Vec<Group>)> {
    let mut hosts: BTreeMap<&str, Vec<Group>> = BTreeMap::new();
    for group in groups(alerts) {
        hosts.entry(alerts[group.lead].entity("host").unwrap_or("(no host)")).or_default().push(group);
    }
    let mut hosts: Vec<_> = hosts.into_iter().collect();
    hosts.sort_by_key(|(_, of_host)| Reverse(of_host.iter().map(|group| alerts[group.lead].priority).max()));
    hosts
}

/// One dim line each: what else climbed the same ladder.
fn with(alerts: &[Triggered], group: &Group, width: usize, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let lead = &alerts[group.lead];
    let (shown, left_out) = mates(alerts, group, MATES);
    let mut label = "with";
    let mut line = |text: &str| {
        let text = clip(&format!("{:<6} {text}", std::mem::take(&mut label)), width - 6);
        writeln!(out, "      {}", paint.dim(&text))
    };
    for mates in shown {
        let about = mates.first;
        let times = if mates.count > 1 { format!(" x{}", mates.count) } else { String::new() };
        let elsewhere = about.entity("host").filter(|host| Some(*host) != lead.entity("host"));
        let host = elsewhere.map(|host| format!(" on {}", host_key(host))).unwrap_or_default();
        line(&format!("{} {:<6} {}{times}{host}", words::moment(about.time, lead.time), about.outcome.word(), about.definition.name))?;
    }
    if left_out > 0 { line(&format!("and {left_out} more")) } else { Ok(()) }
}

fn row(alert: &Triggered, together: &Together<'_>, width: usize, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let about = &alert.definition;
    let time = alert.time.map_or_else(|| "no time".to_owned(), |t| format!("{}T{}Z", words::date(t), words::clock(t)));
    let count = if alert.count > 1 { format!(" x{}", alert.count) } else { String::new() };
    let held = alert.excepted.as_ref().map_or_else(String::new, |id| format!(" [held back: {id}]"));
    let head = format!("{}{count}{held}", about.name);
    let priority = paint.priority(alert.priority, &format!("{:<10}", alert.priority.word()));
    let outcome = paint.outcome(alert.outcome, &format!("{:<7}", alert.outcome.word()));
    writeln!(out, "  {priority} {time:<20} {outcome} {}", paint.bold(&clip(&head, width - LEFT - 2)))?;
    for line in shortened(wrapped(&said(alert), width - 7), LINES) {
        writeln!(out, "      {line}")?;
    }
    if let Some(background) = &alert.background {
        beneath(alert, background, together, width, paint, out)?;
    }
    if let Some(event) = alert.events.first() {
        let technique = about.attack.first().map_or("", String::as_str);
        let place = clip_left(&super::place(event), width.saturating_sub(7 + technique.len()));
        writeln!(out, "      {}", paint.dim(format!("{technique} {place}").trim_start()))?;
    }
    Ok(())
}

/// The story's sentences but the one about what comes of the job, which has a line of its own.
fn said(alert: &Triggered) -> String {
    let Some(background) = &alert.background else { return alert.summary() };
    let has_line = |sentence: &&str| background.next.is_some() && words::tells_next(sentence);
    let sentences: Vec<&str> = background.story.summary.iter().map(String::as_str).filter(|sentence| !has_line(sentence)).collect();
    if sentences.is_empty() { alert.summary() } else { sentences.join(" ") }
}

/// One line each: how far it got, when it runs next, why that is risky, what nobody saw.
fn beneath(alert: &Triggered, background: &Background, together: &Together<'_>, width: usize, paint: &Paint, out: &mut dyn Write) -> io::Result<()> {
    let mut line = |label: &str, text: &str| writeln!(out, "      {} {}", paint.dim(&format!("{label:<6}")), text);
    let room = width - 13;
    if !background.ladder.steps.is_empty() {
        line("ladder", &ladder(&background.ladder, room, paint))?;
    }
    if let Some((next, whose)) = together.next {
        let first = next.runs.first().map(|run| format!("{}; ", words::run(run).0)).unwrap_or_default();
        let whose = whose.and_then(|alert| alert.job.as_deref()?.name.as_deref()).map(|name| format!(" ({name})")).unwrap_or_default();
        line("next", &clip(&format!("{first}{}{whose}", next.when), room))?;
    }
    if !together.risks.is_empty() {
        line("risk", &clip(&together.risks.join(", "), room))?;
    }
    let day = alert.time.map(|time| format!("{} ", words::date(time))).unwrap_or_default();
    let gap = |gap: &&Gap| format!("{} ({})", words::gap(gap.kind), words::gap_span(gap).replace(&day, ""));
    let gaps: Vec<String> = together.gaps.iter().map(gap).collect();
    if gaps.is_empty() { Ok(()) } else { line("unseen", &clip(&gaps.join("; "), room)) }
}

/// `look ✓  reach –  write ✗ failed …`; only the marks where the words find no room.
fn ladder(ladder: &Ladder, room: usize, paint: &Paint) -> String {
    let strip = |wordy: bool, paint: &Paint| words::steps(ladder).map(|(step, seen)| rung(step, seen, wordy, paint)).collect::<Vec<_>>().join("  ");
    let wordy = strip(true, &Paint(false)).chars().count() <= room;
    strip(wordy, paint)
}

fn rung(step: Step, seen: Option<(Outcome, Option<Timestamp>)>, wordy: bool, paint: &Paint) -> String {
    let step = words::step(step);
    match seen {
        None => paint.dim(&format!("{step} –")),
        Some((Outcome::Done, _)) => format!("{step} ✓"),
        Some((outcome, _)) => {
            let mark = if outcome == Outcome::Failed { '✗' } else { '?' };
            let word = if wordy { format!(" {}", outcome.word()) } else { String::new() };
            paint.outcome(outcome, &format!("{step} {mark}{word}"))
        }
    }
}

fn totals(alerts: &[Triggered], out: &mut dyn Write) -> io::Result<()> {
    if alerts.is_empty() {
        return writeln!(out, "nothing found");
    }
    let groups = groups(alerts);
    let mut counts: BTreeMap<Reverse<Priority>, usize> = BTreeMap::new();
    for group in &groups {
        *counts.entry(Reverse(alerts[group.lead].priority)).or_default() += 1;
    }
    let words: Vec<String> = counts.iter().map(|(priority, n)| format!("{n} {}", priority.0.word())).collect();
    writeln!(out, "{}: {}", counted(&groups), words.join(", "))
}
