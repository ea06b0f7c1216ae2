//! What a PowerShell expression is worth to us.

use crate::Job;

#[derive(Clone, Debug, Default)]
pub enum Value {
    #[default]
    Unknown,
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// A task, or a part of one.
    Task(Box<Job>),
    /// The content of a file.
    File(String),
    /// A script block: where its tokens begin.
    Block(usize),
}

const MAX_PARTS: usize = 256;

impl Value {
    /// As one text, where it has one.
    pub fn text(&self) -> Option<String> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::List(items) => {
                let texts: Vec<String> = items.iter().filter_map(Self::text).collect();
                (!texts.is_empty()).then(|| texts.join(" "))
            }
            _ => None,
        }
    }

    /// The texts of a list, or the one text.
    pub fn texts(&self) -> Vec<String> {
        match self {
            Self::List(items) => items.iter().flat_map(Self::texts).collect(),
            other => other.text().into_iter().collect(),
        }
    }

    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Map(entries) => entries.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v),
            _ => None,
        }
    }

    /// The parts of tasks in it.
    pub fn tasks(&self) -> Vec<&Job> {
        match self {
            Self::Task(job) => vec![job],
            Self::List(items) => items.iter().flat_map(Self::tasks).collect(),
            _ => Vec::new(),
        }
    }

    pub fn is_true(&self) -> bool {
        !matches!(self, Self::Text(text) if text.eq_ignore_ascii_case("false") || text == "0" || text.is_empty())
    }

    /// Whether it is small enough to be kept; lists of lists must not grow without end.
    pub fn is_bounded(&self) -> bool {
        self.parts(0) < MAX_PARTS
    }

    fn parts(&self, before: usize) -> usize {
        let mut parts = before + 1;
        match self {
            Self::List(items) => {
                for item in items {
                    parts = if parts < MAX_PARTS { item.parts(parts) } else { break };
                }
            }
            Self::Map(entries) => {
                for (_, item) in entries {
                    parts = if parts < MAX_PARTS { item.parts(parts) } else { break };
                }
            }
            _ => {}
        }
        parts
    }
}
