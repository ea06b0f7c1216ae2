//! The last look at a script in which nothing was understood, yet a cmdlet's name stands.

use super::super::finder::Finder;
use crate::{Job, Kind, Verb};

const NAMES: &[(&str, Verb)] = &[
    ("register-scheduledtask", Verb::Create),
    ("set-scheduledtask", Verb::Change),
    ("unregister-scheduledtask", Verb::Delete),
    ("start-scheduledtask", Verb::Run),
    ("enable-scheduledtask", Verb::Enable),
    ("disable-scheduledtask", Verb::Disable),
    ("ps_scheduledtask", Verb::Create),
    ("new-scheduledtask", Verb::Create),
];

/// Notes a bare job for each cmdlet that is called somewhere in the text.
pub fn rescue(finder: &mut Finder, text: &str) {
    let lower = text.to_ascii_lowercase();
    if ["get-help", "get-command", "man ", "write-output", "write-host", "echo ", "select-string"].iter().any(|shows| lower.trim_start().starts_with(shows)) {
        return;
    }
    for (name, verb) in NAMES {
        let called = lower.match_indices(name).take(16).any(|(at, _)| stands_alone(&lower, at, at + name.len()));
        if called {
            finder.push(Job::new(Kind::WindowsTask, *verb).by("powershell"));
            return;
        }
    }
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    !text[..start].ends_with(word) && text[end..].starts_with([' ', '"', '\'', '\t', ',', ')'])
}
