//! `job show NAME PATH…`: everything that logs tell of a job.

use super::args::ShowArgs;
use super::kept::{Kept, read};
use super::page::{Page, clock_of};
use super::present::Present;
use super::view::give_out;
use crate::exit::Exit;
use anyhow::{Result, bail};
use jiff::tz::TimeZone;
use std::io::Result as Written;
use watchbell_model::Timestamp;

pub fn run(args: &ShowArgs) -> Result<Exit> {
    let (mut jobs, present) = read(&args.logs)?;
    jobs.retain(|job| job.entry.name.as_deref().is_some_and(|name| is_named(name, &args.name)));
    if jobs.is_empty() {
        bail!("the logs tell of no job that is named `{}`; `watchbell job list` tells the names", args.name);
    }
    let documents = || jobs.iter().map(Kept::document).collect();
    give_out(args.logs.format, documents, |page| {
        jobs.iter().enumerate().try_for_each(|(at, job)| {
            if at > 0 {
                page.blank()?;
            }
            one(job, &present, page)
        })
    })?;
    Ok(Exit::Clean)
}

/// The whole name, or whole parts at its end.
fn is_named(name: &str, asked: &str) -> bool {
    let plain = |text: &str| text.trim_matches(['\\', '/']).replace('\\', "/").to_lowercase();
    let (name, asked) = (plain(name), plain(asked));
    name == asked || (!asked.is_empty() && name.ends_with(&format!("/{asked}")))
}

fn one(job: &Kept, present: &Present, page: &mut Page<'_>) -> Written<()> {
    job.view.page(page, present)?;
    let (entry, zone) = (&job.entry, present.zone());
    page.rows("host", vec![job.host()])?;
    let created = entry.created.as_ref().map(|made| deed("", made.time, made.by.as_deref(), made.from.as_deref(), None, &zone));
    page.rows("made", created)?;
    let changed = entry.changed.iter().map(|did| deed(did.what, did.time, did.by.as_deref(), did.from.as_deref(), did.command.as_deref(), &zone));
    page.rows("then", changed)?;
    page.rows("deleted", entry.deleted.iter().map(|did| deed("", did.time, did.by.as_deref(), did.from.as_deref(), None, &zone)))?;
    page.rows("ran", runs(job, &zone))?;
    page.rows("seen", span(entry.first_seen, entry.last_seen, &zone))?;
    page.rows("spread", job.rarity())
}

/// `Wed 2026-11-25 00:21 UTC changed by alice from 10.0.0.5: runs /tmp/x`.
fn deed(what: &str, time: Option<Timestamp>, by: Option<&str>, from: Option<&str>, command: Option<&str>, zone: &TimeZone) -> String {
    let time = time.map_or_else(|| "at an unknown time".to_owned(), |time| clock_of(time, zone));
    let parts = [(" ", Some(what).filter(|what| !what.is_empty())), (" by ", by), (" from ", from), (": runs ", command)];
    parts.into_iter().filter_map(|(before, text)| Some((before, text?))).fold(time, |text, (before, part)| text + before + part)
}

fn runs(job: &Kept, zone: &TimeZone) -> Vec<String> {
    let runs = &job.entry.runs;
    let codes: Vec<String> = runs.results.iter().map(|(code, count)| format!("{code} ({count})")).collect();
    let results = (!codes.is_empty()).then(|| format!("results: {}", codes.join(", ")));
    job.runs().into_iter().chain(span(runs.first, runs.last, zone)).chain(results).collect()
}

fn span(first: Option<Timestamp>, last: Option<Timestamp>, zone: &TimeZone) -> Option<String> {
    let (first, last) = (first?, last?);
    let from = clock_of(first, zone);
    Some(if first == last { from } else { format!("{from} to {}", clock_of(last, zone)) })
}
