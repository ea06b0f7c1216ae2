//! A Sigma file as far as an import looks into it; its documents stay as they are written.

use super::filter::{self, ImportedFilter};
use crate::pack::yaml::{self, Kind, Node};
use std::collections::BTreeSet;
use watchbell_model::Diagnostic;

/// What becomes one alert: a rule, or a correlation with the rules of its file.
#[derive(Debug, Default)]
pub(super) struct Imported {
    pub file: String,
    /// Whether its file holds others too.
    pub among_others: bool,
    /// As they are written.
    pub documents: Vec<String>,
    /// Those of them that filters can be for.
    pub detections: Vec<Detection>,
    pub title: String,
    pub id: Option<String>,
    pub description: String,
    pub references: Vec<String>,
    pub authors: Vec<String>,
    pub licence: Option<String>,
    pub level: Option<String>,
    pub tags: Vec<String>,
    pub false_positives: Vec<String>,
    pub product: String,
    /// Category, or else service.
    pub part: String,
    pub regression: Option<String>,
    /// Lists that the rules leave to their user: `%name%` under `expand`.
    pub placeholders: BTreeSet<String>,
}

/// What filters ask of a rule.
#[derive(Debug)]
pub(super) struct Detection {
    pub names: Vec<String>,
    pub source: Source,
}

/// A log source as it is written; empty where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Source([String; 3]);

impl Source {
    pub fn of(node: &Node<'_>) -> Self {
        Self(["product", "category", "service"].map(|key| node.get("logsource").and_then(|source| text_of(source, key)).unwrap_or_default().to_lowercase()))
    }

    /// Whether it says nothing that the other does not say.
    pub fn covers(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(own, other)| own.is_empty() || own == other)
    }
}

/// The alerts that a file makes; of what makes none, `problems` says why.
pub(super) fn read(file: &str, text: &str, filters: &mut Vec<ImportedFilter>, problems: &mut Vec<Diagnostic>) -> Vec<Imported> {
    let texts = documents(text);
    let mut documents: Vec<(&str, Node<'_>, Role)> = texts.iter().filter_map(|text| document(file, text, problems)).collect();
    documents.retain(|(text, node, role)| {
        if *role == Role::Filter {
            filters.extend(filter::read(file, text, node, problems));
        }
        *role != Role::Filter
    });
    let correlation = documents.iter().position(|(.., role)| *role == Role::Correlation);
    match correlation {
        Some(head) => {
            let texts = documents.iter().map(|(text, ..)| (*text).to_owned()).collect();
            let mut alert = imported(file, &documents[head].1, texts, false);
            for (_, node, _) in &documents {
                placeholders(node, false, &mut alert.placeholders);
            }
            alert.detections = documents.iter().filter(|(.., role)| *role == Role::Rule).map(|(_, node, _)| detection(node)).collect();
            vec![alert]
        }
        None => documents.iter().map(|(text, node, _)| imported(file, node, vec![(*text).to_owned()], documents.len() > 1)).collect(),
    }
}

/// The single value under a key of a mapping.
pub(super) fn text_of<'a>(node: &'a Node<'_>, key: &str) -> Option<&'a str> {
    node.get(key).filter(|value| !value.is_null())?.text()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Rule,
    Correlation,
    Filter,
}

/// The documents of a text, without the marks between them.
fn documents(text: &str) -> Vec<String> {
    let mut documents = vec![String::new()];
    for line in text.trim_start_matches('\u{feff}').lines() {
        match line.trim_end() {
            "---" | "..." => documents.push(String::new()),
            _ => {
                if let Some(document) = documents.last_mut() {
                    document.push_str(line);
                    document.push('\n');
                }
            }
        }
    }
    documents.retain(|text| text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')));
    documents
}

fn document<'a>(file: &str, text: &'a str, problems: &mut Vec<Diagnostic>) -> Option<(&'a str, Node<'a>, Role)> {
    let node = yaml::parse(file, text, problems)?;
    let has = |key| node.get(key).is_some();
    let role = if has("correlation") {
        Role::Correlation
    } else if has("detection") && !has("action") {
        Role::Rule
    } else if has("filter") && !has("action") {
        Role::Filter
    } else if has("regression_tests_info") || has("rule_metadata") {
        return None;
    } else {
        let title = text_of(&node, "title").unwrap_or("this document");
        problems.push(Diagnostic::warning("import/not-a-rule", file, format!("`{}` is no Sigma rule, and is left out", yaml::short(title))));
        return None;
    };
    Some((text, node, role))
}

fn imported(file: &str, node: &Node<'_>, documents: Vec<String>, among_others: bool) -> Imported {
    let text = |key| text_of(node, key).map(str::to_owned);
    let source = |key| node.get("logsource").and_then(|source| text_of(source, key)).map(str::to_owned);
    let mut lists = BTreeSet::new();
    placeholders(node, false, &mut lists);
    Imported {
        placeholders: lists,
        file: file.to_owned(),
        among_others,
        documents,
        detections: vec![detection(node)],
        title: text("title").unwrap_or_else(|| "Untitled rule".to_owned()),
        id: text("id"),
        description: text("description").unwrap_or_default(),
        references: texts(node, "references"),
        authors: text("author").map_or_else(|| texts(node, "author"), |authors| authors.split(", ").map(str::to_owned).collect()),
        licence: text("license"),
        level: text("level"),
        tags: texts(node, "tags"),
        false_positives: texts(node, "falsepositives"),
        product: source("product").unwrap_or_default(),
        part: source("category").or_else(|| source("service")).unwrap_or_default(),
        regression: text("regression_tests_path"),
    }
}

fn detection(node: &Node<'_>) -> Detection {
    Detection { names: ["id", "name"].iter().filter_map(|key| text_of(node, key).map(str::to_owned)).collect(), source: Source::of(node) }
}

/// Names between `%` in what stands under the modifier `expand`. As deep as documents may be.
pub(super) fn placeholders(node: &Node<'_>, expanded: bool, found: &mut BTreeSet<String>) {
    match &node.kind {
        Kind::Map(entries) => {
            for (key, value) in entries {
                placeholders(value, expanded || key.text.split('|').skip(1).any(|modifier| modifier == "expand"), found);
            }
        }
        Kind::List(items) => items.iter().for_each(|item| placeholders(item, expanded, found)),
        Kind::Scalar { text, .. } if expanded => found.extend(text.split('%').skip(1).step_by(2).filter(|name| is_name(name)).map(str::to_owned)),
        Kind::Scalar { .. } => {}
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b))
}

fn texts(node: &Node<'_>, key: &str) -> Vec<String> {
    let Some(Kind::List(items)) = node.get(key).map(|list| &list.kind) else { return Vec::new() };
    items.iter().filter(|item| !item.is_null()).filter_map(|item| item.text().map(str::to_owned)).collect()
}
