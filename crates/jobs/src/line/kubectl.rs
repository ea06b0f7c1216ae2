//! `kubectl` on CronJobs and Jobs, and what it runs inside pods.

use super::call::Call;
use super::finder::{Finder, Handler};
use super::wrap;
use crate::unix::crontab::schedule_alone;
use crate::{Job, Kind, Verb};

pub const PROGRAMS: &[(&str, Handler)] = &[("kubectl", kubectl), ("k3s", kubectl), ("microk8s", kubectl)];

fn kubectl(finder: &mut Finder, call: &Call<'_>) -> String {
    let words = plain(call);
    let verb = match words.first().copied() {
        Some("create" | "apply" | "replace") => Verb::Create,
        Some("patch" | "edit" | "set" | "scale") => Verb::Change,
        Some("delete") => Verb::Delete,
        Some("get" | "describe") => Verb::Query,
        Some("run" | "exec" | "debug") => return wrap::inner(finder, call),
        _ => return String::new(),
    };
    if let Some(job) = resource(call, verb, &words).or_else(|| manifest(call, verb)) {
        finder.push(job);
    }
    String::new()
}

/// Its words without options and their values.
fn plain<'a>(call: &Call<'a>) -> Vec<&'a str> {
    let valued = ["-n", "--namespace", "-f", "--filename", "-o", "--output", "-l", "--selector", "--context", "--kubeconfig", "--image"];
    let mut words = Vec::new();
    let mut texts = call.texts().take_while(|t| *t != "--");
    while let Some(text) = texts.next() {
        if valued.contains(&text) {
            texts.next();
        } else if !text.starts_with('-') && text != "kubectl" {
            words.push(text);
        }
    }
    words
}

/// `create cronjob NAME --schedule=… -- command`, `delete job NAME`.
fn resource(call: &Call<'_>, verb: Verb, words: &[&str]) -> Option<Job> {
    let (kind, name) = words.get(1..)?.iter().enumerate().find_map(|(at, word)| named(word, words.get(at + 2).copied()))?;
    let mut job = Job::new(kind, verb).by("kubectl");
    job.name = name.map(str::to_owned);
    if let Some((phrase, trigger)) = option(call, "--schedule").map(|schedule| schedule_alone(schedule, None)) {
        job.schedule.push(phrase);
        job.start_by(trigger);
    }
    if let Some(at) = call.texts().position(|t| t == "--") {
        job.command = call.args.get(at + 1).map(|w| w.text.clone());
        job.arguments = Some(call.joined(at + 2)).filter(|a| !a.is_empty());
    }
    job.description = option(call, "--image").map(|image| format!("image {image}"));
    Some(job)
}

/// The kind of resource that a word names, with a name that is glued or follows.
fn named<'a>(word: &'a str, next: Option<&'a str>) -> Option<(Kind, Option<&'a str>)> {
    let (resource, glued) = word.split_once('/').map_or((word, None), |(r, n)| (r, Some(n)));
    let kind = match resource.to_ascii_lowercase().split('.').next()? {
        "cronjob" | "cronjobs" | "cj" => Kind::CronJob,
        "job" | "jobs" => Kind::K8sJob,
        _ => return None,
    };
    Some((kind, glued.or(next)))
}

/// `-f cronjob.yaml`: only the file's name tells what it holds.
fn manifest(call: &Call<'_>, verb: Verb) -> Option<Job> {
    let file = option(call, "-f").or_else(|| option(call, "--filename"))?;
    let name = file.rsplit('/').next()?.to_ascii_lowercase();
    let kind = if name.contains("cron") { Kind::CronJob } else { Kind::K8sJob };
    let mut job = Job::new(kind, verb).by("kubectl");
    job.xml_path = Some(file.to_owned());
    name.contains("job").then_some(job)
}

fn option<'a>(call: &Call<'a>, name: &str) -> Option<&'a str> {
    let glued = call.texts().find_map(|t| t.strip_prefix(name).and_then(|v| v.strip_prefix('=')));
    glued.or_else(|| call.args.windows(2).find(|pair| pair[0].text == name).map(|pair| pair[1].text.as_str()))
}
