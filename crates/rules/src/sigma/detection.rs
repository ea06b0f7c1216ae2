//! A detection: named selections, and the condition over them.

use super::condition;
use super::logic::Logic;
use super::placeholder::Placeholders;
use super::report::Report;
use super::yaml::{Flaw, Key, Kind, Node, short};
use crate::ir::Condition;

/// Selections that one detection may have.
const MAX_SELECTIONS: usize = 1_000;

/// A detection while it is read.
pub(super) struct Reader<'a, 'b> {
    pub report: &'a mut Report<'b>,
    pub logic: Logic,
    pub placeholders: &'a Placeholders,
}

/// The detection of a rule or filter: `body` holds the selections and `condition`. Keys among `other` mean something
/// else. `None` after an error.
pub(super) fn read(report: &mut Report<'_>, body: &Node<'_>, other: &[&str], placeholders: &Placeholders) -> Option<Logic> {
    let Kind::Map(entries) = &body.kind else {
        report.flaw(Flaw::new("sigma/type", body.at, format!("a detection must be a mapping of selections, this is {}", body.word())));
        return None;
    };
    let before = report.errors();
    let mut reader = Reader { report, logic: Logic::default(), placeholders };
    if entries.len() > MAX_SELECTIONS {
        reader.report.flaw(Flaw::new("sigma/too-large", body.at, format!("the detection has more than {MAX_SELECTIONS} selections")));
        return None;
    }
    for (key, value) in entries.iter().filter(|(key, _)| !other.contains(&key.text.as_ref())) {
        reader.entry(key, value);
    }
    match body.get("condition") {
        Some(node) => condition::read(&mut reader, node, entries),
        None => reader.report.flaw(Flaw::new("sigma/no-condition", body.at, "the detection has no `condition`").hint("add `condition: selection`")),
    }
    reader.finish(body, before)
}

/// What a filter of an alert is made of: a selection by itself, or a whole detection where `condition` stands in it.
pub(super) fn loose(report: &mut Report<'_>, body: &Node<'_>, placeholders: &Placeholders) -> Option<Logic> {
    if body.get("condition").is_some() {
        return read(report, body, &[], placeholders);
    }
    let before = report.errors();
    let mut reader = Reader { report, logic: Logic::default(), placeholders };
    let selection = reader.selection(&Key { at: body.at, text: "filter".into() }, body);
    reader.logic.selections.push(("filter".to_owned(), selection.clone()));
    reader.logic.condition = selection;
    reader.finish(body, before)
}

impl Reader<'_, '_> {
    fn entry(&mut self, key: &Key<'_>, value: &Node<'_>) {
        match key.text.as_ref() {
            "condition" => {}
            "timeframe" => {
                let flaw = Flaw::new("sigma/timeframe", key.at, "`timeframe` means nothing without a correlation");
                self.report.warn(flaw.hint("write a correlation document with `timespan`"));
            }
            name => {
                let selection = self.selection(key, value);
                self.logic.selections.push((name.to_owned(), selection));
            }
        }
    }

    /// One selection: a mapping (all of it), a list (any of it), or keywords.
    fn selection(&mut self, key: &Key<'_>, node: &Node<'_>) -> Condition {
        match &node.kind {
            Kind::Map(entries) if entries.is_empty() => self.empty(key, "holds for every event"),
            Kind::Map(entries) => Condition::all(entries.iter().map(|(key, value)| self.item(key, value)).collect()),
            Kind::List(items) if items.is_empty() => self.empty(key, "never holds"),
            Kind::List(items) if items.iter().all(|item| matches!(item.kind, Kind::Scalar { .. })) => self.keywords(key, node),
            Kind::List(items) => Condition::any(items.iter().map(|item| self.selection(key, item)).collect()),
            Kind::Scalar { .. } if node.is_null() => self.empty(key, "is written as nothing"),
            Kind::Scalar { .. } => self.keywords(key, node),
        }
    }

    fn empty(&mut self, key: &Key<'_>, what: &str) -> Condition {
        let message = format!("the selection `{}` is empty: it {what}", short(&key.text));
        self.refused(Flaw::new("sigma/empty-selection", key.at, message).hint("say which fields and values it wants, or remove it"))
    }

    /// Tells what is wrong; the part that has it never holds.
    pub fn refused(&mut self, flaw: Flaw) -> Condition {
        self.report.flaw(flaw);
        Condition::Any(Vec::new())
    }

    fn finish(mut self, body: &Node<'_>, before: usize) -> Option<Logic> {
        if self.logic.unset {
            self.logic.condition = Condition::Any(Vec::new());
        }
        if self.logic.is_too_large() {
            self.report.flaw(Flaw::new("sigma/too-large", body.at, "the detection is too large: its condition or its values repeat too much"));
        }
        (self.report.errors() == before).then_some(self.logic)
    }
}
