//! Sigma documents from text to checked drafts: file by file, so that files may be read beside each other.

mod about;
mod build;
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
mod selector;
mod source;
mod terms;
mod value;
mod windash;
pub(crate) mod yaml;

pub(crate) use correlation::{CorrelationDraft, Measure};
pub(crate) use filter::FilterDraft;
pub(crate) use logic::Logic;
pub use placeholder::Placeholders;
pub(crate) use report::{Report, Spot};
pub(crate) use selector::{choices, fits};

use crate::ir::About;
use watchbell_model::{Diagnostic, LogSource};
use yaml::{At, Flaw, Node};

/// Larger texts are refused.
const MAX_BYTES: usize = 16 << 20;

/// What one text says, checked by itself. [`crate::Loader::add`] numbers it with the others.
#[derive(Debug, Default)]
pub struct Parsed {
    pub(crate) drafts: Vec<Draft>,
    /// Documents that had errors.
    pub(crate) rejected: usize,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A condition that is asked only when named, checked by itself.
#[derive(Debug, Default)]
pub struct ParsedFilter {
    pub(crate) logic: Option<Logic>,
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

/// A piece of a file that holds Sigma: a rule inside an alert's file.
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'a> {
    pub file: &'a str,
    /// The whole file, to show lines of.
    pub whole: &'a str,
    /// The piece by itself, without its indentation.
    pub text: &'a str,
    /// Where it begins in the file, from 1.
    pub line: usize,
    pub column: usize,
    /// What a document is called that has no title of its own; without it, it must have one.
    pub title: Option<&'a str>,
}

/// Reads the Sigma documents of one text. Pure, so that a caller may do it on any thread.
pub fn parse_text(file: &str, text: &str, placeholders: &Placeholders) -> Parsed {
    parse_excerpts(&[Excerpt { file, whole: text, text, line: 1, column: 1, title: None }], placeholders)
}

/// Reads documents that belong together, pieces of one file: names are sought among them first.
pub fn parse_excerpts(excerpts: &[Excerpt<'_>], placeholders: &Placeholders) -> Parsed {
    let Some(first) = excerpts.first() else { return Parsed::default() };
    let mut report = Report::new(first.file, first.whole);
    let mut drafts = Vec::new();
    let (mut number, mut rejected) = (0, 0);
    for excerpt in excerpts {
        let mut collection = collection::Collection::of(excerpt.text);
        read(excerpt, &mut report, &mut |report, document| {
            let draft = match document.and_then(|node| collection.next(node)) {
                Ok(None) => return number += 1,
                Ok(Some(node)) => document_draft(report, &node, (number, excerpt.title), placeholders),
                Err(flaw) => {
                    report.flaw(flaw);
                    None
                }
            };
            number += 1;
            rejected += usize::from(draft.is_none());
            drafts.extend(draft);
        });
    }
    Parsed { drafts, rejected, diagnostics: report.finish() }
}

/// Reads a condition that is asked only when named: a selection, or a detection with its `condition`.
pub fn parse_filter(excerpt: &Excerpt<'_>, placeholders: &Placeholders) -> ParsedFilter {
    let mut report = Report::new(excerpt.file, excerpt.whole);
    let mut logic = None;
    read(excerpt, &mut report, &mut |report, document| match document {
        Ok(node) => logic = detection::loose(report, &node, placeholders),
        Err(flaw) => report.flaw(flaw),
    });
    ParsedFilter { logic: logic.filter(|_| report.errors() == 0), diagnostics: report.finish() }
}

fn read<'a>(excerpt: &Excerpt<'a>, report: &mut Report<'_>, each: &mut dyn FnMut(&mut Report<'_>, Result<Node<'a>, Flaw>)) {
    if excerpt.text.len() > MAX_BYTES {
        report.flaw(Flaw::new("yaml/too-large", At::default(), format!("the file is larger than {} MB", MAX_BYTES >> 20)));
        return;
    }
    let origin = At { line: excerpt.line.saturating_sub(1), column: excerpt.column.saturating_sub(1) };
    yaml::documents(excerpt.text, origin, &mut |document| each(report, document));
}

/// One Sigma document; what is wrong with it goes to `report`.
fn document_draft(report: &mut Report<'_>, node: &Node<'_>, (number, title): (usize, Option<&str>), placeholders: &Placeholders) -> Option<Draft> {
    if !matches!(node.kind, yaml::Kind::Map(_)) {
        report.flaw(Flaw::new("sigma/document", node.at, format!("a rule must be a mapping, this is {}", node.word())));
        return None;
    }
    let before = report.errors();
    about::keys(report, node);
    let about = about::read(report, node, number, title);
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
    let logic = detection::read(report, body, &[], placeholders)?;
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
