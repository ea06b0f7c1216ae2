//! Walks through scripts inside scripts, hands each command to who knows it, and gathers the jobs.

use super::call::{Call, Program};
use super::files::{Deed, Files};
use super::split::{Dialect, Stage, Word, split};
use super::{at, crontab, kubectl, launchd, phrase, ps, schtasks, shells, systemd, text, tools, transfer, variables, wrap};
use crate::{Job, Kind, Trigger, Verb};

const MAX_DEPTH: usize = 12;
const MAX_JOBS: usize = 64;
/// How many bytes of scripts are looked at for one line, nested ones included.
const BUDGET: usize = 1 << 20;

const MAX_VARIABLES: usize = 64;
const MAX_VARIABLE: usize = 1024;

/// Handles a command and gives its output as far as it can be known.
pub type Handler = fn(&mut Finder, &Call<'_>) -> String;

/// Every program that is known, by the lists of those who know them.
const KNOWN: &[&[(&str, Handler)]] = &[
    schtasks::PROGRAMS,
    shells::PROGRAMS,
    at::PROGRAMS,
    crontab::PROGRAMS,
    systemd::PROGRAMS,
    text::PROGRAMS,
    transfer::PROGRAMS,
    wrap::PROGRAMS,
    launchd::PROGRAMS,
    tools::PROGRAMS,
    kubectl::PROGRAMS,
];

pub struct Finder {
    jobs: Vec<Job>,
    left: usize,
    depth: usize,
    /// How deep PowerShell's expressions stand in each other now.
    pub nesting: usize,
    /// The machine on which a wrapper runs what it wraps.
    pub host: Option<String>,
    pub files: Files,
    /// What the line itself set (`set a=b`), names in lower case.
    variables: Vec<(String, String)>,
}

impl Default for Finder {
    fn default() -> Self {
        Self { jobs: Vec::new(), left: BUDGET, depth: 0, nesting: 0, host: None, files: Files::default(), variables: Vec::new() }
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
        if handler(&name).is_none() && !shells::only_shows(&name) && ps::is_script(line, &first.words[0].text) {
            return self.powershell(line);
        }
        if !shells::takes_whole_line(self, &whole) {
            self.original(&stages, line, dialect, original);
        }
    }

    /// Goes one level deeper, unless that is too deep or enough was found.
    pub fn deeper(&mut self, run: impl FnOnce(&mut Self) -> String) -> String {
        if self.depth >= MAX_DEPTH || self.jobs.len() >= MAX_JOBS {
            return String::new();
        }
        self.depth += 1;
        let output = run(self);
        self.depth -= 1;
        output
    }

    /// Runs a script and gives its output.
    pub fn script(&mut self, text: &str, dialect: Dialect) -> String {
        self.affordable(text, |finder| finder.stages(text, &split(text, dialect), dialect))
    }

    /// Runs a PowerShell script.
    pub fn powershell(&mut self, text: &str) {
        self.affordable(text, |finder| {
            ps::script(finder, text);
            String::new()
        });
    }

    /// Looks into a text while the line's budget lasts.
    fn affordable(&mut self, text: &str, run: impl FnOnce(&mut Self) -> String) -> String {
        if text.len() > self.left {
            return String::new();
        }
        self.left -= text.len();
        self.deeper(run)
    }

    pub fn push(&mut self, mut job: Job) {
        if self.jobs.len() >= MAX_JOBS {
            return;
        }
        job.target_host = job.target_host.or_else(|| self.host.clone());
        if job.kind == Kind::At && job.triggers.is_empty() {
            let triggers: Vec<Trigger> = job.schedule.iter().flat_map(|phrase| phrase::at(phrase)).collect();
            job.start_by(triggers);
        }
        self.jobs.push(job.decode());
    }

    pub fn found(&self) -> usize {
        self.jobs.len()
    }

    /// Every job, those that are files put where the line began to write them.
    pub fn finish(mut self) -> Vec<Job> {
        let files = std::mem::take(&mut self.files);
        let found = std::mem::take(&mut self.jobs);
        let mut from_files = files.into_jobs().into_iter().peekable();
        for (position, job) in found.into_iter().enumerate() {
            while let Some((_, written)) = from_files.next_if(|(at, _)| *at <= position) {
                self.push(written);
            }
            self.push(job);
        }
        from_files.for_each(|(_, written)| self.push(written));
        self.jobs
    }

    pub fn wrote(&mut self, deed: &Deed<'_>) {
        self.files.note(deed, self.jobs.len());
    }

    /// Takes back the listing that only fed what came after it in a pipe.
    pub fn drop_listing(&mut self, tool: &str) {
        while self.jobs.last().is_some_and(|job| job.verb == Verb::Query && job.tool.as_deref() == Some(tool)) {
            self.jobs.pop();
        }
    }

    /// A word with its substitutions replaced by what they print.
    pub fn expand(&mut self, word: &Word) -> String {
        let mut text = word.text.clone();
        for script in word.scripts.iter().take(8) {
            let printed = self.script(script, Dialect::Posix);
            if !printed.is_empty() {
                text = text.replacen(&format!("$({script})"), printed.trim_end(), 1);
            }
        }
        text
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
            let piped = stage.piped.then(|| std::mem::take(&mut last));
            let read = || stage.reads.as_deref().and_then(|path| self.files.content(path)).map(str::to_owned);
            let input = stage.here.clone().or(piped).or_else(read);
            let made = if stage.group.is_empty() { self.command(text, stage, input.as_deref(), dialect) } else { self.stages(text, &stage.group, dialect) };
            for write in &stage.writes {
                let tool = stage.words.first().map_or_else(String::new, |w| Program::name(&w.text));
                let verb = if write.append { Verb::Change } else { Verb::Create };
                self.wrote(&Deed { path: &write.path, content: &made, source: None, verb, tool: &tool });
            }
            if stages.get(index + 1).is_some_and(|next| next.piped) {
                last = made;
            } else if stage.writes.is_empty() {
                output.push_str(&made);
            }
        }
        output
    }

    pub fn set(&mut self, name: &str, value: &str) {
        if self.variables.len() < MAX_VARIABLES && value.len() < MAX_VARIABLE {
            self.variables.push((name.trim().to_ascii_lowercase(), value.to_owned()));
        }
    }

    /// A command of cmd.exe with the line's own variables put in, where there are any.
    fn substituted(&self, stage: &Stage, text: &str) -> Option<String> {
        let first = stage.words.first()?;
        let start = first.start.min(stage.end);
        let source = text.get(start..stage.end).filter(|t| !self.variables.is_empty() && t.contains(['%', '!']))?;
        variables::substitute(source, &self.variables)
    }

    fn command(&mut self, text: &str, stage: &Stage, stdin: Option<&str>, dialect: Dialect) -> String {
        for script in stage.words.iter().flat_map(|w| &w.scripts).take(64) {
            self.script(script, dialect);
        }
        if dialect == Dialect::Cmd
            && let Some(script) = self.substituted(stage, text)
        {
            return self.script(&script, dialect);
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
    pub fn unknown(&mut self, call: &Call<'_>) -> String {
        if shells::only_shows(call.name) {
            return String::new();
        }
        if schtasks::unmistakable(call.args) {
            schtasks::run(self, call);
        } else {
            schtasks::rescue(self, call.rest);
            ps::rescue(self, call.rest);
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
    let name = Program::name(&lower);
    let at = name == "at" && [" \\\\", " /interactive", " /every:", " /next:", " /delete", " /yes"].iter().any(|sign| line.contains(sign));
    let windows = at
        || original.is_some()
        || line.contains(":\\")
        || lower.contains('\\')
        || lower.contains('^')
        || lower.rsplit('.').next() == Some("exe")
        || shells::is_windows(&name)
        || lower.contains('%');
    if windows && !posix_path { Dialect::Cmd } else { Dialect::Posix }
}
