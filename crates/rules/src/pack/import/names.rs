//! Names of imported alerts: out of the file's name, in one word, each once.

use super::rule::Imported;
use std::collections::HashSet;

#[derive(Default)]
pub(super) struct Names {
    /// In lower case: upper and lower case are the same in names.
    taken: HashSet<String>,
}

impl Names {
    /// `proc_creation_win_schtasks_creation.yml` is ProcCreationWinSchtasksCreation.
    pub fn take(&mut self, rule: &Imported) -> String {
        let stem = rule.file.rsplit('/').next().and_then(|file| file.rsplit_once('.')).map_or("", |(stem, _)| stem);
        let base = one_word(if rule.among_others { &rule.title } else { stem });
        let numbered = (2_u64..).map(|n| format!("{base}{n}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|name| !self.taken.contains(&name.to_lowercase()));
        let name = free.unwrap_or(base);
        self.taken.insert(name.to_lowercase());
        name
    }
}

/// Letters and digits of each word, the first letter raised.
fn one_word(text: &str) -> String {
    const LONGEST: usize = 120;
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.flat_map(|word| word[..1].to_ascii_uppercase().chars().chain(word[1..].chars()).collect::<Vec<_>>()).take(LONGEST).collect();
    if name.is_empty() { "Rule".to_owned() } else { name }
}
