//! Sigma documents from text to checked drafts: file by file, so that files may be read beside each other.

mod about;
mod collection;
mod condition;
mod correlation;
mod detection;
mod encode;
mod filter;
mod item;
mod logic;
mod modifiers;
mod pattern;
mod placeholder;
mod regexp;
mod report;
pub(crate) mod scalar;
mod source;
mod windash;
pub(crate) mod yaml;

pub(crate) use condition::choices;
pub(crate) use correlation::{CorrelationDraft, Measure};
pub(crate) use filter::FilterDraft;
pub(crate) use logic::Logic;
pub use placeholder::Placeholders;
pub(crate) use report::{Report, Spot};

use crate::ir::About;
use crate::sigma::yaml::{Flaw, Node};
use watchbell_model::{Diagnostic, LogSource};

/// Larger texts are refused.
const MAX_BYTES: usize = 16 << 20;

/// What one text says, checked by itself. [`crate::Loader::add`] numbers it with the others.
#[derive(Debug, Default)]
pub struct Parsed {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

#[derive(Debug)]
pub(crate) enum Draft {
    Rule(RuleDraft),
    Correlation(CorrelationDraft),
    Filter(FilterDraft),
}

#[derive(Debug)]
pub(crate) struct RuleDraft {
    pub about: About,
    pub source: LogSource,
    /// Where the log source is written.
    pub spot: Spot,
    pub logic: Logic,
}

/// Reads the Sigma documents of one text. Pure, so that a caller may do it on any thread.
pub fn parse_text(file: &str, text: &str, placeholders: &Placeholders) -> Parsed {
    let mut report = Report::new(file, text);
    let mut drafts = Vec::new();
    if text.len() > MAX_BYTES {
        report.flaw(Flaw::new("sigma/too-large", yaml::At::default(), format!("the file is larger than {} MB", MAX_BYTES >> 20)));
        return Parsed { drafts, diagnostics: report.finish() };
    }
    let mut collection = collection::Collection::of(text);
    let mut number = 0;
    yaml::documents(text, &mut |document| {
        match document.and_then(|node| collection.next(node)) {
            Ok(Some(node)) => drafts.extend(document_draft(&mut report, &node, number, placeholders)),
            Ok(None) => {}
            Err(flaw) => report.flaw(flaw),
        }
        number += 1;
    });
    Parsed { drafts, diagnostics: report.finish() }
}

/// One Sigma document; what is wrong with it goes to `report`.
pub(crate) fn document_draft(report: &mut Report<'_>, node: &Node<'_>, number: usize, placeholders: &Placeholders) -> Option<Draft> {
    if !matches!(node.kind, yaml::Kind::Map(_)) {
        report.flaw(Flaw::new("sigma/document", node.at, format!("a rule must be a mapping, this is {}", node.word())));
        return None;
    }
    let before = report.errors();
    let about = about::read(report, node, number);
    let draft = if let Some(body) = node.get("correlation") {
        correlation::read(report, node, body, about).map(Draft::Correlation)
    } else if let Some(body) = node.get("filter") {
        filter::read(report, node, body, about, placeholders).map(Draft::Filter)
    } else {
        rule(report, node, about, placeholders).map(Draft::Rule)
    };
    draft.filter(|_| report.errors() == before)
}

fn rule(report: &mut Report<'_>, node: &Node<'_>, mut about: About, placeholders: &Placeholders) -> Option<RuleDraft> {
    let (source, at) = source::read(report, node);
    let Some(body) = node.get("detection") else {
        report.flaw(Flaw::new("sigma/no-detection", node.at, "the rule has no `detection`").hint(detection_hint(node)));
        return None;
    };
    let logic = detection::read(report, body, placeholders)?;
    about.conditions.clone_from(&logic.texts);
    Some(RuleDraft { about, source, spot: report.spot(at), logic })
}

fn detection_hint(node: &Node<'_>) -> &'static str {
    if node.entries().iter().any(|(key, _)| matches!(key.text.as_ref(), "rules" | "alert" | "events" | "query")) {
        "this looks like something else than a Sigma rule"
    } else {
        "a Sigma document needs `detection`, `correlation` or `filter`"
    }
}
