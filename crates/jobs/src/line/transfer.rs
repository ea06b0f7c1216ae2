//! Programs that put, change or remove files: those of schedulers are jobs.

use super::call::Call;
use super::files::Deed;
use super::finder::{Finder, Handler};
use crate::Verb;

pub const PROGRAMS: &[(&str, Handler)] = &[
    ("cp", copy),
    ("mv", copy),
    ("ln", copy),
    ("install", copy),
    ("rsync", copy),
    ("scp", copy),
    ("ditto", copy),
    ("sed", edit),
    ("gsed", edit),
    ("perl", edit),
    ("truncate", change),
    ("ed", change),
    ("ex", change),
    ("dd", dd),
    ("wget", download),
    ("curl", download),
    ("rm", remove),
    ("unlink", remove),
    ("shred", remove),
];

/// The last argument is the target; a folder takes the source's name.
fn copy(finder: &mut Finder, call: &Call<'_>) -> String {
    let folder = call.texts().position(|t| t == "-t" || t == "--target-directory").and_then(|at| call.args.get(at + 1)).map(|w| w.text.as_str());
    let mut paths = paths(call);
    paths.retain(|path| Some(*path) != folder);
    let Some(target) = folder.or_else(|| paths.pop()) else { return String::new() };
    for source in paths.into_iter().take(64) {
        let content = finder.files.content(source).unwrap_or("").to_owned();
        for path in [target.to_owned(), format!("{}/{}", target.trim_end_matches('/'), source.rsplit('/').next().unwrap_or(source))] {
            if is_file(&path) {
                finder.wrote(&Deed { path: &path, content: &content, source: Some(source), verb: Verb::Create, tool: call.name });
                break;
            }
        }
    }
    String::new()
}

/// The arguments that are no options, and no values of options.
fn paths<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let valued: &[&str] = match call.name {
        "install" => &["-m", "-o", "-g", "--mode", "--owner", "--group"],
        "scp" | "rsync" => &["-P", "-i", "-e", "-F"],
        _ => &[],
    };
    let mut found = Vec::new();
    let mut texts = call.texts();
    while let Some(text) = texts.next() {
        if valued.contains(&text) {
            texts.next();
        } else if !text.starts_with('-') {
            found.push(text);
        }
    }
    found
}

/// A path under a scheduler's folder, or a plain file that may be copied there later.
fn is_file(path: &str) -> bool {
    let path = crate::unix::place::plain(path);
    crate::unix::place::place(&path).is_some() || !is_folder(&path)
}

fn is_folder(path: &str) -> bool {
    path.ends_with('/')
        || path.rsplit('/').next().is_some_and(|name| {
            ["cron.d", "cron.daily", "cron.hourly", "cron.weekly", "cron.monthly", "crontabs", "system", "user", "tabs", "cron"].contains(&name)
        })
}

fn edit(finder: &mut Finder, call: &Call<'_>) -> String {
    let in_place = call.texts().any(|t| t.starts_with("--in-place") || (t.starts_with('-') && !t.starts_with("--") && t.contains('i')));
    if !in_place {
        return call.stdin.unwrap_or("").to_owned();
    }
    let script = call.texts().find(|t| !t.starts_with('-')).unwrap_or("");
    note_change(finder, call, script)
}

fn change(finder: &mut Finder, call: &Call<'_>) -> String {
    note_change(finder, call, "")
}

fn note_change(finder: &mut Finder, call: &Call<'_>, content: &str) -> String {
    for path in call.texts().filter(|t| t.starts_with('/') && *t != content) {
        finder.wrote(&Deed { path, content: inserted(content), source: None, verb: Verb::Change, tool: call.name });
    }
    String::new()
}

/// The line that a sed script adds (`$a text`, `1i\text`), or what a substitution puts in.
fn inserted(script: &str) -> &str {
    let after = script.trim_start_matches(|c: char| c.is_ascii_digit() || c == '$' || c == ' ');
    let added = after.strip_prefix(['a', 'i', 'c']).filter(|t| t.starts_with([' ', '\\']));
    let replaced = || after.strip_prefix('s').and_then(|t| t.split(t.chars().next()?).nth(2));
    added.or_else(replaced).map_or("", |t| t.trim_start_matches(['\\', ' ', '\n']))
}

fn dd(finder: &mut Finder, call: &Call<'_>) -> String {
    let append = call.has("oflag=append") || call.texts().any(|t| t.starts_with("conv=") && t.contains("notrunc"));
    for path in call.texts().filter_map(|t| t.strip_prefix("of=")) {
        finder.wrote(&Deed {
            path,
            content: call.stdin.unwrap_or(""),
            source: call.texts().find_map(|t| t.strip_prefix("if=")),
            verb: if append { Verb::Change } else { Verb::Create },
            tool: "dd",
        });
    }
    String::new()
}

fn download(finder: &mut Finder, call: &Call<'_>) -> String {
    let named = |t: &str| matches!(t, "-O" | "-o" | "--output" | "--output-document");
    let paths = call.args.windows(2).filter(|pair| named(&pair[0].text)).map(|pair| pair[1].text.as_str());
    let glued = call.texts().filter_map(|t| t.strip_prefix("--output-document=").or_else(|| t.strip_prefix("--output=")));
    for path in paths.chain(glued) {
        let source = call.texts().find(|t| t.contains("://"));
        finder.wrote(&Deed { path, content: "", source, verb: Verb::Create, tool: call.name });
    }
    String::new()
}

fn remove(finder: &mut Finder, call: &Call<'_>) -> String {
    for path in call.texts().filter(|t| t.starts_with('/')) {
        finder.wrote(&Deed { path, content: "", source: None, verb: Verb::Delete, tool: call.name });
    }
    String::new()
}
