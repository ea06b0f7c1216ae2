//! macOS's `launchctl`.

use super::call::Call;
use super::finder::{Finder, Handler};
use crate::{Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("launchctl", launchctl)];

fn launchctl(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut words = call.texts();
    let verb = match words.next() {
        Some("load" | "bootstrap" | "enable") => Verb::Enable,
        Some("submit") => Verb::Create,
        Some("unload" | "bootout" | "disable") => Verb::Disable,
        Some("start" | "kickstart") => Verb::Run,
        Some("stop" | "kill") => Verb::Stop,
        Some("remove") => Verb::Delete,
        Some("list" | "print") => Verb::Query,
        _ => return String::new(),
    };
    let mut job = Job::new(Kind::Launchd, verb).by("launchctl");
    job.name = words.filter(|w| !w.starts_with('-')).last().filter(|_| verb != Verb::Create).map(str::to_owned);
    if verb == Verb::Create {
        submitted(call, &mut job);
    }
    finder.push(job);
    String::new()
}

/// `submit -l label [-p program] -- command…`.
fn submitted(call: &Call<'_>, job: &mut Job) {
    job.name = call.args.windows(2).find(|pair| pair[0].text == "-l").map(|pair| pair[1].text.clone());
    if let Some(at) = call.texts().position(|t| t == "--") {
        job.command = call.args.get(at + 1).map(|w| w.text.clone());
        job.arguments = Some(call.joined(at + 2)).filter(|a| !a.is_empty());
    }
}
