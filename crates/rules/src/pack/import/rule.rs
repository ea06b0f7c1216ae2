//! A Sigma file as far as an import looks into it; its documents stay as they are written.

use crate::pack::yaml::{self, Kind, Node};
use watchbell_model::Diagnostic;

/// What becomes one alert: a rule, or a correlation with the rules of its file.
#[derive(Debug, Default)]
pub(super) struct Imported {
    pub file: String,
    /// Whether its file holds others too.
    pub among_others: bool,
    /// As they are written.
    pub documents: Vec<String>,
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
}

/// The alerts that a file makes; of what makes none, `problems` says why.
pub(super) fn read(file: &str, text: &str, problems: &mut Vec<Diagnostic>) -> Vec<Imported> {
    let documents: Vec<(String, Node, Role)> = documents(text).filter_map(|text| document(file, text, problems)).collect();
    let correlation = documents.iter().position(|(.., role)| *role == Role::Correlation);
    match correlation {
        Some(head) => {
            let texts = documents.iter().map(|(text, ..)| text.clone()).collect();
            vec![imported(file, &documents[head].1, texts, false)]
        }
        None => documents.iter().map(|(text, node, _)| imported(file, node, vec![text.clone()], documents.len() > 1)).collect(),
    }
}

/// The scalar under a key of a mapping.
pub(super) fn text_of<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    match &get(node, key)?.kind {
        Kind::Scalar { text, .. } => Some(text),
        _ => None,
    }
}

pub(super) fn get<'a>(node: &'a Node, key: &str) -> Option<&'a Node> {
    match &node.kind {
        Kind::Map(entries) => entries.iter().find(|(k, _)| k.text == key).map(|(_, node)| node),
        _ => None,
    }
}

pub(super) fn items(node: Option<&Node>) -> &[Node] {
    match node.map(|node| &node.kind) {
        Some(Kind::List(items)) => items,
        _ => &[],
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Rule,
    Correlation,
}

/// The documents of a text, without the marks between them.
fn documents(text: &str) -> impl Iterator<Item = String> {
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
    documents.into_iter().filter(|text| text.lines().any(|line| !line.trim().is_empty() && !line.starts_with('#')))
}

fn document(file: &str, text: String, problems: &mut Vec<Diagnostic>) -> Option<(String, Node, Role)> {
    let node = yaml::parse(file, &text, problems)?;
    let has = |key| get(&node, key).is_some();
    let role = if has("correlation") {
        Role::Correlation
    } else if has("detection") && !has("action") {
        Role::Rule
    } else if has("regression_tests_info") {
        return None;
    } else {
        let what = if has("filter") { "a filter" } else { "no Sigma rule" };
        let title = text_of(&node, "title").unwrap_or("this document");
        problems.push(Diagnostic::warning("import/not-a-rule", file, format!("`{}` is {what}, and is left out", yaml::short(title))));
        return None;
    };
    Some((text, node, role))
}

fn imported(file: &str, node: &Node, documents: Vec<String>, among_others: bool) -> Imported {
    let text = |key| text_of(node, key).map(str::to_owned);
    let source = |key| get(node, "logsource").and_then(|source| text_of(source, key)).map(str::to_owned);
    Imported {
        file: file.to_owned(),
        among_others,
        documents,
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

fn texts(node: &Node, key: &str) -> Vec<String> {
    let each = items(get(node, key)).iter().filter_map(|item| match &item.kind {
        Kind::Scalar { text, .. } if !item.is_null() => Some(text.clone()),
        _ => None,
    });
    each.collect()
}
