//! `rules check PATH...`: what is wrong with Sigma rules, and where.

use crate::cli::CheckArgs;
use crate::exit::Exit;
use crate::load::{cores, rules};
use anyhow::Result;
use std::io::Write;
use watchbell_model::{Diagnostic, Severity};
use watchbell_rules::Loader;

pub fn run(args: &CheckArgs) -> Result<Exit> {
    let mut loader = Loader::new().sources(watchbell_formats::log_sources());
    let added = rules::add(&args.paths, cores(), &mut loader)?;
    let (_, problems) = loader.finish();
    let mut out = std::io::stdout().lock();
    for problem in &problems {
        if args.json { writeln!(out, "{}", serde_json::to_string(problem)?)? } else { writeln!(out, "{problem}")? }
    }
    let good: usize = added.iter().map(|a| a.rules.len() + a.correlations.len()).sum();
    let count = |severity| problems.iter().filter(|p: &&Diagnostic| p.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if !args.json {
        writeln!(out, "{good} rules can be used; {errors} errors, {warnings} warnings")?;
    }
    Ok(if errors > 0 || good == 0 { Exit::Content } else { Exit::Clean })
}
