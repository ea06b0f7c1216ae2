//! A detection: named selections, and the condition over them.

use super::condition;
use super::item;
use super::logic::Logic;
use super::placeholder::Placeholders;
use super::report::Report;
use super::yaml::{Flaw, Key, Kind, Node, short};
use crate::ir::Condition;

/// The detection of a rule or filter: `body` holds the selections and `condition`. `None` after an error.
pub(super) fn read(report: &mut Report<'_>, body: &Node<'_>, placeholders: &Placeholders) -> Option<Logic> {
    let Kind::Map(entries) = &body.kind else {
        report.flaw(Flaw::new("sigma/type", body.at, format!("a detection must be a mapping of selections, this is {}", body.word())));
        return None;
    };
    read_entries(report, body, entries, &[], placeholders)
}

/// The same, but for keys that mean something else here.
pub(super) fn read_entries(
    report: &mut Report<'_>,
    body: &Node<'_>,
    entries: &[(Key<'_>, Node<'_>)],
    other: &[&str],
    placeholders: &Placeholders,
) -> Option<Logic> {
    let before = report.errors();
    let mut logic = Logic::default();
    for (key, value) in entries {
        match key.text.as_ref() {
            "condition" => {}
            "timeframe" => report.warn(timeframe(key)),
            name if other.contains(&name) => {}
            name => {
                let selection = selection(report, &mut logic, key, value, placeholders);
                logic.selections.push((name.to_owned(), selection));
            }
        }
    }
    match body.get("condition") {
        Some(node) => condition::read(report, &mut logic, node, entries),
        None => report.flaw(Flaw::new("sigma/no-condition", body.at, "the detection has no `condition`").hint("add `condition: selection`")),
    }
    if logic.unset {
        logic.condition = Condition::Any(Vec::new());
    }
    if logic.is_too_large() {
        report.flaw(Flaw::new("sigma/too-large", body.at, "the detection is too large: its condition repeats too much"));
    }
    (report.errors() == before).then_some(logic)
}

fn timeframe(key: &Key<'_>) -> Flaw {
    Flaw::new("sigma/timeframe", key.at, "`timeframe` means nothing without a correlation").hint("write a correlation document with `timespan`")
}

/// What a filter of an alert is made of: a selection by itself, or a whole detection where `condition` stands in it.
pub(crate) fn loose(report: &mut Report<'_>, body: &Node<'_>, placeholders: &Placeholders) -> Option<Logic> {
    if body.get("condition").is_some() {
        return read(report, body, placeholders);
    }
    let before = report.errors();
    let mut logic = Logic::default();
    let key = Key { at: body.at, text: "filter".into() };
    let selection = selection(report, &mut logic, &key, body, placeholders);
    logic.selections.push(("filter".to_owned(), selection.clone()));
    logic.condition = selection;
    (report.errors() == before && !logic.is_too_large()).then_some(logic)
}

/// One selection: a mapping (all of it), a list (any of it), or keywords.
fn selection(report: &mut Report<'_>, logic: &mut Logic, key: &Key<'_>, node: &Node<'_>, placeholders: &Placeholders) -> Condition {
    match &node.kind {
        Kind::Map(entries) if entries.is_empty() => empty(report, key, "holds for every event"),
        Kind::Map(entries) => Condition::all(entries.iter().map(|(key, value)| item::read(report, logic, key, value, placeholders)).collect()),
        Kind::List(items) if items.is_empty() => empty(report, key, "never holds"),
        Kind::List(items) if items.iter().all(|item| matches!(item.kind, Kind::Scalar { .. })) => item::keywords(report, logic, key, node, placeholders),
        Kind::List(items) => Condition::any(items.iter().map(|item| selection(report, logic, key, item, placeholders)).collect()),
        Kind::Scalar { .. } if node.is_null() => empty(report, key, "is written as nothing"),
        Kind::Scalar { .. } => item::keywords(report, logic, key, node, placeholders),
    }
}

fn empty(report: &mut Report<'_>, key: &Key<'_>, what: &str) -> Condition {
    let message = format!("the selection `{}` is empty: it {what}", short(&key.text));
    report.flaw(Flaw::new("sigma/empty-selection", key.at, message).hint("say which fields and values it wants, or remove it"));
    Condition::Any(Vec::new())
}
