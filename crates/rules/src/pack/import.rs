//! A folder of Sigma rules made into a pack: one alert a rule, its text unchanged, its filters as exceptions, its recorded
//! tests as samples.

mod emit;
mod filter;
mod names;
mod regression;
mod rule;

use super::alert::Alert;
use super::attack;
use filter::{For, ImportedFilter};
use rule::Imported;
use std::collections::BTreeMap;
use watchbell_model::Diagnostic;

/// What the new pack is called.
#[derive(Clone, Debug)]
pub struct ImportName {
    /// The folder's name: lower-case letters, digits and hyphens.
    pub id: String,
    pub name: String,
}

/// A pack made of rules.
#[derive(Debug, Default)]
pub struct Import {
    /// Path in the pack's folder and text.
    pub files: BTreeMap<String, String>,
    /// Logs that belong to samples.
    pub copies: Vec<Copy>,
    /// Rules that became no alert, and why.
    pub problems: Vec<Diagnostic>,
}

/// A file to copy: `from` is a path among the imported files, `to` one in the pack's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    pub from: String,
    pub to: String,
}

/// Makes a pack of the texts of a folder, each under its path in it: Sigma rules, the `info.yml` of recorded tests, licences.
pub fn import<'a>(name: &ImportName, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Import {
    let files: BTreeMap<&str, &str> = files.into_iter().collect();
    let mut import = Import::default();
    let mut names = names::Names::default();
    let (mut rules, mut filters) = (Vec::new(), Vec::new());
    for (path, text) in files.iter().filter(|(path, _)| is_rule_file(path)) {
        rules.extend(rule::read(path, text, &mut filters, &mut import.problems));
    }
    for rule in &rules {
        import.alert(rule, &names.take(rule), &mut filters, &files);
    }
    import.problems.extend(filters.iter().filter(|filter| !filter.used).map(filter::unused));
    files.iter().filter(|(path, _)| is_licence(path)).for_each(|(path, text)| drop(import.files.insert((*path).to_owned(), (*text).to_owned())));
    import.files.insert("pack.yaml".to_owned(), emit::pack(name, &licence(&rules, &files), &rules));
    import
}

impl Import {
    fn alert(&mut self, rule: &Imported, name: &str, filters: &mut [ImportedFilter], files: &BTreeMap<&str, &str>) {
        let path = format!("alerts/{name}.yaml");
        let text = emit::alert(rule, name, &self.exceptions(rule, filters));
        let mut problems = Vec::new();
        // What it cannot hold (an alias, a repeated key) is said of the rule, not of a file that nobody has written.
        if Alert::parse(&path, &text, &mut problems).is_none_or(|alert| alert.rules.len() != rule.documents.len()) {
            let why = problems.first().map_or("it cannot be read back", |p| p.message.as_str());
            return self.problems.push(Diagnostic::error("import/rule", &rule.file, format!("`{}` is not imported: {why}", rule.title)));
        }
        self.files.insert(path, text);
        regression::samples(rule, name, files, self);
    }
}

impl Import {
    fn exceptions<'f>(&mut self, rule: &Imported, filters: &'f mut [ImportedFilter]) -> Vec<&'f ImportedFilter> {
        let mut exceptions = Vec::new();
        for filter in filters {
            let is_for = filter.is_for(rule);
            filter.used |= is_for != For::Nothing;
            match is_for {
                For::Nothing => {}
                For::Some => self.problems.push(filter::partial(filter, rule)),
                For::All => exceptions.push(&*filter),
            }
        }
        exceptions
    }
}

/// The pack's licence: the one that all rules name, else what the folder's licence file says.
fn licence(rules: &[Imported], files: &BTreeMap<&str, &str>) -> String {
    let mut named: Vec<&str> = rules.iter().filter_map(|rule| rule.licence.as_deref()).collect();
    named.sort_unstable();
    named.dedup();
    if let [licence] = named.as_slice() {
        return (*licence).to_owned();
    }
    let known = [("Detection Rule License", "DRL-1.1"), ("Apache License", "Apache-2.0"), ("MIT License", "MIT"), ("Elastic License", "Elastic-2.0")];
    let texts = || files.iter().filter(|(path, _)| is_licence(path)).map(|(_, text)| text);
    let found = known.iter().find(|(words, _)| texts().any(|text| text.contains(words)));
    found.map_or("NOASSERTION", |(_, licence)| *licence).to_owned()
}

fn is_rule_file(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|e| e.eq_ignore_ascii_case("yml") || e.eq_ignore_ascii_case("yaml"))
}

/// A licence at the top of the folder.
fn is_licence(path: &str) -> bool {
    let upper = path.to_ascii_uppercase();
    !path.contains('/') && (upper.starts_with("LICENSE") || upper.starts_with("LICENCE"))
}

/// Tags as ATT&CK ids: sub-techniques, techniques, tactics; each once.
fn attack_ids(tags: &[String]) -> Vec<String> {
    let mut ids: Vec<String> = tags.iter().filter_map(|tag| attack::from_tag(tag)).collect();
    ids.sort_by_key(|id| (!attack::is_technique(id), !id.contains('.')));
    let mut seen = std::collections::HashSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}
