//! Shells and wrappers of both worlds: what they run is looked into.

use super::call::{Call, Program};
use super::finder::{Finder, Handler, handler};
use super::split::{Dialect, Word};
use super::switches::switch;
use crate::decode;

pub const PROGRAMS: &[(&str, Handler)] = &[("cmd", cmd), ("%comspec%", cmd), ("powershell", powershell), ("pwsh", powershell), ("wmic", wmic)];

/// A shell's own process: all that follows is its script, signs between commands included.
pub fn takes_whole_line(finder: &mut Finder, call: &Call<'_>) -> bool {
    let shell = matches!(call.name, "cmd" | "%comspec%" | "powershell" | "pwsh");
    if shell && let Some(handle) = handler(call.name) {
        handle(finder, call);
    }
    shell
}

pub fn is_windows(name: &str) -> bool {
    ["cmd", "schtasks", "powershell", "pwsh", "wmic", "forfiles", "rundll32", "mshta", "reg", "start", "psexec", "runas"].contains(&name)
}

/// Programs that show text and run nothing.
pub fn only_shows(name: &str) -> bool {
    ["echo", "rem", "findstr", "find", "type", "where", "title", "grep", "man", "cat", "ls", "dir", "less", "more", "which", "help", "notepad"].contains(&name)
}

/// Where the program stands behind assignments and the words of a shell's grammar.
pub fn program_at(words: &[Word]) -> Option<usize> {
    words.iter().position(|w| !(KEYWORDS.contains(&w.text.as_str()) || is_assignment(w)))
}

const KEYWORDS: &[&str] = &["if", "then", "elif", "else", "while", "until", "do", "!", "time", "done", "fi", "call", "start", "CALL", "@call"];

fn is_assignment(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

fn cmd(finder: &mut Finder, call: &Call<'_>) -> String {
    let Some(at) = call.args.iter().position(|w| runs_rest(&w.text)) else { return String::new() };
    let word = call.args[at].text.as_str();
    let glued = switch(word).filter(|s| s.len() > 1).map(|s| &s[1..]);
    let rest = call.after(at).trim();
    let before = finder.found();
    let script = match glued {
        Some(start) => format!("{start} {rest}"),
        None => stripped(rest).to_owned(),
    };
    let output = finder.script(&script, Dialect::Cmd);
    if finder.found() == before && script != rest {
        return finder.script(rest, Dialect::Cmd);
    }
    output
}

/// `/c`, `/k` and `/r`, with what may be glued to them.
fn runs_rest(word: &str) -> bool {
    switch(word).is_some_and(|s| s.starts_with(['c', 'C', 'k', 'K', 'r', 'R']))
}

/// What cmd.exe leaves of a quoted command: the first and the last quote are taken away.
fn stripped(rest: &str) -> &str {
    let Some(inner) = rest.strip_prefix('"') else { return rest };
    inner.strip_suffix('"').unwrap_or(inner)
}

fn powershell(finder: &mut Finder, call: &Call<'_>) -> String {
    let encoded = call.args.iter().position(|w| decode::is_encoded_switch(&w.text));
    if let Some(text) = encoded.and_then(|at| call.args.get(at + 1)).and_then(|w| decode::base64_text(&w.text)) {
        return finder.script(&text, Dialect::Posix);
    }
    finder.script(call.rest.trim(), Dialect::Cmd)
}

fn wmic(finder: &mut Finder, call: &Call<'_>) -> String {
    let node = call.texts().find_map(|t| switch(t).and_then(|s| s.split_once(':')).filter(|(n, _)| n.eq_ignore_ascii_case("node")).map(|(_, v)| v.to_owned()));
    let Some(at) = call.args.iter().position(|w| w.text.eq_ignore_ascii_case("create")) else { return String::new() };
    let outer = std::mem::replace(&mut finder.host, node);
    let output = finder.script(&call.joined(at + 1), Dialect::Cmd);
    finder.host = outer;
    output
}
