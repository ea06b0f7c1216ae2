//! `job list PATH…`: every job that logs tell of.

use super::args::ListArgs;
use super::kept::{Kept, read};
use super::page::{Page, clip, clock_of, wait};
use super::present::Present;
use super::recognise::kind_words;
use super::view::give_out;
use crate::exit::Exit;
use anyhow::Result;
use std::io::Result as Written;

pub fn run(args: &ListArgs) -> Result<Exit> {
    let (mut jobs, present) = read(&args.logs)?;
    jobs.retain(|job| !args.risky || !job.view.risk.is_empty());
    let documents = || jobs.iter().map(Kept::document).collect();
    give_out(args.logs.format, documents, |page| table(&jobs, &present, page))?;
    Ok(Exit::Clean)
}

/// By host, the riskiest first.
fn table(jobs: &[Kept], present: &Present, page: &mut Page<'_>) -> Written<()> {
    for of_host in jobs.chunk_by(|a, b| a.entry.host == b.entry.host) {
        page.title(&format!("{} ({})", of_host[0].host(), plural(of_host.len(), "job")))?;
        let mut ranked: Vec<&Kept> = of_host.iter().collect();
        ranked.sort_by_key(|job| (std::cmp::Reverse(job.view.risk.len()), std::cmp::Reverse(job.entry.last_seen)));
        ranked.into_iter().try_for_each(|job| row(job, present, page))?;
        page.blank()?;
    }
    let risky = jobs.iter().filter(|job| !job.view.risk.is_empty()).count();
    page.line("", &format!("{}, {risky} with something risky", plural(jobs.len(), "job")))
}

fn row(job: &Kept, present: &Present, page: &mut Page<'_>) -> Written<()> {
    let name = job.entry.name.as_deref().unwrap_or("(no name)");
    let state = match (&job.entry.deleted, job.entry.enabled) {
        (Some(_), _) => ", deleted",
        (None, Some(false)) => ", switched off",
        _ => "",
    };
    page.line("1", &clip(&format!("  {} {name}{state}", kind_words(job.entry.kind)), page.room(0)))?;
    for text in [job.command(), Some(when(job, present)), Some(made(job, present))].into_iter().flatten().filter(|text| !text.is_empty()) {
        page.line("", &format!("      {}", clip(&text, page.room(6))))?;
    }
    let risks: Vec<&str> = job.view.risk.iter().map(|risk| risk.reason.as_str()).collect();
    let told: Vec<String> = (!risks.is_empty()).then(|| format!("risk: {}", risks.join(", "))).into_iter().chain(job.rarity()).collect();
    if told.is_empty() { Ok(()) } else { page.line("33", &format!("      {}", clip(&told.join("; "), page.room(6)))) }
}

/// `every minute, as root; 12 runs; next in 41 s`.
fn when(job: &Kept, present: &Present) -> String {
    let view = &job.view;
    let known = !view.job.schedule.is_empty() && job.entry.deleted.is_none();
    let schedule = known.then(|| view.next.when.clone());
    let whom = view.job.principal.as_ref().map(|whom| format!("as {whom}"));
    let first: Vec<String> = schedule.into_iter().chain(whom).collect();
    let next = view.next.runs.first().map(|run| format!("next {}", wait(run.at.seconds() - present.now.seconds())));
    [Some(first.join(", ")).filter(|text| !text.is_empty()), job.runs(), next].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// `made 2026-11-25 00:21 UTC by alice from 10.0.0.5`.
fn made(job: &Kept, present: &Present) -> String {
    let zone = present.zone();
    let at = |time: Option<watchbell_model::Timestamp>| time.map_or_else(String::new, |time| format!(" {}", clock_of(time, &zone)));
    let Some(created) = &job.entry.created else {
        return job.entry.first_seen.map_or_else(String::new, |time| format!("first seen{}", at(Some(time))));
    };
    let by = created.by.as_ref().map_or_else(String::new, |by| format!(" by {by}"));
    let from = created.from.as_ref().map_or_else(String::new, |from| format!(" from {from}"));
    format!("made{}{by}{from}", at(created.time))
}

pub fn plural(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
