//! `pack test`: every sample scanned, held against what it expects, and scanned again in every mutation.

mod expect;
mod junit;
mod mutate;

use crate::cli::TestArgs;
use crate::exit::Exit;
use crate::load::packs;
use crate::packs::{Files, find};
use crate::scan::read_memory;
use crate::terminal::complain;
use anyhow::{Context, Result, bail};
use expect::shortfalls;
use mutate::Trial;
use std::io::Write;
use std::sync::Arc;
use watchbell_model::Severity;
use watchbell_pipeline::compile::{activate, climb, compile};
use watchbell_pipeline::{Definitions, LadderPlan, Outcomes, Selection, gather, intern_inputs};
use watchbell_rules::Loader;
use watchbell_rules::pack::{Pack, Sample};

/// What a sample came to; nothing lacking is a pass.
pub struct Verdict {
    pub case: String,
    pub alerts: usize,
    pub lacks: Vec<String>,
    pub mutations: Trial,
}

pub fn run(args: &TestArgs) -> Result<Exit> {
    let files = find(&args.pack)?;
    let (pack, problems) = packs::read(&files);
    for problem in &problems {
        complain(&problem.to_string());
    }
    let Some(pack) = pack.filter(|_| problems.iter().all(|p| p.severity != Severity::Error)) else { return Ok(Exit::Content) };
    if pack.samples.is_empty() {
        bail!("the pack has no samples/<case>/expect.yaml");
    }
    let definitions = definitions(&pack)?;
    let verdicts: Vec<Verdict> = pack.samples.iter().map(|sample| judge(&files, sample, &definitions)).collect();
    table(&verdicts, &pack, args.verbose, &mut std::io::stdout().lock())?;
    if let Some(path) = &args.junit {
        std::fs::write(path, junit::report(&args.pack, &verdicts, args.strict_mutations)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    let good = |verdict: &Verdict| verdict.lacks.is_empty() && (verdict.mutations.silent.is_empty() || !args.strict_mutations);
    Ok(if verdicts.iter().all(good) { Exit::Clean } else { Exit::Content })
}

/// Every alert of the pack, active.
pub fn definitions(pack: &Pack) -> Result<Arc<Definitions>> {
    let mut loader = Loader::new();
    let mut ladders = LadderPlan::default();
    pack.ladder.iter().for_each(|ladder| climb(&mut ladders, ladder));
    let added = compile(pack.clone(), &mut loader);
    intern_inputs(loader.fields_mut());
    let (ruleset, problems) = loader.finish();
    let mut errors = problems.iter().filter(|p| p.severity == Severity::Error).peekable();
    if errors.peek().is_some() {
        errors.for_each(|problem| complain(&problem.to_string()));
        bail!("the pack has rules that cannot be used");
    }
    let active = activate(&ruleset, added);
    Ok(Arc::new(Definitions::new(ruleset, active).climbing(ladders)))
}

fn judge(files: &Files, sample: &Sample, definitions: &Arc<Definitions>) -> Verdict {
    let logs = logs(files, sample);
    let outcomes = scan(logs.clone(), definitions);
    let mutations = mutate::run(&logs, &outcomes.alerts, definitions);
    Verdict { case: sample.case.clone(), alerts: outcomes.alerts.len(), lacks: shortfalls(sample, &outcomes), mutations }
}

pub fn scan(logs: Vec<(String, Vec<u8>)>, definitions: &Arc<Definitions>) -> Outcomes {
    let reading = read_memory(definitions, logs);
    gather(definitions, reading.found, &Selection::default())
}

/// A sample's log files: those that it names, or all but its `expect.yaml`.
fn logs(files: &Files, sample: &Sample) -> Vec<(String, Vec<u8>)> {
    let folder = format!("samples/{}/", sample.case);
    let wanted = |name: &str| if sample.files.is_empty() { name != "expect.yaml" } else { sample.files.iter().any(|file| file == name) };
    let inside = files.files.iter().filter_map(|(path, bytes)| Some((path.strip_prefix(&folder)?, bytes)));
    inside.filter(|(name, _)| wanted(name)).map(|(name, bytes)| (name.to_owned(), bytes.clone())).collect()
}

fn table(verdicts: &[Verdict], pack: &Pack, verbose: bool, out: &mut dyn Write) -> Result<()> {
    for verdict in verdicts {
        let Trial { fire, silent } = &verdict.mutations;
        let word = if verdict.lacks.is_empty() { "ok" } else { "FAILED" };
        let mutations = if fire + silent.len() > 0 { format!("  mutations: {fire} fire, {} silent", silent.len()) } else { String::new() };
        writeln!(out, "{word:<6} {:<40} {:>3} alerts{mutations}", verdict.case, verdict.alerts)?;
        verdict.lacks.iter().try_for_each(|lack| writeln!(out, "         {lack}"))?;
        silent.iter().filter(|_| verbose).try_for_each(|silent| writeln!(out, "         silent: {silent}"))?;
    }
    let failed = verdicts.iter().filter(|verdict| !verdict.lacks.is_empty()).count();
    let fire: usize = verdicts.iter().map(|verdict| verdict.mutations.fire).sum();
    let silent: usize = verdicts.iter().map(|verdict| verdict.mutations.silent.len()).sum();
    let hint = if silent > 0 && !verbose { " (--verbose names them)" } else { "" };
    writeln!(out, "{} alerts, {} samples, {failed} failed; mutations: {fire} fire, {silent} silent{hint}", pack.alerts.len(), verdicts.len())?;
    Ok(())
}
