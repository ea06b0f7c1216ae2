//! `at` and `batch`, of Unix and of Windows.

use super::call::Call;
use super::finder::{Finder, Handler};
use super::split::{Dialect, Word};
use super::switches::switch;
use crate::windows::action;
use crate::{Action, Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("at", at), ("batch", batch), ("atq", list), ("atrm", remove)];

fn at(finder: &mut Finder, call: &Call<'_>) -> String {
    if is_windows(call) { windows(finder, call) } else { unix(finder, call) }
}

/// Windows' `at` takes a host, slashed switches, or a command behind the time; alone it lists the jobs, and Unix' does nothing.
fn is_windows(call: &Call<'_>) -> bool {
    let slashed = call.texts().any(|t| t.starts_with("\\\\") || ["/interactive", "/delete", "/every", "/next", "/yes"].iter().any(|s| lower(t).starts_with(s)));
    slashed || (call.stdin.is_none() && (call.dialect == Dialect::Cmd || call.args.is_empty()))
}

fn windows(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut job = Job::new(Kind::At, Verb::Query).by("at");
    let (mut every, mut time) = (None, None);
    for (index, word) in call.args.iter().enumerate() {
        let text = word.text.as_str();
        match () {
            () if text.starts_with("\\\\") && job.target_host.is_none() => job.target_host = Some(text.trim_start_matches('\\').to_owned()),
            () if lower(text).starts_with("/del") => job.verb = Verb::Delete,
            () if lower(text) == "/interactive" => job.logon_type = Some("interactive".to_owned()),
            () if switch(text).is_some_and(|s| lower(s).starts_with("every") || lower(s).starts_with("next")) => every = Some(text),
            () if text.contains(':') && time.is_none() && !text.starts_with('/') => time = Some(text),
            () if is_number(text) && time.is_none() => job.name = Some(text.to_owned()),
            () if time.is_some() && !text.starts_with('/') => {
                job.push_action(command(&call.args[index..]));
                break;
            }
            () => {}
        }
    }
    if time.is_some() {
        job.verb = Verb::Create;
        job.schedule = vec![schedule(time.unwrap_or_default(), every)];
    }
    finder.push(job);
    String::new()
}

fn command(words: &[Word]) -> Action {
    match words {
        [only] => action::split(&only.text),
        [program, rest @ ..] => {
            Action { command: program.text.clone(), arguments: Some(rest.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")), folder: None }
        }
        [] => Action::default(),
    }
}

fn schedule(time: &str, every: Option<&str>) -> String {
    match every.and_then(|e| e.split_once(':')) {
        Some((_, "")) | None => format!("once at {time}"),
        Some((kind, days)) if lower(kind).contains("next") => format!("once at {time} on the next {days}"),
        Some((_, days)) => format!("at {time} on each {days}"),
    }
}

fn unix(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut job = Job::new(Kind::At, Verb::Create).by("at");
    let mut words = call.texts();
    let mut time: Vec<&str> = Vec::new();
    while let Some(word) = words.next() {
        match word {
            "-f" => job.xml_path = words.next().map(str::to_owned),
            "-q" | "-o" => drop(words.next()),
            "-t" => time.extend(words.next()),
            "-l" => job.verb = Verb::Query,
            "-c" => (job.verb, job.name) = (Verb::Query, words.next().map(str::to_owned)),
            "-d" | "-r" => (job.verb, job.name) = (Verb::Delete, words.next().map(str::to_owned)),
            "-V" => return String::new(),
            _ if word.starts_with("-f") => job.xml_path = Some(word[2..].to_owned()),
            _ if word.starts_with('-') && word.len() > 1 => {}
            _ => time.push(word),
        }
    }
    if job.verb == Verb::Create {
        if time.is_empty() {
            return String::new();
        }
        job.schedule = vec![format!("once at {}", time.join(" "))];
        job.command = commands(finder, call, job.xml_path.as_deref());
    }
    finder.push(job);
    String::new()
}

fn batch(finder: &mut Finder, call: &Call<'_>) -> String {
    if call.dialect == Dialect::Posix {
        let mut job = Job::new(Kind::At, Verb::Create).by("batch");
        job.schedule = vec!["once, when the load is low".to_owned()];
        job.xml_path = call.args.windows(2).find(|pair| pair[0].text == "-f").map(|pair| pair[1].text.clone());
        job.command = commands(finder, call, job.xml_path.as_deref());
        finder.push(job);
    }
    String::new()
}

/// What is piped in, or stands in the file that the line wrote before.
fn commands(finder: &Finder, call: &Call<'_>, file: Option<&str>) -> Option<String> {
    let text = call.stdin.map(str::to_owned).filter(|t| !t.trim().is_empty()).or_else(|| finder.files.content(file?).map(str::to_owned));
    text.map(|t| t.trim().to_owned()).filter(|t| !t.is_empty())
}

fn list(finder: &mut Finder, _: &Call<'_>) -> String {
    finder.push(Job::new(Kind::At, Verb::Query).by("atq"));
    String::new()
}

fn remove(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut job = Job::new(Kind::At, Verb::Delete).by("atrm");
    job.name = call.texts().find(|t| is_number(t)).map(str::to_owned);
    finder.push(job);
    String::new()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}
