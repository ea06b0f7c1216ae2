//! Entities: who and what a triggered alert concerns, and from which fields each is read.

use super::named::Named;
use super::places::Source;
use serde::{Deserialize, Serialize};
use watchbell_model::Diagnostic;

/// How an entity is read from the view that matched.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Entity {
    /// The first field that has a value.
    Fields(Vec<String>),
    /// The group `v` of an expression, in the first field where it is found.
    Cut { from: Vec<String>, regex: String },
}

impl Entity {
    pub fn fields(&self) -> &[String] {
        match self {
            Self::Fields(fields) | Self::Cut { from: fields, .. } => fields,
        }
    }
}

/// The group of an expression that is the entity's value.
pub const GROUP: &str = "v";

/// An entity's expression, compiled within bounds.
pub(crate) fn expression(regex: &str) -> Result<regex::Regex, String> {
    const SIZE: usize = 1 << 20;
    let compiled = regex::RegexBuilder::new(regex).size_limit(SIZE).nest_limit(50).build().map_err(|e| last_line(&e.to_string()))?;
    if compiled.capture_names().flatten().any(|name| name == GROUP) { Ok(compiled) } else { Err(format!("it has no group `(?<{GROUP}>...)`")) }
}

/// Tells and leaves out entities whose expression cannot be used.
pub(crate) fn check_expressions(entities: &mut Named<Entity>, at: &str, source: &Source, problems: &mut Vec<Diagnostic>) {
    entities.retain(|name, entity| {
        let Entity::Cut { regex, .. } = entity else { return true };
        let Err(why) = expression(regex) else { return true };
        problems.push(source.error("pack/regex", &format!("{at}/{name}/regex"), format!("this expression cannot be used: {why}")));
        false
    });
}

/// The `regex` crate draws a picture first; its last line is the reason.
fn last_line(text: &str) -> String {
    text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
}
