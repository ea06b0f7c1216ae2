//! A task's one-line action as the program and its arguments.

use crate::Action;

const EXTENSIONS: &[&str] = &[".exe", ".com", ".bat", ".cmd", ".ps1", ".vbs", ".vbe", ".js", ".jse", ".wsf", ".msc", ".scr", ".pif", ".lnk", ".hta", ".py"];

/// Splits the value of `/tr`.
pub fn split(run: &str) -> Action {
    let run = run.trim();
    let (command, arguments) = quoted(run).unwrap_or_else(|| run.split_at(end_of_program(run)));
    let arguments = arguments.trim();
    Action { command: command.trim().to_owned(), arguments: (!arguments.is_empty()).then(|| arguments.to_owned()), folder: None }
}

fn quoted(run: &str) -> Option<(&str, &str)> {
    let quote = run.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (command, arguments) = run[1..].split_once(quote)?;
    (!command.trim().is_empty()).then_some((command, arguments))
}

/// A path with blanks that nobody quoted ends with the first known extension, else the first blank ends it.
fn end_of_program(run: &str) -> usize {
    let blank = run.find(char::is_whitespace).unwrap_or(run.len());
    let path = run.contains('\\') && !is_program(&run[..blank]) && (run[..blank].contains('\\') || run[..blank].contains('%'));
    if !path {
        return blank;
    }
    let ends = run.match_indices(char::is_whitespace).map(|(at, _)| at).chain([run.len()]);
    ends.take(16).find(|end| is_program(&run[..*end])).unwrap_or(blank)
}

fn is_program(path: &str) -> bool {
    let lower = path.get(path.len().saturating_sub(4)..).unwrap_or("").to_ascii_lowercase();
    EXTENSIONS.iter().any(|e| lower.ends_with(e))
}
