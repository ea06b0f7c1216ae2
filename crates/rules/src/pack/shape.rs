//! The language in which the pack's documents are described; checks, the JSON schema and the reference page all read it.

/// What may stand somewhere.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    Text,
    /// A version 4 UUID.
    Uuid,
    /// `1.2.3`.
    Version,
    /// `2026-11-24`.
    Date,
    /// `30s`, `5m`, `1h`, `1d`.
    Duration,
    Integer {
        least: i64,
        most: i64,
    },
    Number,
    /// `on` or `off`, `true` or `false`.
    Switch,
    /// One of these words.
    Word(&'static [Word]),
    List(&'static Shape),
    /// Keys of the author's own choosing.
    Map(&'static Shape),
    Record(&'static Record),
    /// A mapping of exactly one key, which says what kind it is.
    Choice(&'static [Key]),
    /// A list of these, or one without the list; or else, where there is `or`, a mapping.
    OneOrMany {
        of: &'static Shape,
        or: Option<&'static Record>,
    },
    /// A Sigma document, kept as it is written.
    Rule,
    /// A Sigma selection or detection, kept as it is written.
    Filter,
}

/// A word of a closed set.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    pub word: &'static str,
    pub about: &'static str,
}

/// A mapping with known keys; any other is refused.
#[derive(Clone, Copy, Debug)]
pub struct Record {
    /// Unique; the JSON schema's name of it.
    pub name: &'static str,
    pub about: &'static str,
    pub keys: &'static [Key],
}

#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub shape: Shape,
    pub need: Need,
    pub about: &'static str,
}

/// How much a key is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Without it the document means nothing.
    Must,
    /// A finished pack has it: the lint says when it is missing.
    Should,
    /// What holds without it.
    May(&'static str),
}

/// A whole document.
#[derive(Clone, Copy, Debug)]
pub struct Document {
    /// As a path pattern: `alerts/<Name>.yaml`.
    pub file: &'static str,
    pub title: &'static str,
    pub record: &'static Record,
}

impl Shape {
    /// What a person calls it.
    pub fn word(&self) -> String {
        match self {
            Self::Text => "a text".to_owned(),
            Self::Uuid => "a UUID (version 4)".to_owned(),
            Self::Version => "a version such as `1.0.0`".to_owned(),
            Self::Date => "a date such as `2026-11-24`".to_owned(),
            Self::Duration => "a duration such as `30s`, `5m`, `1h30m` or `1d`".to_owned(),
            Self::Integer { least, most: i64::MAX } => format!("a whole number, {least} or more"),
            Self::Integer { least, most } if least == most => format!("`{least}`"),
            Self::Integer { least, most } => format!("a whole number from {least} to {most}"),
            Self::Number => "a number".to_owned(),
            Self::Switch => "`on` or `off`".to_owned(),
            Self::Word([only]) => format!("`{}`", only.word),
            Self::Word(words) => format!("one of {}", quoted(words.iter().map(|w| w.word))),
            Self::List(of) => format!("a list, each {}", of.word()),
            Self::Map(of) => format!("a mapping of names, each {}", of.word()),
            Self::Record(_) => "a mapping".to_owned(),
            Self::Choice(keys) => format!("a mapping with one key of {}", quoted(keys.iter().map(|k| k.name))),
            Self::OneOrMany { of, or: None } => format!("{}, or a list", of.word()),
            Self::OneOrMany { of, or: Some(record) } => {
                format!("{}, a list, or a mapping (its keys: {})", of.word(), quoted(record.keys.iter().map(|k| k.name)))
            }
            Self::Rule => "a Sigma document".to_owned(),
            Self::Filter => "a Sigma selection, a list of them, or a detection with its condition".to_owned(),
        }
    }
}

/// `` `a`, `b` or `c` ``
pub(crate) fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} or {last}", before.join(", ")),
        None => String::new(),
    }
}
