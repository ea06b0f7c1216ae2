//! `rules explain-cost PATH...`: which rules are slow, and why.

use crate::cli::CheckArgs;
use crate::exit::Exit;
use crate::load::{cores, rules};
use crate::terminal::complain_all;
use anyhow::Result;
use serde_json::json;
use std::io::Write;
use watchbell_engine::{RuleCost, explain_cost};
use watchbell_rules::{Loader, PredicateId, Ruleset, predicate_words};

/// Rules shown to a person.
const SHOWN: usize = 50;
/// Predicates shown of a rule.
const FEW: usize = 3;

pub fn run(args: &CheckArgs) -> Result<Exit> {
    let mut loader = Loader::new();
    rules::add(&args.paths, cores(), &mut loader)?;
    let (ruleset, problems) = loader.finish();
    complain_all(&problems);
    let costs = explain_cost(&ruleset);
    let mut out = std::io::stdout().lock();
    if args.json {
        costs.iter().try_for_each(|cost| writeln!(out, "{}", as_json(&ruleset, cost)))?;
    } else {
        costs.iter().take(SHOWN).try_for_each(|cost| shown(&ruleset, cost, &mut out))?;
        let always = costs.iter().filter(|cost| cost.wakes.is_none()).count();
        writeln!(out, "{always} of {} rules are asked of every event of their log source; the {SHOWN} costliest are shown", costs.len())?;
    }
    Ok(if costs.is_empty() { Exit::Content } else { Exit::Clean })
}

fn shown(ruleset: &Ruleset, cost: &RuleCost, out: &mut dyn Write) -> std::io::Result<()> {
    let about = &ruleset.rules[cost.rule.0 as usize].about;
    writeln!(out, "{}\n  {}", about.title, about.file)?;
    match cost.wakes {
        None => writeln!(out, "  asked of every event: nothing that must be there can be looked for")?,
        Some(n) => writeln!(out, "  asked of about {n} of 10,000 events: those with {}", words(ruleset, &cost.needs, " or "))?,
    }
    if cost.unaided.is_empty() { Ok(()) } else { writeln!(out, "  expressions without a literal: {}", words(ruleset, &cost.unaided, ", ")) }
}

fn as_json(ruleset: &Ruleset, cost: &RuleCost) -> serde_json::Value {
    let about = &ruleset.rules[cost.rule.0 as usize].about;
    let all = |ids: &[PredicateId]| ids.iter().map(|id| predicate_words(ruleset, &ruleset.predicates[id.0 as usize])).collect::<Vec<_>>();
    json!({"title": about.title, "file": about.file, "wakes": cost.wakes, "needs": all(&cost.needs), "unaided": all(&cost.unaided)})
}

fn words(ruleset: &Ruleset, ids: &[PredicateId], between: &str) -> String {
    let some = ids.iter().take(FEW).map(|id| predicate_words(ruleset, &ruleset.predicates[id.0 as usize])).collect::<Vec<_>>().join(between);
    if ids.len() > FEW { format!("{some}{between}{} more", ids.len() - FEW) } else { some }
}
