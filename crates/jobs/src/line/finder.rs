//! Walks through scripts inside scripts, hands each command to who knows it, and gathers the jobs.

use super::call::{Call, Program};
use super::split::{Dialect, Stage, split};
use super::{schtasks, shells};
use crate::Job;

const MAX_DEPTH: usize = 12;
const MAX_JOBS: usize = 64;
/// How many bytes of scripts are looked at for one line, nested ones included.
const BUDGET: usize = 1 << 20;

/// Handles a command and gives its output as far as it can be known.
pub type Handler = fn(&mut Finder, &Call<'_>) -> String;

/// Every program that is known, by the lists of those who know them.
const KNOWN: &[&[(&str, Handler)]] = &[schtasks::PROGRAMS, shells::PROGRAMS];

pub struct Finder {
    jobs: Vec<Job>,
    left: usize,
    depth: usize,
    /// The machine on which a wrapper runs what it wraps.
    pub host: Option<String>,
}

impl Default for Finder {
    fn default() -> Self {
        Self { jobs: Vec::new(), left: BUDGET, depth: 0, host: None }
    }
}

impl Finder {
    /// A process's own command line: the program, then arguments, which a shell reads as a script.
    pub fn process(&mut self, line: &str, original: Option<&str>) {
        let dialect = dialect_of(line, original);
        let stages = split(line, dialect);
        let Some(first) = stages.first().filter(|s| !s.words.is_empty()) else {
            self.stages(line, &stages, dialect);
            return;
        };
        let name = original.map_or_else(|| Program::name(&first.words[0].text), Program::name);
        let whole = Call { name: &name, args: &first.words[1..], rest: &line[first.words[0].end..], script: line, end: line.len(), stdin: None, dialect };
        if !shells::takes_whole_line(self, &whole) {
            self.original(&stages, line, dialect, original);
        }
    }

    /// Runs a script and gives its output.
    pub fn script(&mut self, text: &str, dialect: Dialect) -> String {
        if self.depth >= MAX_DEPTH || text.len() > self.left || self.jobs.len() >= MAX_JOBS {
            return String::new();
        }
        self.left -= text.len();
        self.depth += 1;
        let output = self.stages(text, &split(text, dialect), dialect);
        self.depth -= 1;
        output
    }

    pub fn push(&mut self, mut job: Job) {
        if self.jobs.len() >= MAX_JOBS {
            return;
        }
        job.target_host = job.target_host.or_else(|| self.host.clone());
        self.jobs.push(job.decode());
    }

    pub fn found(&self) -> usize {
        self.jobs.len()
    }

    pub fn finish(self) -> Vec<Job> {
        self.jobs
    }

    fn original(&mut self, stages: &[Stage], line: &str, dialect: Dialect, original: Option<&str>) {
        let renamed = original.map(Program::name).filter(|name| handler(name).is_some());
        let (Some(name), Some(first)) = (renamed, stages.first()) else {
            self.stages(line, stages, dialect);
            return;
        };
        self.call(&name, 0, first, line, None, dialect);
        self.stages(line, &stages[1..], dialect);
    }

    fn stages(&mut self, text: &str, stages: &[Stage], dialect: Dialect) -> String {
        let (mut output, mut last) = (String::new(), String::new());
        for (index, stage) in stages.iter().enumerate() {
            let input = stage.here.clone().or_else(|| stage.piped.then(|| std::mem::take(&mut last)));
            let made = if stage.group.is_empty() { self.command(text, stage, input.as_deref(), dialect) } else { self.stages(text, &stage.group, dialect) };
            if stages.get(index + 1).is_some_and(|next| next.piped) {
                last = made;
            } else if stage.writes.is_empty() {
                output.push_str(&made);
            }
        }
        output
    }

    fn command(&mut self, text: &str, stage: &Stage, stdin: Option<&str>, dialect: Dialect) -> String {
        for script in stage.words.iter().flat_map(|w| &w.scripts) {
            self.script(script, dialect);
        }
        let Some(at) = shells::program_at(&stage.words) else { return String::new() };
        let name = Program::name(&stage.words[at].text);
        self.call(&name, at, stage, text, stdin, dialect)
    }

    fn call(&mut self, name: &str, at: usize, stage: &Stage, text: &str, stdin: Option<&str>, dialect: Dialect) -> String {
        let Some(word) = stage.words.get(at) else { return String::new() };
        let rest = text.get(word.end..stage.end).unwrap_or("");
        let call = Call { name, args: &stage.words[at + 1..], rest, script: text, end: stage.end, stdin, dialect };
        match handler(name) {
            Some(handle) => handle(self, &call),
            None => self.unknown(&call),
        }
    }

    /// A program that nobody knows: a renamed one, where its switches are unmistakable, or one that runs text.
    fn unknown(&mut self, call: &Call<'_>) -> String {
        if shells::only_shows(call.name) {
            return String::new();
        }
        if schtasks::unmistakable(call.args) {
            schtasks::run(self, call);
        } else {
            schtasks::rescue(self, call.rest);
        }
        String::new()
    }
}

pub fn handler(name: &str) -> Option<Handler> {
    KNOWN.iter().flat_map(|list| list.iter()).find(|(known, _)| *known == name).map(|(_, handle)| *handle)
}

/// Which shell's rules hold for a process's own command line.
fn dialect_of(line: &str, original: Option<&str>) -> Dialect {
    let line = line.trim_start();
    let first = line.strip_prefix('"').map_or_else(|| line.split_whitespace().next().unwrap_or(""), |l| l.split('"').next().unwrap_or(""));
    let lower = first.to_ascii_lowercase();
    let posix_path = lower.starts_with('/') || lower.starts_with("./") || lower.starts_with("~/");
    let windows = original.is_some()
        || lower.contains('\\')
        || lower.contains('^')
        || lower.ends_with(".exe")
        || shells::is_windows(&Program::name(&lower))
        || lower.contains('%');
    if windows && !posix_path { Dialect::Cmd } else { Dialect::Posix }
}
