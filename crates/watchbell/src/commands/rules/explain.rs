//! `rules explain RULE EVENT`: which selection held, which failed, and the value that was seen.

use crate::cli::ExplainArgs;
use crate::exit::Exit;
use crate::load::rules;
use crate::scan::explain_all;
use crate::terminal::{complain, complain_all};
use anyhow::{Result, bail};
use std::io::Write;
use std::sync::Arc;
use watchbell_pipeline::{Definitions, Explained, Explainer, intern_inputs};
use watchbell_rules::{Loader, RuleId};

pub fn run(args: &ExplainArgs) -> Result<Exit> {
    let mut loader = Loader::new();
    let added = rules::add(std::slice::from_ref(&args.rule), 1, &mut loader)?;
    intern_inputs(loader.fields_mut());
    let (ruleset, problems) = loader.finish();
    complain_all(&problems);
    let Some(rule) = added.iter().flat_map(|a| &a.rules).next().copied() else {
        complain("error: no rule in that file can be used");
        return Ok(Exit::Content);
    };
    let definitions = Arc::new(Definitions::new(ruleset, Vec::new()));
    let mut explainer = Explainer::new(&definitions, rule);
    explain_all(&definitions, &args.event, &mut explainer)?;
    told(&definitions, rule, &explainer)
}

fn told(definitions: &Definitions, rule: RuleId, explainer: &Explainer) -> Result<Exit> {
    let rule = &definitions.ruleset.rules[rule.0 as usize];
    let mut out = std::io::stdout().lock();
    if explainer.events == 0 {
        explainer.quarantined.iter().for_each(|q| complain(&format!("line {}: {}", q.line.unwrap_or(0), q.reason)));
        bail!("no event could be read");
    }
    if explainer.explained.is_empty() {
        let others: Vec<String> = explainer.others.iter().map(ToString::to_string).collect();
        writeln!(out, "not asked: the rule is for {}, the event is {}", rule.source, others.join(", "))?;
        return Ok(Exit::Clean);
    }
    explainer.explained.iter().try_for_each(|explained| one(&rule.about.title, explained, &mut out))?;
    Ok(Exit::found(explainer.explained.iter().any(|explained| explained.explanation.held)))
}

fn one(title: &str, explained: &Explained, out: &mut dyn Write) -> std::io::Result<()> {
    let place = match (explained.lines, explained.record) {
        (Some((first, _)), _) => format!("line {first}"),
        (None, Some(record)) => format!("record {record}"),
        (None, None) => "the event".to_owned(),
    };
    let word = if explained.explanation.held { "holds" } else { "does not hold" };
    writeln!(out, "{title}: {word} for {place} as {}\n{}", explained.source, explained.explanation)
}
