//! Known tools that make tasks by other ways than the scheduler's own programs.

use super::call::Call;
use super::finder::{Finder, Handler};
use super::split::Word;
use crate::windows::action;
use crate::{Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("ghosttask", ghosttask), ("sharpersist", sharpersist)];

/// `GhostTask HOST add|delete NAME COMMAND ARGUMENTS USER TRIGGER`: writes the task cache in the registry.
fn ghosttask(finder: &mut Finder, call: &Call<'_>) -> String {
    let Some(at) = call.args.iter().position(|w| w.text.eq_ignore_ascii_case("add") || w.text.eq_ignore_ascii_case("delete")) else { return String::new() };
    let adds = call.args[at].text.eq_ignore_ascii_case("add");
    let word = |n: usize| call.args.get(at + n).map(|w| w.text.clone()).filter(|t| !t.is_empty());
    let mut job = Job::new(Kind::WindowsTask, if adds { Verb::Create } else { Verb::Delete }).by("ghosttask");
    job.target_host = call.texts().find(|t| t.starts_with("\\\\")).map(|t| t.trim_start_matches('\\').to_owned());
    job.name = word(1);
    if adds {
        (job.command, job.arguments, job.principal) = (word(2), word(3), word(4));
        job.schedule = call.args.get(at + 5..).into_iter().flatten().map(|w| w.text.to_ascii_lowercase()).filter_map(|w| trigger(&w)).collect();
        job.hidden = Some(true);
    }
    finder.push(job);
    String::new()
}

fn trigger(word: &str) -> Option<String> {
    Some(match word {
        "logon" => "at each logon of any user".to_owned(),
        "daily" | "weekly" => word.to_owned(),
        "second" => "every second".to_owned(),
        _ => return None,
    })
}

/// `SharPersist -t schtask -c COMMAND -a ARGUMENTS -n NAME -m add|remove|list -o hourly|daily|logon`.
fn sharpersist(finder: &mut Finder, call: &Call<'_>) -> String {
    let option = |name: &str| value(call.args, name);
    if !option("-t").is_some_and(|t| t.to_ascii_lowercase().contains("schtask")) {
        return String::new();
    }
    let verb = match option("-m") {
        Some("remove") => Verb::Delete,
        Some("list" | "check") => Verb::Query,
        _ => Verb::Create,
    };
    let mut job = Job::new(Kind::WindowsTask, verb).by("sharpersist");
    job.name = option("-n").map(str::to_owned);
    if let Some(command) = option("-c") {
        job.push_action(action::split(command));
    }
    job.arguments = option("-a").map(str::to_owned).or(job.arguments);
    job.schedule = option("-o").map(|o| trigger(o).unwrap_or_else(|| o.to_owned())).into_iter().collect();
    finder.push(job);
    String::new()
}

fn value<'a>(words: &'a [Word], name: &str) -> Option<&'a str> {
    words.windows(2).find(|pair| pair[0].text.eq_ignore_ascii_case(name)).map(|pair| pair[1].text.as_str())
}
