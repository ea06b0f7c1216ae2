//! The task scheduler's COM interface, in PowerShell, VBScript, JScript or VBA: found by the names of its members.

use super::super::finder::Finder;
use crate::windows::task_xml;
use crate::{Action, Job, Kind, RunLevel, Verb};

const MAX_TEXT: usize = 128 * 1024;

/// Notes the job of a script that speaks to `Schedule.Service`.
pub fn scan(finder: &mut Finder, text: &str) {
    let text = text.get(..MAX_TEXT).unwrap_or(text);
    let lower = text.to_ascii_lowercase();
    if lower.len() != text.len() || !lower.contains("schedule.service") {
        return;
    }
    let script = Script { text, lower: &lower };
    let mut job = Job::new(Kind::WindowsTask, script.verb()).by("com");
    job.target_host = script.argument(".connect(").filter(|h| !h.is_empty());
    job.name = [".registertaskdefinition(", ".registertask(", ".deletetask(", ".gettask("].iter().find_map(|m| script.argument(m));
    if let Some(command) = script.assigned(".path") {
        job.push_action(Action { command, arguments: script.assigned(".arguments"), folder: script.assigned(".workingdirectory") });
    }
    job.principal = script.assigned(".userid");
    job.author = script.assigned(".author");
    job.description = script.assigned(".description");
    job.hidden = script.word(".hidden").map(|w| w.contains("true") || w.contains('1'));
    job.run_level = script.word(".runlevel").map(|w| if w.contains('1') { RunLevel::Highest } else { RunLevel::Least });
    job.schedule = script.triggers();
    job.start_by(script.typed());
    if let Some(xml) = text.find("<Task").and_then(|at| text[at..].find("</Task>").map(|end| &text[at..at + end + 7])) {
        from_xml(&xml.replace("\"\"", "\""), &mut job);
    }
    finder.push(job);
}

fn from_xml(xml: &str, job: &mut Job) {
    if let Ok(decoded) = task_xml(xml) {
        super::task::merge(job, &decoded);
    }
}

/// A script, or a part of it, and the same in small letters.
pub struct Script<'a> {
    pub text: &'a str,
    pub lower: &'a str,
}

impl Script<'_> {
    fn verb(&self) -> Verb {
        let has = |name: &str| self.lower.contains(name);
        match () {
            () if has(".registertask") => Verb::Create,
            () if has(".deletetask(") => Verb::Delete,
            () if has(".run(") || has(".runex(") => Verb::Run,
            () if has(".newtask(") => Verb::Create,
            () => Verb::Query,
        }
    }

    /// The text behind a member's opening parenthesis.
    fn argument(&self, member: &str) -> Option<String> {
        let at = self.lower.find(member)? + member.len();
        quoted(&self.text[at..])
    }

    /// The text that is assigned to a member.
    pub fn assigned(&self, member: &str) -> Option<String> {
        self.values(member).find_map(quoted)
    }

    /// The bare word that is assigned to a member.
    pub fn word(&self, member: &str) -> Option<String> {
        let value = self.values(member).next()?;
        Some(value.trim_start().split([';', '\n', ' ', '\r']).next()?.to_ascii_lowercase())
    }

    fn values<'s>(&'s self, member: &'s str) -> impl Iterator<Item = &'s str> {
        self.lower.match_indices(member).take(32).filter_map(move |(at, _)| self.text[at + member.len()..].trim_start().strip_prefix('='))
    }
}

/// The quoted text at the beginning of `text`.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next().map(str::to_owned)
}
