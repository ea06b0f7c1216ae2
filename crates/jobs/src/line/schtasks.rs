//! `schtasks`: its switches, its verbs, its schedule in words.

use super::call::Call;
use super::finder::{Finder, Handler};
use super::split::{Dialect, Word, split};
use super::switches::{Grammar, Switches};
use crate::windows::action;
use crate::windows::schedule::{self, Calendar};
use crate::words::append;
use crate::{Job, Kind, RunLevel, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("schtasks", run)];

const GRAMMAR: Grammar = Grammar {
    valued: &["s", "u", "p", "ru", "rp", "sc", "mo", "d", "m", "i", "tn", "tr", "st", "ri", "et", "du", "sd", "ed", "xml", "rl", "delay", "ec", "fo"],
    flags: &["create", "delete", "query", "change", "run", "end", "showsid", "k", "it", "np", "z", "v1", "f", "hresult", "v", "nh", "enable", "disable", "?"],
    greedy: &["tr", "tn"],
};

/// How much of a text that is no shell's is looked at.
const MAX_RESCUES: usize = 16;
const MAX_RESCUED: usize = 8 * 1024;

const VERBS: &[&str] = &["create", "delete", "query", "change", "run", "end", "showsid"];

/// Decodes the call and notes the job.
pub fn run(finder: &mut Finder, call: &Call<'_>) -> String {
    finder.push(job(call.args));
    String::new()
}

/// Whether switches can be nobody else's: a verb with a task's name.
pub fn unmistakable(words: &[Word]) -> bool {
    let switches = Switches::parse(words, &GRAMMAR);
    switches.value("tn").is_some() && switches.first(VERBS).is_some_and(|verb| verb != "create" || switches.has("tr") || switches.has("xml"))
}

/// Finds `schtasks` with a switch behind it in text that is no shell's: a script's call, a list of arguments.
pub fn rescue(finder: &mut Finder, text: &str) {
    let lower = text.to_ascii_lowercase();
    for (at, name) in lower.match_indices("schtasks").take(MAX_RESCUES) {
        let before = &text[..at];
        let whole = !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let after = cut(&text[at + name.len()..]);
        if whole && let Some(arguments) = arguments(after, before) {
            for stage in split(&arguments, Dialect::Cmd).iter().take(1).filter(|s| names_verb(&s.words)) {
                finder.push(job(&stage.words));
            }
        }
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=MAX_RESCUED.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

fn names_verb(words: &[Word]) -> bool {
    Switches::parse(words, &GRAMMAR).first(VERBS).is_some()
}

/// The switches behind the name, up to the quotes that close the text in which it stands.
fn arguments(after: &str, before: &str) -> Option<String> {
    let after = after.get(..4).filter(|e| e.eq_ignore_ascii_case(".exe")).map_or(after, |_| &after[4..]);
    let inside = match before.chars().next_back().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) if after.starts_with(quote) => elements(after, quote),
        Some(quote) => closed_by(after, quote, before.chars().rev().take_while(|c| *c == quote).count()),
        None => after.to_owned(),
    };
    let arguments = inside.trim_start_matches(['"', '\'', ',', ' ', '\t']).to_owned();
    arguments.starts_with(['/', '-']).then_some(arguments)
}

/// `', '/create', '/tn', 'x'` of a list: its elements as one line.
fn elements(after: &str, quote: char) -> String {
    let mut line = String::new();
    let mut parts = after.split(quote).skip(1);
    while let Some(separator) = parts.next() {
        let Some(element) = parts.next().filter(|_| separator.trim() == ",") else { break };
        let quote = if element.contains(char::is_whitespace) { "\"" } else { "" };
        append(&mut line, &[quote, element, quote, " "]);
    }
    if line.is_empty() { after.to_owned() } else { line }
}

/// Text up to the run of quotes that closes it; longer runs, and escaped ones, are quotes inside.
fn closed_by(text: &str, quote: char, opened: usize) -> String {
    let mut inside = String::new();
    let mut chars = text.chars().peekable();
    while let Some(char) = chars.next() {
        if char == quote {
            let run = 1 + std::iter::from_fn(|| chars.next_if_eq(&quote)).count();
            if run <= opened && !inside.is_empty() && !inside.ends_with('\\') {
                break;
            }
        }
        inside.push(char);
    }
    inside
}

fn job(words: &[Word]) -> Job {
    let given = Switches::parse(words, &GRAMMAR);
    let verb = verb(&given);
    let mut job = Job::new(Kind::WindowsTask, verb).by("schtasks");
    job.name = given.owned("tn");
    job.target_host = given.value("s").map(|host| host.trim_start_matches('\\').to_owned());
    job.target_user = given.owned("ru");
    job.principal = given.value("ru").map(|user| if user.is_empty() { "SYSTEM" } else { user }.to_owned());
    job.xml_path = given.owned("xml").filter(|_| verb != Verb::Query);
    job.force = (given.has("f") || matches!(verb, Verb::Create | Verb::Delete)).then(|| given.has("f"));
    job.run_level = given.value("rl").and_then(level);
    if let Some(run) = given.value("tr") {
        job.push_action(action::split(run));
    }
    let calendar = calendar(&given);
    job.schedule = calendar.in_words().into_iter().collect();
    job.start_by(calendar.trigger());
    job.enabled = switched(&given, verb);
    job
}

fn verb(given: &Switches) -> Verb {
    let others = ["tr", "ru", "rp", "st", "ri", "sd", "ed", "rl", "it", "delay"];
    match given.first(VERBS) {
        Some("create") => Verb::Create,
        Some("delete") => Verb::Delete,
        Some("run") => Verb::Run,
        Some("end") => Verb::Stop,
        Some("change") if given.first(&others).is_some() => Verb::Change,
        Some("change") if given.has("disable") => Verb::Disable,
        Some("change") if given.has("enable") => Verb::Enable,
        Some("change") => Verb::Change,
        _ => Verb::Query,
    }
}

fn switched(given: &Switches, verb: Verb) -> Option<bool> {
    let changes = matches!(verb, Verb::Change | Verb::Enable | Verb::Disable);
    let word = given.first(&["enable", "disable"]).filter(|_| changes)?;
    Some(word == "enable")
}

fn level(word: &str) -> Option<RunLevel> {
    match word.to_ascii_lowercase().as_str() {
        "highest" => Some(RunLevel::Highest),
        "limited" => Some(RunLevel::Least),
        _ => None,
    }
}

fn calendar(given: &Switches) -> Calendar<'_> {
    Calendar {
        unit: given.value("sc"),
        modifier: given.value("mo"),
        days: given.value("d"),
        months: given.value("m"),
        time: given.value("st"),
        date: given.value("sd"),
        until: given.value("ed"),
        stop: given.value("et"),
        repeat: given.value("ri"),
        span: given.value("du"),
        idle: given.value("i"),
        channel: given.value("ec"),
        delay: given.value("delay"),
        ..schedule::NOTHING
    }
}
