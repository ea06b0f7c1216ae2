//! Task definitions and scripts inside of events, written otherwise.

use super::Mutation;
use super::command_line::other_case;
use super::process::write;
use super::windows::Event;
use regex::{Captures, Regex};
use std::sync::LazyLock;

pub const MUTATIONS: &[Mutation] = &[
    Mutation::new("task XML: escaped", |file| {
        write(file, |event| definition(event, |xml| xml.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")))
    }),
    Mutation::new("task XML: on one line", |file| write(file, |event| definition(event, one_line))),
    Mutation::new("task XML: without declaration", |file| write(file, |event| definition(event, bare))),
    Mutation::new("script: letter case", |file| write(file, |event| script(event, other_case))),
    Mutation::new("script: backticks", |file| write(file, |event| script(event, backticks))),
];

/// The event with its task's definition changed.
fn definition(event: &Event, change: fn(&str) -> String) -> Option<Event> {
    let (name, xml) = ["TaskContent", "TaskContentNew"].iter().find_map(|name| Some((*name, event.get(name)?)))?;
    let new = change(&xml);
    (new != xml).then(|| with(event, name, &new))
}

fn one_line(xml: &str) -> String {
    xml.lines().map(str::trim).collect()
}

fn bare(xml: &str) -> String {
    xml.split_once("?>").map_or(xml, |(_, rest)| rest).trim_start().to_owned()
}

fn script(event: &Event, change: fn(&str) -> Option<String>) -> Option<Event> {
    let there = event.id == 4104 && event.channel.contains("PowerShell");
    let new = change(&event.get("ScriptBlockText").filter(|_| there)?)?;
    Some(with(event, "ScriptBlockText", &new))
}

/// A backtick inside the names of cmdlets, before a letter that it does not change.
fn backticks(script: &str) -> Option<String> {
    static CMDLET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\b(Register|New|Set|Get|Start|Unregister)-(Sc)(heduled\w+)").expect("a constant"));
    let new = CMDLET.replace_all(script, |found: &Captures<'_>| format!("{}-{}`{}", &found[1], &found[2], &found[3])).into_owned();
    (new != script).then_some(new)
}

fn with(event: &Event, name: &str, new: &str) -> Event {
    let mut event = event.clone();
    event.set(name, new);
    event
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_and_scripts_change() {
        let xml = "<?xml version=\"1.0\"?>\r\n<Task>\r\n  <A/>\r\n</Task>";
        let event = Event { id: 4698, data: vec![("TaskContent".into(), xml.into())], ..Event::default() };
        let changed = |change| definition(&event, change).and_then(|event| event.get("TaskContent"));
        assert_eq!(changed(one_line).as_deref(), Some("<?xml version=\"1.0\"?><Task><A/></Task>"));
        assert_eq!(changed(bare).as_deref(), Some("<Task>\r\n  <A/>\r\n</Task>"));
        assert_eq!(backticks("Register-ScheduledTask -TaskName x").as_deref(), Some("Register-Sc`heduledTask -TaskName x"));
        assert_eq!(backticks("Get-Item"), None);
    }
}
