//! `crontab`, `anacron` and macOS's `periodic`.

use super::call::Call;
use super::finder::{Finder, Handler};
use crate::unix::crontab::{CronTable, crontab as table};
use crate::{Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("crontab", crontab), ("anacron", anacron), ("periodic", periodic)];

fn crontab(finder: &mut Finder, call: &Call<'_>) -> String {
    let Some(given) = Given::parse(call) else { return String::new() };
    let content = match given.file {
        Some("-") => call.stdin.map(str::to_owned),
        Some(path) => finder.files.content(path).map(str::to_owned).or_else(|| substituted(finder, call, path)),
        None => call.stdin.filter(|_| given.verb == Verb::Change).map(str::to_owned),
    };
    if given.verb == Verb::Change && call.stdin.is_some() {
        finder.drop_listing("crontab");
    }
    let file = given.file.filter(|f| *f != "-" && !f.starts_with("$("));
    let mut jobs = table(content.as_deref().unwrap_or(""), CronTable::User);
    if jobs.is_empty() {
        jobs.push(Job::new(Kind::Cron, given.verb));
    }
    for job in jobs {
        let user = given.user.map(str::to_owned);
        finder.push(Job { verb: given.verb, target_user: user.clone(), principal: user, xml_path: file.map(str::to_owned), ..job }.by("crontab"));
    }
    String::new()
}

/// The content of `crontab <(…)`.
fn substituted(finder: &mut Finder, call: &Call<'_>, path: &str) -> Option<String> {
    let word = call.args.iter().find(|w| w.text == path && !w.scripts.is_empty())?;
    Some(finder.expand(word))
}

struct Given<'a> {
    verb: Verb,
    user: Option<&'a str>,
    file: Option<&'a str>,
}

impl<'a> Given<'a> {
    fn parse(call: &Call<'a>) -> Option<Self> {
        let mut given = Self { verb: Verb::Change, user: None, file: None };
        let mut words = call.texts();
        while let Some(word) = words.next() {
            match word {
                "-u" => given.user = words.next(),
                "-c" => drop(words.next()),
                "-" => given.file = Some("-"),
                "-l" => given.verb = Verb::Query,
                "-r" => given.verb = Verb::Delete,
                "-V" | "-h" | "--help" | "--version" => return None,
                _ if word.starts_with("-u") => given.user = Some(&word[2..]),
                _ if word.starts_with('-') && word.contains('r') => given.verb = Verb::Delete,
                _ if word.starts_with('-') && word.contains('l') => given.verb = Verb::Query,
                _ if word.starts_with('-') => {}
                _ => given.file = given.file.or(Some(word)),
            }
        }
        Some(given)
    }
}

fn anacron(finder: &mut Finder, call: &Call<'_>) -> String {
    if !call.has("-V") && !call.has("-T") {
        finder.push(Job::new(Kind::Cron, Verb::Run).by("anacron"));
    }
    String::new()
}

fn periodic(finder: &mut Finder, call: &Call<'_>) -> String {
    let mut job = Job::new(Kind::Cron, Verb::Run).by("periodic");
    job.name = call.texts().next().map(str::to_owned);
    finder.push(job);
    String::new()
}
