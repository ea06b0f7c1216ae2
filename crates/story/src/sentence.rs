//! A fact in one plain sentence.

use crate::{Fact, Kind, Name};
use watchbell_model::Outcome;

/// The first sentence of the kind whose names all have values; if none has, the kind's id.
pub fn say(kind: &Kind, fact: &Fact) -> String {
    let said = said(kind, fact).unwrap_or_else(|| kind.id.replace('_', " "));
    if fact.outcome == Outcome::Failed && !of_failures(kind) { format!("{said}: tried and failed") } else { said }
}

/// Whether the kind's own sentences say that it failed.
fn of_failures(kind: &Kind) -> bool {
    ["failed", "refused", "authentication"].iter().any(|word| kind.id.contains(word))
}

pub(crate) fn said(kind: &Kind, fact: &Fact) -> Option<String> {
    kind.says.iter().find_map(|sentence| filled(sentence, fact)).map(|said| known_names(&said))
}

fn filled(sentence: &str, fact: &Fact) -> Option<String> {
    let mut out = String::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once("{{") {
        let (name, after) = after.split_once("}}")?;
        out.push_str(before);
        out.push_str(&value(name.trim(), fact)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// A fact's own value by its name, `host`, or `job.command` and the like.
fn value(name: &str, fact: &Fact) -> Option<String> {
    if let Some(key) = name.strip_prefix("job.") {
        let job = fact.job.as_deref()?;
        let text = match key {
            "name" => job.name.clone(),
            "command" => job.action(),
            "principal" => job.principal.clone(),
            "schedule" => (!job.schedule.is_empty()).then(|| job.schedule.join("; ")),
            _ => None,
        };
        return text.map(|text| short(&text));
    }
    if name == "host" {
        return fact.host.as_deref().map(str::to_owned);
    }
    fact.get(Name::parse(name)?).filter(|value| !value.is_empty() && *value != "-").map(short)
}

/// Accounts that every Windows machine knows by number.
const KNOWN: [(&str, &str); 4] = [("S-1-5-18", "SYSTEM"), ("S-1-5-19", "LOCAL SERVICE"), ("S-1-5-20", "NETWORK SERVICE"), ("S-1-5-32-544", "Administrators")];

/// The well-known numbers of accounts by name, wherever they stand as words of their own.
pub(crate) fn known_names(text: &str) -> String {
    if !text.contains("S-1-5-") {
        return text.to_owned();
    }
    let name = |word: &str| KNOWN.iter().find(|(number, _)| *number == word).map(|(_, name)| (*name).to_owned());
    let part = |part: &str| {
        let word = part.trim_end_matches([',', '.', ':', ';', ')', ' ']);
        name(word).map_or_else(|| part.to_owned(), |name| name + &part[word.len()..])
    };
    text.split_inclusive(' ').map(part).collect()
}

/// Command lines may be kilobytes long; a sentence shows their beginning.
const LONG: usize = 300;

pub(crate) fn short(value: &str) -> String {
    let flat: String = value.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONG + 1).collect();
    if flat.chars().count() > LONG { flat.chars().take(LONG).chain(['…']).collect() } else { flat }
}
