//! `job decode TEXT|FILE|-`: what a definition or a command line would run.

use super::args::DecodeArgs;
use super::present::{Present, clock};
use super::recognise::{Hint, Recognised, recognise};
use super::view::{View, print};
use crate::exit::Exit;
use crate::terminal::complain;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use watchbell_input::{Options, expand, open, read_whole};
use watchbell_jobs::Anchors;

/// Longer definitions are none.
const LONGEST: u64 = 16 << 20;
/// Files of a folder that are looked at.
const MOST_FILES: usize = 10_000;

pub fn run(args: &DecodeArgs) -> Result<Exit> {
    let present = Present::of(&args.when, clock)?;
    let decoded = if is_place(&args.input) { files(args)? } else { text(&args.input, args.user.as_deref()) };
    let anchors = Anchors { created: Some(present.now), ..Anchors::default() };
    let views: Vec<View> = decoded.into_iter().map(|job| View::of(job.into(), &present, &anchors)).collect();
    if views.is_empty() {
        return nothing(&args.input);
    }
    print(&views, args.format, &present)?;
    Ok(Exit::Clean)
}

fn is_place(input: &str) -> bool {
    input == "-" || (input.len() < 4096 && Path::new(input).exists())
}

fn text(input: &str, user: Option<&str>) -> Vec<watchbell_jobs::Job> {
    told(recognise(input, &Hint { path: None, user, beside: None }), None)
}

/// Problems of what was read, on stderr.
fn told(recognised: Recognised, name: Option<&str>) -> Vec<watchbell_jobs::Job> {
    let place = name.map_or_else(String::new, |name| format!("{name}: "));
    recognised.problems.iter().for_each(|problem| complain(&format!("warning: {place}{problem}")));
    recognised.jobs
}

fn files(args: &DecodeArgs) -> Result<Vec<watchbell_jobs::Job>> {
    let options = Options::default();
    let (files, problems) = expand(&[PathBuf::from(&args.input)], &options);
    problems.into_iter().next().map_or(Ok(()), Err)?;
    let (mut jobs, mut silent) = (Vec::new(), 0);
    for file in files.iter().take(MOST_FILES) {
        for stream in open(file, &options)? {
            let mut stream = stream?;
            stream.text();
            let name = stream.name.clone();
            let bytes = read_whole(&mut stream, LONGEST)?;
            let text = String::from_utf8_lossy(&bytes);
            let beside = service_beside(file.path.as_deref());
            let found = told(recognise(&text, &Hint { path: Some(&name), user: args.user.as_deref(), beside: beside.as_deref() }), Some(&name));
            silent += usize::from(found.is_empty());
            jobs.extend(found);
        }
    }
    if silent > 0 && !jobs.is_empty() {
        complain(&format!("{silent} files hold no job that is known"));
    }
    if files.is_empty() {
        bail!("{}: no file in it", args.input);
    }
    Ok(jobs)
}

/// The service that a timer's file starts stands beside it.
fn service_beside(path: Option<&Path>) -> Option<String> {
    let path = path.filter(|path| path.extension().is_some_and(|extension| extension == "timer"))?;
    watchbell_input::read_bounded_text(&path.with_extension("service"), LONGEST).ok()
}

/// A word that is no file is a slip of the one who types it.
fn nothing(input: &str) -> Result<Exit> {
    let kinds = "a task's XML, a crontab, a timer unit, an at job, a command line that schedules, an Azure schedule or a CronJob";
    if !input.contains(char::is_whitespace) && !is_place(input) {
        bail!("`{input}` is no file, and as text it schedules nothing; it may be {kinds}");
    }
    complain(&format!("error: nothing that schedules a job is in it; it may be {kinds}"));
    Ok(Exit::Content)
}
