//! `job next PATH…`: what runs next on which host, soonest first; then what waits for something else.

use super::args::NextArgs;
use super::kept::{Kept, read};
use super::list::plural;
use super::page::{Page, clip, clock_of, wait};
use super::present::Present;
use super::recognise::kind_words;
use super::view::give_out;
use crate::exit::Exit;
use anyhow::Result;
use serde_json::{Value, json};
use std::io::Result as Written;
use watchbell_jobs::{Run, When};

pub fn run(args: &NextArgs) -> Result<Exit> {
    let (jobs, present) = read(&args.logs)?;
    let mut runs: Vec<(&Run, &Kept)> = jobs.iter().flat_map(|job| job.view.next.runs.iter().map(move |run| (run, job))).collect();
    runs.sort_by_key(|(run, _)| run.at);
    runs.truncate(args.count);
    let waiting: Vec<&Kept> =
        jobs.iter().filter(|job| job.view.next.runs.is_empty() && waits(job) && job.entry.deleted.is_none() && job.entry.enabled != Some(false)).collect();
    let documents =
        || runs.iter().map(|(run, job)| document(Some(run), job, &present)).chain(waiting.iter().map(|job| document(None, job, &present))).collect();
    give_out(args.logs.format, documents, |page| table(&runs, &waiting, &present, page))?;
    Ok(Exit::Clean)
}

/// Something else than time starts it.
fn waits(job: &Kept) -> bool {
    job.view.job.triggers.iter().any(|trigger| !trigger.off && matches!(trigger.when, When::On { .. } | When::After { .. }))
}

fn document(run: Option<&Run>, job: &Kept, present: &Present) -> Value {
    json!({
        "time": run.map(|run| run.at), "local": run.map(|run| run.local.as_str()), "about": run.map(|run| run.about),
        "seconds": run.map(|run| run.at.seconds() - present.now.seconds()), "when": job.view.next.when,
        "host": job.entry.host, "kind": job.entry.kind, "name": job.entry.name, "command": job.command(),
        "principal": job.view.job.principal, "risk": job.view.risk,
    })
}

fn table(runs: &[(&Run, &Kept)], waiting: &[&Kept], present: &Present, page: &mut Page<'_>) -> Written<()> {
    let zone = present.zone();
    page.title(&format!("{} after {}", plural(runs.len(), "run"), clock_of(present.now, &zone)))?;
    for (run, job) in runs {
        let about = if run.about { "about " } else { "" };
        page.line("1", &clip(&format!("  {about}{}  {}", clock_of(run.at, &zone), wait(run.at.seconds() - present.now.seconds())), page.room(0)))?;
        which(job, page)?;
    }
    if !waiting.is_empty() {
        page.blank()?;
        page.title(&format!("{} for something else", if waiting.len() == 1 { "1 job waits".to_owned() } else { format!("{} jobs wait", waiting.len()) }))?;
    }
    for job in waiting {
        page.line("1", &clip(&format!("  {}", job.view.next.when), page.room(0)))?;
        which(job, page)?;
    }
    Ok(())
}

fn which(job: &Kept, page: &mut Page<'_>) -> Written<()> {
    let name = job.entry.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    let whom = job.view.job.principal.as_ref().map_or_else(String::new, |whom| format!(" as {whom}"));
    let command = job.command().map_or_else(String::new, |command| format!(": {command}"));
    page.line("", &format!("      {}", clip(&format!("{}: {}{name}{whom}{command}", job.host(), kind_words(job.entry.kind)), page.room(6))))?;
    if job.view.risk.is_empty() {
        return Ok(());
    }
    let risks: Vec<&str> = job.view.risk.iter().map(|risk| risk.reason.as_str()).collect();
    page.line("33", &format!("      {}", clip(&format!("risk: {}", risks.join(", ")), page.room(6))))
}
