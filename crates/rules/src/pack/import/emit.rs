//! Imported definitions written as YAML.

use super::filter::ImportedFilter;
use super::rule::Imported;
use super::{ImportName, attack_ids};
use crate::pack::scalar::is_uuid;
use crate::pack::yaml::{Kind, Node};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use watchbell_model::Priority;

/// Authors named in `pack.yaml`; each alert's rule names its own.
const MAX_AUTHORS: usize = 20;

/// The alert file of a rule.
pub(super) fn alert(rule: &Imported, name: &str, exceptions: &[&ImportedFilter]) -> String {
    let level = rule.level.as_deref().unwrap_or("none");
    let mut out = Yaml::default();
    out.pair("format", "1");
    out.pair("id", &id(rule));
    out.text("name", name);
    out.text("title", &rule.title);
    out.text("category", &category(rule));
    out.texts("references", &rule.references);
    out.texts("attack", &attack_ids(&rule.tags));
    out.text("priority", Priority::from_level(level).word());
    out.text("priority_reason", &format!("The rule's own level: {level}."));
    out.text("summary", &format!("{} on {{{{ host }}}}", rule.title.replace("{{", "{ {")));
    out.text("description", &rule.description.replace("{{", "{ {"));
    out.texts("false_positives", &rule.false_positives);
    if !rule.part.is_empty() {
        let product = if rule.product.is_empty() { "any" } else { &rule.product };
        out.line(&format!("needs:\n  - source: {}", scalar(&format!("{product}/{}", rule.part))));
    }
    out.documents(&rule.documents);
    out.exceptions(exceptions);
    let lists: BTreeSet<&String> = rule.placeholders.iter().chain(exceptions.iter().flat_map(|filter| &filter.placeholders)).collect();
    if !lists.is_empty() {
        out.line("tunables:");
        for name in lists {
            out.pair(&format!("  {}", scalar(name)), "[]");
        }
    }
    out.line("entities:");
    for (name, fields) in entities(&rule.product) {
        out.line(&format!("  {name}: [{}]", fields.join(", ")));
    }
    out.text
}

/// The `pack.yaml` of all of them.
pub(super) fn pack(name: &ImportName, licence: &str, rules: &[Imported]) -> String {
    let tags: Vec<String> = rules.iter().flat_map(|rule| rule.tags.iter().cloned()).collect();
    let mut attack = attack_ids(&tags);
    attack.sort();
    let mut out = Yaml::default();
    out.pair("format", "1");
    out.text("id", &name.id);
    out.text("name", &name.name);
    out.text("version", "1.0.0");
    out.text("summary", &format!("Imported Sigma rules: {}", rules.len()));
    out.text("description", "Imported from a folder of Sigma rules: one alert for each rule, the rule's text unchanged.");
    out.texts("authors", &authors(rules));
    out.text("licence", licence);
    out.texts("attack", &attack);
    out.text
}

/// A sample that was recorded for a rule.
pub(super) fn sample(title: &str, recorded: &str, file: &str, alert: &str, matches: u64) -> String {
    let mut out = Yaml::default();
    out.text("title", title);
    out.text("recorded", recorded);
    out.texts("files", &[file.to_owned()]);
    if matches == 0 {
        out.texts("silent", &[alert.to_owned()]);
    } else {
        out.line("expect:");
        (0..matches).for_each(|_| out.line(&format!("  - alert: {alert}")));
    }
    out.text
}

/// The rule's own id where it can be an alert's; else one made of where the rule stands and what it is called.
fn id(rule: &Imported) -> String {
    match rule.id.as_deref().filter(|id| is_uuid(id)) {
        Some(id) => id.to_ascii_lowercase(),
        None => made_id(&format!("{}\0{}\0{}", rule.file, rule.title, rule.id.as_deref().unwrap_or_default())),
    }
}

/// In the form of a random UUID, the same each time.
fn made_id(seed: &str) -> String {
    let hash = blake3::hash(seed.as_bytes()).to_hex();
    let hex = hash.as_str();
    let variant = char::from(b"89ab"[usize::from(hash.as_bytes()[16]) % 4]);
    format!("{}-{}-4{}-{variant}{}-{}", &hex[..8], &hex[8..12], &hex[12..15], &hex[17..20], &hex[20..32])
}

fn category(rule: &Imported) -> String {
    let words = |text: &str, none: &str| if text.is_empty() { none.to_owned() } else { text.replace('_', " ") };
    format!("{} / {}", words(&rule.product, "any"), words(&rule.part, "any"))
}

/// Who wrote most of them, most first.
fn authors(rules: &[Imported]) -> Vec<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    rules.iter().flat_map(|rule| &rule.authors).for_each(|author| *counts.entry(author.trim()).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().filter(|(author, _)| !author.is_empty()).collect();
    counts.sort_by_key(|(author, count)| (std::cmp::Reverse(*count), *author));
    let all = counts.len();
    let mut authors: Vec<String> = counts.into_iter().take(MAX_AUTHORS).map(|(author, _)| author.to_owned()).collect();
    if all > MAX_AUTHORS {
        authors.push(format!("and {} others, named in each rule", all - MAX_AUTHORS));
    }
    authors
}

/// Fields that are likely to tell who and what.
fn entities(product: &str) -> &'static [(&'static str, &'static [&'static str])] {
    match product {
        "azure" => &[("host", &["resourceId"]), ("user", &["caller", "upn", "appid"]), ("source_ip", &["callerIpAddress"])],
        "kubernetes" | "gcp" => &[("host", &["objectRef.namespace"]), ("user", &["user.username"]), ("source_ip", &["sourceIPs"])],
        _ => &[("host", &["Computer", "Hostname"]), ("user", &["User", "SubjectUserName", "TargetUserName"]), ("process", &["Image", "NewProcessName"])],
    }
}

#[derive(Default)]
struct Yaml {
    text: String,
}

impl Yaml {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn pair(&mut self, key: &str, value: &str) {
        self.line(&format!("{key}: {value}"));
    }

    /// What is empty is left out.
    fn text(&mut self, key: &str, text: &str) {
        let text = text.trim_end();
        if text.contains('\n') && is_block(text) {
            self.line(&format!("{key}: |"));
            text.lines().for_each(|line| self.line(format!("  {line}").trim_end()));
        } else if !text.is_empty() {
            self.pair(key, &scalar(text));
        }
    }

    fn texts(&mut self, key: &str, texts: &[String]) {
        if !texts.is_empty() {
            self.line(&format!("{key}:"));
            for text in texts {
                self.line(&format!("  - {}", scalar(text.trim_end())));
            }
        }
    }

    fn exceptions(&mut self, filters: &[&ImportedFilter]) {
        if !filters.is_empty() {
            self.line("exceptions:");
        }
        for (n, filter) in filters.iter().enumerate() {
            let taken = filters[..n].iter().filter(|other| slug(&other.title) == slug(&filter.title)).count();
            let number = if taken > 0 { format!("-{}", taken + 1) } else { String::new() };
            self.line(&format!("  - id: {}{number}", slug(&filter.title)));
            let reason = if filter.description.is_empty() { &filter.title } else { &filter.description };
            self.line(&format!("    reason: {}", scalar(reason.trim())));
            self.line("    filter:");
            filter.detection.lines().for_each(|line| self.line(&format!("      {line}")));
        }
    }

    fn documents(&mut self, documents: &[String]) {
        self.line("rules:");
        for document in documents {
            let document = document.trim_end();
            let first = document.lines().position(|line| !line.trim().is_empty()).unwrap_or(0);
            for (n, line) in document.lines().skip(first).enumerate() {
                self.line(format!("{}{line}", if n == 0 { "  - " } else { "    " }).trim_end());
            }
        }
    }
}

/// Small letters, digits and hyphens.
fn slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_ascii_lowercase);
    let slug = words.take(12).collect::<Vec<_>>().join("-");
    if slug.starts_with(|c: char| c.is_ascii_lowercase()) { slug } else { format!("filter-{slug}").trim_end_matches('-').to_owned() }
}

/// A tree written in block style. As deep as documents may be.
pub(super) fn tree(node: &Node<'_>) -> String {
    match &node.kind {
        Kind::Scalar { text, plain } => single(text, *plain),
        Kind::List(items) if items.is_empty() => "[]".to_owned(),
        Kind::Map(entries) if entries.is_empty() => "{}".to_owned(),
        Kind::List(items) => items.iter().map(|item| format!("- {}", tree(item).replace('\n', "\n  "))).collect::<Vec<_>>().join("\n"),
        Kind::Map(entries) => entries.iter().map(|(key, value)| format!("{}:{}", plain_key(&key.text), under(value))).collect::<Vec<_>>().join("\n"),
    }
}

/// A value behind its key's colon.
fn under(node: &Node<'_>) -> String {
    let text = tree(node);
    let single = matches!(&node.kind, Kind::Scalar { .. }) || text == "[]" || text == "{}";
    if single { format!(" {text}") } else { format!("\n  {}", text.replace('\n', "\n  ")) }
}

/// What was plain stays so: `5` is a number and `'5'` a text.
fn single(text: &str, plain: bool) -> String {
    if plain && !text.contains('\n') { text.to_owned() } else { scalar(text) }
}

fn plain_key(key: &str) -> String {
    let plain = key.starts_with(|c: char| c.is_ascii_alphabetic()) && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"|._-".contains(&b));
    if plain { key.to_owned() } else { scalar(key) }
}

/// Whether a literal block holds the text as it is.
fn is_block(text: &str) -> bool {
    !text.starts_with([' ', '\n']) && text.chars().all(|c| c == '\n' || !c.is_control() && !matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{feff}'))
}

/// A single value: plain where nothing in it means something to YAML, else quoted.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && !text.ends_with([' ', ':'])
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '.' | '/' | '_' | '-' | ':' | '(' | ')' | ';' | '=' | '+'))
        && !text.contains(": ")
        && !matches!(text.to_ascii_lowercase().as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off");
    if plain { text.to_owned() } else { serde_json::Value::from(text).to_string() }
}
