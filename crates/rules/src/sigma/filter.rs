//! Filter documents: a condition that every rule they name must also meet.

use super::detection;
use super::logic::Logic;
use super::placeholder::Placeholders;
use super::report::{Report, Spot};
use super::source;
use super::yaml::{Flaw, Kind, Node};
use crate::ir::About;
use watchbell_model::LogSource;

#[derive(Debug)]
pub(crate) struct FilterDraft {
    pub about: About,
    /// Rules of this log source, or of a more particular one.
    pub source: LogSource,
    /// Ids or names, each with its place; none: every rule of the log source.
    pub rules: Vec<(String, Spot)>,
    pub logic: Logic,
    pub spot: Spot,
}

pub(super) fn read(report: &mut Report<'_>, node: &Node<'_>, body: &Node<'_>, about: About, placeholders: &Placeholders) -> Option<FilterDraft> {
    let Kind::Map(_) = &body.kind else {
        report.flaw(Flaw::new("sigma/type", body.at, format!("`filter` must be a mapping, this is {}", body.word())));
        return None;
    };
    let (source, _) = source::read(report, node);
    let logic = detection::read(report, body, &["rules"], placeholders)?;
    if !logic.condition.denies() {
        let at = body.get("condition").map_or(body.at, |node| node.at);
        let flaw = Flaw::new("sigma/filter-keeps", at, "the filter denies nothing: its rules will match only what the filter matches too");
        report.warn(flaw.hint("write `not selection` to leave out what the selection matches"));
    }
    Some(FilterDraft { about, source, rules: rules(report, body)?, logic, spot: report.spot(body.at) })
}

fn rules(report: &mut Report<'_>, body: &Node<'_>) -> Option<Vec<(String, Spot)>> {
    let Some(node) = body.get("rules") else {
        let flaw = Flaw::new("sigma/filter-rules", body.at, "the filter does not say which rules it is for");
        report.flaw(flaw.hint("add `rules:` with a list of ids or names, or `rules: any`"));
        return None;
    };
    if node.text().is_some_and(|text| text.eq_ignore_ascii_case("any")) {
        return Some(Vec::new());
    }
    let mut rules = Vec::new();
    for item in node.items() {
        match item.text().filter(|text| !text.is_empty()) {
            Some(text) => rules.push((text.to_owned(), report.spot(item.at))),
            None => report.flaw(Flaw::new("sigma/filter-rules", item.at, format!("a rule's id or name must stand here, not {}", item.word()))),
        }
    }
    if rules.is_empty() {
        report.flaw(Flaw::new("sigma/filter-rules", node.at, "the list of rules is empty").hint("`rules: any` means every rule of the log source"));
    }
    Some(rules)
}
