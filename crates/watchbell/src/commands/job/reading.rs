//! From logs to the ledger: one reading with the rules of the packs' recipes that tell of jobs and logons.

use super::args::LogArgs;
use super::deeds::deeds;
use super::present::{Present, moment};
use crate::load::{cores, packs, stories};
use crate::packs::find;
use crate::scan::{Plan, Progress, read_all};
use crate::terminal::{complain, complain_all};
use anyhow::{Context, Result, bail};
use jiff::tz::TimeZone;
use std::sync::Arc;
use watchbell_formats::Stream;
use watchbell_input::{Options, expand};
use watchbell_jobs::{Entry, Ledger, zone};
use watchbell_model::{Severity, Timestamp};
use watchbell_pipeline::compile::bound;
use watchbell_pipeline::{Storybook, facts};
use watchbell_rules::pack::StoryRecipe;

const OWN: &str = include_str!("deeds.yaml");
/// Roles of facts that tell of jobs, and of where their makers came from.
const ROLES: [&str; 4] = ["job", "run", "cloud", "logon"];

/// Every job of the logs, and the instant from which its next runs are told: `now`, else the end of the logs.
pub fn entries(args: &LogArgs) -> Result<(Vec<Entry>, Present)> {
    let silent = &args.silent;
    let zone =
        silent.tz.as_deref().map(|name| zone(name).with_context(|| format!("--tz {name}: no such time zone; write one like Europe/Berlin"))).transpose()?;
    let now = args.now.as_deref().map(moment).transpose()?;
    let book = book(&args.pack)?;
    let options = Options::default();
    let (files, unlisted) = expand(&args.paths, &options);
    let progress = Progress::new(files.iter().map(|file| file.size).sum());
    let about = Stream { modified: None, host: silent.host.clone(), zone: zone.clone().unwrap_or(TimeZone::UTC), year: silent.year };
    let reading = read_all(&book.definitions, Plan { files, options, threads: cores(), about, again: None }, &progress);
    progress.finish();
    unlisted.iter().chain(&reading.problems).for_each(|problem| complain(&format!("warning[{}]: {problem}", problem.code())));
    if reading.streams == 0 {
        bail!("nothing could be read; name at least one readable log");
    }
    let facts = facts(&book.definitions, reading.found);
    let end = facts.iter().filter_map(|fact| fact.time).max().max(reading.latest.map(Timestamp::from_seconds));
    let mut ledger = Ledger::default();
    for deed in deeds(&book.recipe, &facts) {
        ledger.add(&deed);
    }
    Ok((ledger.entries(), Present { now: now.or(end).unwrap_or(Timestamp::from_seconds(0)), zone }))
}

fn book(packs: &[String]) -> Result<Storybook> {
    sound(packs)?;
    let mut recipes = stories::told(packs)?;
    for (recipe, _) in &mut recipes {
        recipe.facts.retain(|fact| ROLES.contains(&fact.role.as_str()) || (fact.role == "file" && fact.lane == "job"));
    }
    let mut problems = Vec::new();
    let own = StoryRecipe::parse("deeds.yaml", OWN, &mut problems);
    debug_assert!(problems.is_empty(), "{problems:?}");
    recipes.extend(own.map(|own| (own, None)));
    let mut book = bound(recipes);
    if let Some(definitions) = Arc::get_mut(&mut book.definitions) {
        definitions.each_job = true;
    }
    Ok(book)
}

/// What is wrong with packs is told, and nothing is asked of broken ones.
fn sound(names: &[String]) -> Result<()> {
    for name in names {
        let (_, problems) = packs::read(&find(name)?);
        let errors: Vec<_> = problems.iter().filter(|problem| problem.severity == Severity::Error).collect();
        if !errors.is_empty() {
            complain_all(&errors);
            bail!("the pack {name} cannot be asked; `watchbell pack lint {name}` tells what is wrong with it");
        }
    }
    Ok(())
}
