//! Shells and wrappers of both worlds: what they run is looked into.

use super::call::Call;
use super::finder::{Finder, Handler, handler};
use super::ps;
use super::split::{Dialect, Word};
use super::switches::switch;

pub const PROGRAMS: &[(&str, Handler)] = &[
    ("cmd", cmd),
    ("%comspec%", cmd),
    ("powershell", ps::process),
    ("pwsh", ps::process),
    ("powershell_ise", ps::process),
    ("wmic", wmic),
    ("sh", sh),
    ("bash", sh),
    ("dash", sh),
    ("zsh", sh),
    ("ksh", sh),
    ("ash", sh),
    ("fish", sh),
    ("eval", eval),
    ("set", set),
];

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

const KEYWORDS: &[&str] = &["if", "then", "elif", "else", "while", "until", "do", "!", "time", "done", "fi"];

fn is_assignment(word: &Word) -> bool {
    word.text.split_once('=').is_some_and(|(name, _)| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

fn cmd(finder: &mut Finder, call: &Call<'_>) -> String {
    let Some(at) = call.args.iter().position(|w| runs_rest(&w.text)) else { return String::new() };
    let glued = switch(&call.args[at].text).and_then(|s| s.get(1..)).unwrap_or("");
    let rest = format!("{glued} {}", call.after(at).trim());
    let before = (finder.found(), finder.files.count());
    let mut output = String::new();
    for script in readings(rest.trim()) {
        output = finder.script(&script, Dialect::Cmd);
        if (finder.found(), finder.files.count()) != before {
            break;
        }
    }
    output
}

/// A Unix shell: the script behind `-c`, else what is piped in.
fn sh(finder: &mut Finder, call: &Call<'_>) -> String {
    let option = call.texts().position(|t| t.starts_with('-') && !t.starts_with("--") && t.contains('c'));
    let script = match option.and_then(|at| call.args.get(at + 1).map(|w| (at, w))) {
        Some((at, word)) if !word.quoted && call.args.len() > at + 2 => call.after(at).to_owned(),
        Some((_, word)) => finder.expand(word),
        None => match call.args.iter().find(|w| !w.text.starts_with('-')) {
            Some(file) if !file.scripts.is_empty() => finder.expand(file),
            Some(file) => finder.files.content(&file.text).unwrap_or("").to_owned(),
            None => call.stdin.unwrap_or("").to_owned(),
        },
    };
    finder.script(&script, Dialect::Posix)
}

fn eval(finder: &mut Finder, call: &Call<'_>) -> String {
    let words: Vec<String> = call.args.iter().map(|w| finder.expand(w)).collect();
    finder.script(&words.join(" "), Dialect::Posix)
}

/// `set name=value` of cmd.exe.
fn set(finder: &mut Finder, call: &Call<'_>) -> String {
    if call.dialect == Dialect::Cmd
        && let Some((name, value)) = call.rest.trim().trim_matches('"').split_once('=')
    {
        finder.set(name, value);
    }
    String::new()
}

/// `/c`, `/k` and `/r`, with what may be glued to them.
fn runs_rest(word: &str) -> bool {
    switch(word).is_some_and(|s| s.starts_with(['c', 'C', 'k', 'K', 'r', 'R']))
}

/// The ways to read a quoted command, cmd.exe's own first: the first and the last quote are taken away; nothing is; a backslash escapes no quote.
fn readings(rest: &str) -> Vec<String> {
    let stripped = rest.strip_prefix('"').and_then(|inner| inner.rfind('"').map(|last| format!("{}{}", &inner[..last], &inner[last + 1..])));
    let literal = rest.contains("\\\"").then(|| rest.replace("\\\"", "\""));
    stripped.into_iter().chain([rest.to_owned()]).chain(literal).collect()
}

fn wmic(finder: &mut Finder, call: &Call<'_>) -> String {
    let node = call.texts().find_map(|t| switch(t).and_then(|s| s.split_once(':')).filter(|(n, _)| n.eq_ignore_ascii_case("node")).map(|(_, v)| v.to_owned()));
    let Some(at) = call.args.iter().position(|w| w.text.eq_ignore_ascii_case("create")) else { return String::new() };
    let outer = std::mem::replace(&mut finder.host, node);
    let output = finder.script(&call.joined(at + 1), Dialect::Cmd);
    finder.host = outer;
    output
}
