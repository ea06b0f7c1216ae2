//! One alert told on a terminal: what happened in order of time, by which processes, what will run, and what nobody saw.

mod job;
mod page;
mod timeline;
mod tree;

use super::groups::{Group, groups};
use super::text::{Paint, clip, plural};
use super::words;
use crate::{Background, Triggered};
use page::Page;
use std::io::{self, Write};
use watchbell_model::{Ladder, Outcome};

/// Narrower than this nothing can be told.
const NARROWEST: usize = 50;
/// Lines about others of the ladder.
const MATES: usize = 20;
/// Digits of an id that tell it from others.
const ID: usize = 8;

/// Tells those of the alerts that are `wanted`; the others of a ladder are named with them.
pub fn story(alerts: &[Triggered], wanted: impl Fn(&Triggered) -> bool, width: usize, colours: bool, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page { out, width: width.max(NARROWEST), paint: Paint(colours) };
    let mut told = 0;
    for group in groups(alerts) {
        for at in [group.lead].into_iter().chain(group.with.iter().copied()).filter(|at| wanted(&alerts[*at])) {
            if told > 0 {
                page.line(&"=".repeat(page.width))?;
                page.line("")?;
            }
            told += 1;
            let next = (at == group.lead).then(|| group.together(alerts).next).flatten();
            let next = next.and_then(|(next, whose)| words::others_next(next, whose?));
            one(&alerts[at], &mates(&group, at, alerts), next, &mut page)?;
        }
    }
    if told == 0 { page.line("nothing found") } else { Ok(()) }
}

/// The others of a group, by time.
fn mates<'a>(group: &Group, at: usize, alerts: &'a [Triggered]) -> Vec<&'a Triggered> {
    let mut others: Vec<usize> = [group.lead].into_iter().chain(group.with.iter().copied()).filter(|other| *other != at).collect();
    others.sort_unstable();
    others.into_iter().map(|other| &alerts[other]).collect()
}

fn one(alert: &Triggered, mates: &[&Triggered], next: Option<String>, page: &mut Page<'_>) -> io::Result<()> {
    head(alert, page)?;
    next.map_or(Ok(()), |next| page.hanging(0, &next))?;
    let Some(background) = &alert.background else {
        page.heading("Job")?;
        job::job(alert, None, page)?;
        return respond(alert, page);
    };
    ladder(&background.ladder, page)?;
    with(alert, mates, page)?;
    timeline::timeline(&background.story, page)?;
    tree::tree(&background.story.processes, page)?;
    if alert.job.is_some() {
        page.heading("Job")?;
        job::job(alert, Some(background), page)?;
    }
    gaps(background, page)?;
    respond(alert, page)
}

/// A line each, with the id by which it can be asked for.
fn with(alert: &Triggered, mates: &[&Triggered], page: &mut Page<'_>) -> io::Result<()> {
    if mates.is_empty() {
        return Ok(());
    }
    page.heading(&format!("On the same ladder ({}; --alert ID tells one)", mates.len()))?;
    for mate in mates.iter().take(MATES) {
        let (id, time) = (mate.id.to_string(), words::moment(mate.time, alert.time));
        let lead = if mate.leads() { ", leads" } else { "" };
        let line = format!("  {} {time} {:<6} {}{lead}", &id[..ID], mate.outcome.word(), mate.definition.name);
        page.line(&page.paint.dim(&clip(&line, page.width)))?;
    }
    match mates.len().saturating_sub(MATES) {
        0 => Ok(()),
        more => page.dimmed(2, &format!("and {more} more")),
    }
}

fn head(alert: &Triggered, page: &mut Page<'_>) -> io::Result<()> {
    let about = &alert.definition;
    let name = clip(&about.name, page.width - 30);
    let (priority, outcome) = (page.paint.priority(alert.priority, alert.priority.word()), page.paint.outcome(alert.outcome, alert.outcome.word()));
    let technique = about.attack.first().map_or("", String::as_str);
    let line = format!("{}  {priority}  {outcome}  {technique}", page.paint.bold(&name));
    page.line(line.trim_end())?;
    let id = format!("{}{}", alert.id, if alert.count > 1 { format!("  {} times", alert.count) } else { String::new() });
    page.line(&page.paint.dim(&id))?;
    page.line("")?;
    let told = alert.background.as_ref().map(|background| &background.story.summary).filter(|summary| !summary.is_empty());
    match told {
        Some(sentences) => sentences.iter().try_for_each(|sentence| page.hanging(0, sentence)),
        None => page.hanging(0, &alert.summary()),
    }
}

fn ladder(ladder: &Ladder, page: &mut Page<'_>) -> io::Result<()> {
    if ladder.steps.is_empty() {
        return Ok(());
    }
    page.heading("How far it got")?;
    for (step, seen) in words::steps(ladder) {
        let label = format!("{:<9}", words::step(step));
        let line = match seen {
            None => page.paint.dim(&format!("{label} –")),
            Some((outcome, time)) => {
                let mark = match outcome {
                    Outcome::Done => '✓',
                    Outcome::Failed => '✗',
                    Outcome::Tried => '?',
                };
                let time = time.map(|time| format!("{} {}", words::date(time), words::clock(time))).unwrap_or_default();
                let outcome = page.paint.outcome(outcome, &format!("{mark} {:<7}", outcome.word()));
                format!("{label} {outcome} {}", page.paint.dim(&time))
            }
        };
        page.line(&format!("  {}", line.trim_end()))?;
    }
    page.hanging(2, &words::how_far(ladder))
}

fn gaps(background: &Background, page: &mut Page<'_>) -> io::Result<()> {
    if background.gaps.is_empty() {
        return Ok(());
    }
    page.heading(&format!("What could not be seen ({})", plural(background.gaps.len(), "gap")))?;
    for gap in &background.gaps {
        page.hanging(2, &gap.text)?;
        page.dimmed(4, &format!("{}, {}", words::gap(gap.kind), words::gap_span(gap)))?;
    }
    Ok(())
}

/// Commands are shown whole, one line each, to be copied.
fn respond(alert: &Triggered, page: &mut Page<'_>) -> io::Result<()> {
    if !alert.definition.respond.is_empty() {
        page.heading("Ready to run")?;
        for command in &alert.definition.respond {
            page.line(&format!("  {}", page::plain(&alert.fill_command(command))))?;
        }
    }
    page.line("")
}
