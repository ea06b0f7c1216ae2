//! One command as its handlers see it: the program's plain name, its arguments, the text behind it, what is piped in.

use super::split::{Dialect, Word};

/// A command that is about to run.
pub struct Call<'a> {
    pub name: &'a str,
    pub args: &'a [Word],
    /// The script's text from the program's end to the command's end.
    pub rest: &'a str,
    /// The whole script, in which the words' ends count.
    pub script: &'a str,
    pub end: usize,
    pub stdin: Option<&'a str>,
    pub dialect: Dialect,
}

/// A program's name without folder, extension, or the signs a shell allows before it.
pub struct Program;

impl Program {
    pub fn name(word: &str) -> String {
        let word = word.trim_matches(['"', '\'', ' ']).trim_start_matches('@');
        let base = word.rsplit(['/', '\\']).next().unwrap_or(word).trim();
        let lower = base.to_ascii_lowercase();
        [".exe", ".com"].iter().find_map(|e| lower.strip_suffix(e)).unwrap_or(&lower).to_owned()
    }
}

impl<'a> Call<'a> {
    /// The raw text behind an argument.
    pub fn after(&self, index: usize) -> &'a str {
        self.args.get(index).and_then(|w| self.script.get(w.end..self.end)).unwrap_or("")
    }

    /// The raw text from an argument on.
    pub fn from(&self, index: usize) -> &'a str {
        match index {
            0 => self.rest,
            n => self.after(n - 1),
        }
    }

    pub fn texts(&self) -> impl Iterator<Item = &'a str> {
        self.args.iter().map(|w| w.text.as_str())
    }

    pub fn has(&self, option: &str) -> bool {
        self.texts().any(|t| t == option)
    }

    /// The arguments from `index` on, joined by blanks.
    pub fn joined(&self, index: usize) -> String {
        self.args.get(index..).unwrap_or_default().iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}
