//! Tests that were recorded for a rule (`regression_tests_path`), as samples.

use super::rule::{Imported, text_of};
use super::{Copy, Import, emit};
use crate::pack::yaml::{self, Node};
use std::collections::BTreeMap;
use watchbell_model::Diagnostic;

/// Matches of one recording that are written out; no recording has more.
const MAX_MATCHES: u64 = 100;

/// Adds the samples of a rule to the import.
pub(super) fn samples(rule: &Imported, alert: &str, files: &BTreeMap<&str, &str>, import: &mut Import) {
    let Some(path) = &rule.regression else { return };
    let Some((info_path, info)) = find(path, files) else {
        let message = format!("the recorded tests of `{}` are not in the folder: {path}", rule.title);
        return import.problems.push(Diagnostic::warning("import/no-samples", &rule.file, message));
    };
    let Some(info) = yaml::parse(info_path, info, &mut import.problems) else { return };
    for (n, test) in info.get("regression_tests_info").map_or(&[][..], Node::items).iter().enumerate() {
        sample(rule, alert, n, test, info_path, &info, import);
    }
}

fn sample(rule: &Imported, alert: &str, n: usize, test: &Node<'_>, info_path: &str, info: &Node<'_>, import: &mut Import) {
    let Some(log) = text_of(test, "path").and_then(|path| path.rsplit('/').next()).filter(|log| is_file_name(log)) else { return };
    let matches = text_of(test, "match_count").and_then(|count| count.parse().ok()).unwrap_or(1);
    let case = if n == 0 { alert.to_owned() } else { format!("{alert}-{}", n + 1) };
    let title = format!("{}: {}", rule.title, text_of(test, "name").unwrap_or("recorded test"));
    let folder = info_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let from = if folder.is_empty() { log.to_owned() } else { format!("{folder}/{log}") };
    let text = emit::sample(&title, &origin(test, info), log, alert, matches.min(MAX_MATCHES));
    import.files.insert(format!("samples/{case}/expect.yaml"), text);
    import.copies.push(Copy { from, to: format!("samples/{case}/{log}") });
}

/// Who recorded it, and when.
fn origin(test: &Node<'_>, info: &Node<'_>) -> String {
    let words = [("by ", text_of(info, "author")), ("on ", text_of(info, "date")), ("as ", text_of(test, "type")), ("from ", text_of(test, "provider"))];
    let told: Vec<String> = words.iter().filter_map(|(word, value)| value.map(|value| format!("{word}{value}"))).collect();
    format!("for the rule, {}", told.join(", "))
}

/// The file that a rule names from the top of its repository, of which the folder may be a part.
fn find<'a>(path: &str, files: &BTreeMap<&'a str, &'a str>) -> Option<(&'a str, &'a str)> {
    let mut wanted = path.trim_start_matches("./");
    loop {
        if let Some((path, text)) = files.get_key_value(wanted) {
            return Some((path, text));
        }
        wanted = wanted.split_once('/')?.1;
        // A bare `info.yml` would be anybody's.
        wanted.contains('/').then_some(())?;
    }
}

fn is_file_name(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['\\', ':']) && !name.chars().any(char::is_control)
}
