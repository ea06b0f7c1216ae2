//! Windows switches: `/name value`, `-name value`, `/name:value`, in any case.

use super::split::Word;

/// Which names take a value, and which stand alone.
pub struct Grammar {
    pub valued: &'static [&'static str],
    pub flags: &'static [&'static str],
    /// Values that reach on over blanks which nobody quoted.
    pub greedy: &'static [&'static str],
}

/// What was given, in order: names in lower case.
#[derive(Debug, Default)]
pub struct Switches {
    given: Vec<(String, Option<String>)>,
    pub rest: Vec<String>,
}

impl Switches {
    pub fn parse(words: &[Word], grammar: &Grammar) -> Self {
        let mut switches = Self::default();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            match grammar.read(&word.text) {
                None => switches.unclaimed(word, grammar),
                Some((name, Some(value))) => switches.given.push((name, Some(value))),
                Some((name, None)) if grammar.takes_value(&name) => {
                    let value = words.next_if(|next| next.quoted || grammar.read(&next.text).is_none());
                    switches.given.push((name, value.map(|w| w.text.clone())));
                }
                Some((name, None)) => switches.given.push((name, None)),
            }
        }
        switches
    }

    /// A word that is no switch: it goes on with a greedy value before it.
    fn unclaimed(&mut self, word: &Word, grammar: &Grammar) {
        match self.given.last_mut() {
            Some((name, Some(value))) if grammar.greedy.contains(&name.as_str()) => {
                value.push(' ');
                value.push_str(&word.text);
            }
            _ => self.rest.push(word.text.clone()),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.given.iter().any(|(n, _)| n == name)
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.given.iter().find(|(n, v)| n == name && v.is_some()).and_then(|(_, v)| v.as_deref()).map(str::trim)
    }

    pub fn owned(&self, name: &str) -> Option<String> {
        self.value(name).map(str::to_owned)
    }

    /// The first of `names` that was given.
    pub fn first<'n>(&self, names: &[&'n str]) -> Option<&'n str> {
        self.given.iter().find_map(|(given, _)| names.iter().find(|n| *n == given).copied())
    }
}

impl Grammar {
    /// The switch's name, and its value where a colon joins one.
    fn read(&self, word: &str) -> Option<(String, Option<String>)> {
        let bare = switch(word)?;
        let lower = bare.to_ascii_lowercase();
        if self.knows(&lower) {
            return Some((lower, None));
        }
        let (name, value) = bare.split_once(':')?;
        let name = name.to_ascii_lowercase();
        self.takes_value(&name).then(|| (name, Some(value.to_owned())))
    }

    fn knows(&self, name: &str) -> bool {
        self.takes_value(name) || self.flags.contains(&name)
    }

    fn takes_value(&self, name: &str) -> bool {
        self.valued.contains(&name)
    }
}

/// What follows a slash or a dash (the typographic ones that Windows takes too).
pub fn switch(word: &str) -> Option<&str> {
    word.trim_end_matches('"').strip_prefix(['/', '-', '\u{2013}', '\u{2014}', '\u{2015}']).filter(|s| !s.is_empty())
}
