//! Who a document is: title, id, level, status and the rest of its head.

use super::report::Report;
use super::yaml::{Flaw, Node, short};
use crate::ir::About;

const LEVELS: [&str; 5] = ["informational", "low", "medium", "high", "critical"];
const STATUS: [&str; 5] = ["stable", "test", "experimental", "deprecated", "unsupported"];

pub(super) fn read(report: &mut Report<'_>, node: &Node<'_>, document: usize, default_title: Option<&str>) -> About {
    let title = text(report, node, "title").or_else(|| default_title.map(str::to_owned));
    if title.is_none() {
        report.flaw(Flaw::new("sigma/no-title", node.at, "the document has no `title`").hint("add `title: what it detects`"));
    }
    About {
        title: title.unwrap_or_default(),
        id: id(report, node),
        name: text(report, node, "name"),
        level: word(report, node, "level", &LEVELS),
        status: word(report, node, "status", &STATUS),
        author: list(node, "author"),
        license: text(report, node, "license"),
        tags: texts(node, "tags"),
        regression_tests_path: text(report, node, "regression_tests_path"),
        file: report.file.to_owned(),
        document,
        conditions: Vec::new(),
    }
}

/// Every key that the standard gives a document.
const KEYS: [&str; 23] = [
    "title",
    "id",
    "name",
    "related",
    "taxonomy",
    "status",
    "description",
    "license",
    "author",
    "references",
    "date",
    "modified",
    "logsource",
    "detection",
    "correlation",
    "filter",
    "generate",
    "fields",
    "falsepositives",
    "level",
    "tags",
    "scope",
    "action",
];

/// Tells keys that look like misspelt ones. Others are the author's own, which the standard allows.
pub(super) fn keys(report: &mut Report<'_>, node: &Node<'_>) {
    for (key, _) in node.entries().iter().filter(|(key, _)| key.text.len() < 20 && !KEYS.contains(&key.text.as_ref())) {
        let near = |known: &&&str| known.len() > 4 && strsim::damerau_levenshtein(&key.text.to_lowercase(), known) <= 2;
        if let Some(known) = KEYS.iter().filter(|known| node.get(known).is_none()).find(near) {
            report.warn(
                Flaw::new("sigma/unknown-key", key.at, format!("`{}` is no key of a Sigma document", short(&key.text))).hint(format!("do you mean `{known}`?")),
            );
        }
    }
}

/// The text under `key`; null is as good as absent.
pub(super) fn text(report: &mut Report<'_>, node: &Node<'_>, key: &str) -> Option<String> {
    let value = node.get(key).filter(|value| !value.is_null())?;
    if value.text().is_none() {
        report.flaw(Flaw::new("sigma/type", value.at, format!("`{key}` must be a text, this is {}", value.word())));
    }
    value.text().map(str::to_owned)
}

fn word(report: &mut Report<'_>, node: &Node<'_>, key: &str, words: &[&str]) -> Option<String> {
    let word = text(report, node, key)?;
    if words.contains(&word.as_str()) {
        return Some(word);
    }
    let at = node.get(key).map_or(node.at, |value| value.at);
    report.warn(Flaw::new("sigma/word", at, format!("`{}` is no {key}", short(&word))).hint(format!("one of {}", words.join(", "))));
    None
}

fn id(report: &mut Report<'_>, node: &Node<'_>) -> Option<String> {
    let id = text(report, node, "id")?;
    if !is_uuid(&id) {
        let at = node.get("id").map_or(node.at, |value| value.at);
        report.warn(Flaw::new("sigma/id", at, format!("`{}` is no UUID", short(&id))).hint("give the rule a random UUID (version 4) and keep it for ever"));
    }
    Some(id)
}

fn is_uuid(id: &str) -> bool {
    let groups = [8, 4, 4, 4, 12];
    let mut parts = id.split('-');
    groups.iter().all(|n| parts.next().is_some_and(|p| p.len() == *n && p.bytes().all(|b| b.is_ascii_hexdigit()))) && parts.next().is_none()
}

fn texts(node: &Node<'_>, key: &str) -> Vec<String> {
    node.get(key).filter(|value| !value.is_null()).map(|value| value.items().iter().filter_map(Node::text).map(str::to_owned).collect()).unwrap_or_default()
}

fn list(node: &Node<'_>, key: &str) -> Option<String> {
    Some(texts(node, key).join(", ")).filter(|text| !text.is_empty())
}
