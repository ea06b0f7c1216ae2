//! Filter documents of a folder: each becomes an exception of the alerts whose rules it is for, where it can be seen and turned off.

use super::emit;
use super::rule::{Imported, Source, placeholders, text_of};
use crate::pack::yaml::{self, Kind, Node};
use crate::sigma::{Placeholders, parse_text};
use std::collections::BTreeSet;
use watchbell_model::{Diagnostic, Severity};

/// A filter as far as an import looks into it.
#[derive(Debug)]
pub(super) struct ImportedFilter {
    pub file: String,
    pub title: String,
    pub description: String,
    source: Source,
    /// Ids or names; none: every rule of the log source.
    rules: Vec<String>,
    /// What it holds back, as an exception writes it: its selections, and the contrary of its condition.
    pub detection: String,
    /// Lists that it leaves to its user.
    pub placeholders: BTreeSet<String>,
    /// Whether an alert has it.
    pub used: bool,
}

/// How much of an alert a filter is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Nothing,
    Some,
    All,
}

/// Reads a filter; what is wrong with it is told as if it were loaded.
pub(super) fn read(file: &str, text: &str, node: &Node<'_>, problems: &mut Vec<Diagnostic>) -> Option<ImportedFilter> {
    let title = text_of(node, "title").unwrap_or("Untitled filter").to_owned();
    let wrong: Vec<Diagnostic> = parse_text(file, text, &Placeholders::default()).diagnostics.into_iter().filter(|p| p.severity == Severity::Error).collect();
    if !wrong.is_empty() {
        problems.extend(wrong);
        return None;
    }
    let body = node.get("filter")?;
    let rules: Vec<String> = body.get("rules").map_or(&[] as &[_], Node::items).iter().filter_map(|rule| rule.text().map(str::to_owned)).collect();
    let mut lists = BTreeSet::new();
    placeholders(body, false, &mut lists);
    let any = matches!(rules.as_slice(), [one] if one.eq_ignore_ascii_case("any"));
    Some(ImportedFilter {
        file: file.to_owned(),
        title,
        description: text_of(node, "description").unwrap_or_default().to_owned(),
        source: Source::of(node),
        rules: if any { Vec::new() } else { rules },
        detection: detection(body),
        placeholders: lists,
        used: false,
    })
}

impl ImportedFilter {
    /// As loading has it: a rule is filtered if it is named, or none is, and if it is of the filter's log source.
    pub fn is_for(&self, rule: &Imported) -> For {
        let named = |names: &[String]| self.rules.is_empty() || names.iter().any(|name| self.rules.contains(name));
        let hit = rule.detections.iter().filter(|detection| named(&detection.names) && self.source.covers(&detection.source)).count();
        match hit {
            0 => For::Nothing,
            all if all == rule.detections.len() => For::All,
            _ => For::Some,
        }
    }
}

/// The selections, and a condition that holds where the filter's does not.
fn detection(body: &Node<'_>) -> String {
    let selections = body.entries().iter().filter(|(key, _)| !matches!(key.text.as_ref(), "rules" | "condition"));
    let mut entries: Vec<_> = selections.cloned().collect();
    if let Some((key, condition)) = body.entries().iter().find(|(key, _)| key.text == "condition") {
        let texts: Vec<&str> = condition.items().iter().filter_map(Node::text).collect();
        let text = contrary(&texts).into();
        entries.push((key.clone(), Node::bare(Kind::Scalar { text, plain: false })));
    }
    emit::tree(&Node::bare(Kind::Map(entries)))
}

/// `not selection` becomes `selection`; several conditions are joined by `or`.
fn contrary(conditions: &[&str]) -> String {
    match conditions {
        [one] => {
            let single = |rest: &&str| !rest.contains(['(', ')']) && !rest.split_whitespace().any(|word| ["and", "or", "not"].contains(&&*word.to_lowercase()));
            let bare = one.trim().strip_prefix("not ").map(str::trim).filter(single);
            bare.map_or_else(|| format!("not ({})", one.trim()), str::to_owned)
        }
        several => format!("not ({})", several.iter().map(|one| format!("({})", one.trim())).collect::<Vec<_>>().join(" or ")),
    }
}

/// What is said of filters that no alert has, or not as it is meant.
pub(super) fn unused(filter: &ImportedFilter) -> Diagnostic {
    let message = format!("`{}` filters no rule of this folder, and is left out", yaml::short(&filter.title));
    Diagnostic::warning("import/filter", &filter.file, message).hint("a filter names rules by id or name, and its log source is theirs or a more general one")
}

pub(super) fn partial(filter: &ImportedFilter, rule: &Imported) -> Diagnostic {
    let message =
        format!("`{}` filters only some of the rules that `{}` correlates, and is left out there", yaml::short(&filter.title), yaml::short(&rule.title));
    Diagnostic::warning("import/filter", &filter.file, message).hint("an exception is of a whole alert; write the condition into the rule that it is for")
}
