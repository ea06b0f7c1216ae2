//! From packs and rules as the user names them to what is active.

pub mod packs;
pub mod rules;
pub mod stories;

use crate::cli::WhatArgs;
use anyhow::Result;
use std::sync::Arc;
use watchbell_model::{Diagnostic, Severity, TIME};
use watchbell_pipeline::compile::{activate, activate_rules};
use watchbell_pipeline::{Active, Definitions, intern_inputs};
use watchbell_rules::Loader;

/// What is active, and what was wrong with what was named.
pub struct Loaded {
    pub definitions: Arc<Definitions>,
    pub diagnostics: Vec<Diagnostic>,
    /// Rules and correlations in use.
    pub rules: usize,
    /// Documents that could not be used.
    pub rejected: usize,
    /// Whether a pack has errors.
    pack_errors: bool,
}

impl Loaded {
    /// Whether nothing may be scanned with this.
    pub fn unusable(&self, strict: bool) -> bool {
        self.rules == 0 || self.pack_errors || (strict && self.diagnostics.iter().any(|d| d.severity == Severity::Error))
    }
}

/// As many threads as there are cores.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Loads what was named: `--rules` alone switches the packs inside the binary off.
pub fn load(what: &WhatArgs, threads: usize) -> Result<Loaded> {
    let mut loader = Loader::new().sources(watchbell_formats::log_sources());
    let (packs, ladders) = packs::add(&packs::chosen(what), &mut loader)?;
    let added = rules::add(&what.rules, threads, &mut loader)?;
    if !packs.is_empty() {
        intern_inputs(loader.fields_mut());
        loader.fields_mut().intern(TIME);
    }
    let (ruleset, mut diagnostics) = loader.finish();
    let mut active = activate(&ruleset, packs);
    active.extend(activate_rules(&ruleset, &added));
    choose(&mut active, what, &mut diagnostics);
    let rejected = added.iter().map(|added| added.rejected).sum();
    let rules = active.iter().map(|alert| alert.rules.len() + alert.correlations.len()).sum();
    let definitions = Arc::new(Definitions::new(ruleset, active).climbing(ladders));
    if rules == 0 {
        diagnostics.push(
            Diagnostic::error("scan/no-rule", "", "no rule is left to scan with").hint("name a pack, an alert or a folder of Sigma rules that can be used"),
        );
    }
    let pack_errors = pack_errors(what, &diagnostics)?;
    Ok(Loaded { definitions, diagnostics, rules, rejected, pack_errors })
}

/// Whether anything but a file of `--rules` has an error: then a pack is wrong, whatever the error's code.
fn pack_errors(what: &WhatArgs, diagnostics: &[Diagnostic]) -> Result<bool> {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|d| d.severity == Severity::Error && !d.code.starts_with("scan/")).collect();
    if errors.is_empty() {
        return Ok(false);
    }
    let files: Vec<String> = rules::files(&what.rules)?.iter().map(|path| path.display().to_string()).collect();
    Ok(errors.into_iter().any(|d| !files.contains(&d.file)))
}

/// Keeps the alerts that `--alert` names.
fn choose(active: &mut Vec<Active>, what: &WhatArgs, diagnostics: &mut Vec<Diagnostic>) {
    if what.alert.is_empty() {
        return;
    }
    for name in &what.alert {
        if !active.iter().any(|alert| alert.definition.name.eq_ignore_ascii_case(name)) {
            diagnostics
                .push(Diagnostic::error("scan/unknown-alert", "", format!("no alert is named `{name}`")).hint("`watchbell pack show PACK` lists the names"));
        }
    }
    active.retain(|alert| what.alert.iter().any(|name| alert.definition.name.eq_ignore_ascii_case(name)));
}
