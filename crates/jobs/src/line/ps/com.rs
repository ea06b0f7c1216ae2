//! The task scheduler's COM interface, in PowerShell, VBScript, JScript or VBA: found by the names of its members.

use super::super::finder::Finder;
use crate::span;
use crate::trigger::{Anchor, Repeat, Trigger, When};
use crate::windows::task_xml;
use crate::{Action, Job, Kind, Moment, RunLevel, Verb};

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

struct Script<'a> {
    text: &'a str,
    lower: &'a str,
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
    fn assigned(&self, member: &str) -> Option<String> {
        self.values(member).find_map(quoted)
    }

    /// The bare word that is assigned to a member.
    fn word(&self, member: &str) -> Option<String> {
        let value = self.values(member).next()?;
        Some(value.trim_start().split([';', '\n', ' ', '\r']).next()?.to_ascii_lowercase())
    }

    fn values<'s>(&'s self, member: &'s str) -> impl Iterator<Item = &'s str> {
        self.lower.match_indices(member).take(32).filter_map(move |(at, _)| self.text[at + member.len()..].trim_start().strip_prefix('='))
    }

    fn triggers(&self) -> Vec<String> {
        self.kinds().filter_map(trigger).map(str::to_owned).collect()
    }

    fn kinds(&self) -> impl Iterator<Item = char> {
        self.lower.match_indices("triggers.create(").take(16).filter_map(|(at, name)| self.text[at + name.len()..].trim_start().chars().next())
    }

    /// The triggers with what the script assigns: mostly there is one, and it is this one's.
    fn typed(&self) -> Vec<Trigger> {
        let moment = |member: &str| self.assigned(member).and_then(|text| Moment::parse(&text));
        let seconds = |member: &str| self.assigned(member).and_then(|text| span::iso(&text));
        let interval = seconds(".interval").filter(|interval| *interval > 0);
        let repeat = interval.map(|interval| Repeat { interval, duration: seconds(".duration"), stop: false });
        let filled = |trigger: Trigger| Trigger {
            start: moment(".startboundary"),
            end: moment(".endboundary"),
            delay: seconds(".delay").unwrap_or(0),
            repeat,
            ..trigger
        };
        self.kinds().filter_map(typed).map(filled).collect()
    }
}

/// The same, typed; `None` where the number leaves days open that a script sets elsewhere.
fn typed(kind: char) -> Option<Trigger> {
    Some(match kind {
        '0' => Trigger::on(Anchor::Event),
        '1' => Trigger::new(When::Once),
        '2' => Trigger::new(When::Daily { every: 1 }),
        '3' => Trigger::new(When::Weekly { every: 1, days: 0 }).guess(),
        '4' | '5' => Trigger::on(Anchor::Unknown),
        '6' => Trigger::on(Anchor::Idle),
        '7' => Trigger::on(Anchor::Registration),
        '8' => Trigger::on(Anchor::Boot),
        '9' => Trigger::on(Anchor::Logon),
        _ => return None,
    })
}

/// The scheduler's numbers of triggers.
fn trigger(kind: char) -> Option<&'static str> {
    Some(match kind {
        '0' => "on an event",
        '1' => "once",
        '2' => "daily",
        '3' => "weekly",
        '4' | '5' => "monthly",
        '6' => "when the computer is idle",
        '7' => "when it is registered",
        '8' => "at each boot",
        '9' => "at each logon of any user",
        _ => return None,
    })
}

/// The quoted text at the beginning of `text`.
fn quoted(text: &str) -> Option<String> {
    let text = text.trim_start();
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    text[1..].split(quote).next().map(str::to_owned)
}
