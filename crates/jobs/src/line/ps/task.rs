//! The ScheduledTasks cmdlets: parts of a task, put together.

use super::bound::Bound;
use super::typed;
use super::value::Value;
use crate::windows::action;
use crate::words::{append, list};
use crate::{Action, Job, Kind, RunLevel, Verb};

/// A part, or a task put together of parts, by the cmdlet's name.
pub fn part(bound: &Bound) -> Option<Job> {
    let mut job = Job::new(Kind::WindowsTask, Verb::Create).by("powershell");
    match bound.name.as_str() {
        "new-scheduledtaskaction" => action_of(bound, &mut job),
        "new-scheduledtasktrigger" | "new-jobtrigger" => {
            job.schedule = vec![trigger(bound)];
            job.start_by([typed::trigger(bound)]);
        }
        "new-scheduledtaskprincipal" => principal(bound, &mut job),
        "new-scheduledtasksettingsset" => settings(bound, &mut job),
        "new-scheduledtask" => whole(bound, &mut job),
        _ => return None,
    }
    Some(job)
}

/// Fills a job with everything that a registering cmdlet was given.
pub fn whole(bound: &Bound, job: &mut Job) {
    for name in ["inputobject", "action", "trigger", "principal", "settings"] {
        bound.value(&[name]).into_iter().flat_map(Value::tasks).for_each(|given| merge(job, given));
    }
    bound.input.tasks().into_iter().for_each(|given| merge(job, given));
    principal(bound, job);
    job.description = bound.text(&["description"]).or_else(|| job.description.take());
}

/// Takes over what a part says.
pub fn merge(job: &mut Job, part: &Job) {
    if let Some(command) = &part.command {
        job.push_action(Action { command: command.clone(), arguments: part.arguments.clone(), folder: part.folder.clone() });
    }
    part.more_actions.iter().cloned().for_each(|a| job.push_action(a));
    job.schedule.extend(part.schedule.iter().cloned());
    job.start_by(part.triggers.iter().cloned());
    job.name = job.name.take().or_else(|| part.name.clone());
    job.principal = part.principal.clone().or_else(|| job.principal.take());
    job.run_level = part.run_level.or(job.run_level);
    job.logon_type = part.logon_type.clone().or_else(|| job.logon_type.take());
    job.hidden = part.hidden.or(job.hidden);
    job.enabled = part.enabled.or(job.enabled);
    job.description = part.description.clone().or_else(|| job.description.take());
}

/// `$task.Settings.Hidden = $true` and the like.
pub fn property(job: &mut Job, name: &str, value: &Value) {
    let text = value.text();
    match name {
        "hidden" => job.hidden = Some(value.is_true()),
        "enabled" => job.enabled = Some(value.is_true()),
        "author" => job.author = text,
        "description" => job.description = text,
        "userid" => job.principal = text,
        "arguments" => job.arguments = text,
        "execute" => job.command = text,
        "interval" => {
            typed::repeat_last(job, text.as_deref(), None);
            job.schedule.extend(text.map(|t| format!("every {t}")));
        }
        "duration" => typed::repeat_last(job, None, text.as_deref()),
        _ => {}
    }
}

fn action_of(bound: &Bound, job: &mut Job) {
    let Some(execute) = bound.text_or(&["execute"], 0) else { return };
    let split = action::split(&execute);
    let arguments = bound.text_or(&["argument", "arguments"], 1).or(split.arguments);
    job.push_action(Action { command: split.command, arguments, folder: bound.text(&["workingdirectory"]) });
}

fn trigger(bound: &Bound) -> String {
    let at = bound.text(&["at"]).map(|t| format!(" at {t}")).unwrap_or_default();
    let days = bound.value(&["daysofweek"]).map(|d| format!(" on {}", list(&d.texts()))).unwrap_or_default();
    let mut phrase = match () {
        () if bound.flag("atlogon") => format!("at each logon of {}", bound.text(&["user"]).unwrap_or_else(|| "any user".to_owned())),
        () if bound.flag("atstartup") => "at each boot".to_owned(),
        () if bound.flag("daily") => match bound.text(&["daysinterval"]).filter(|n| n != "1") {
            Some(n) => format!("every {n} days{at}"),
            None => format!("daily{at}"),
        },
        () if bound.flag("weekly") => format!("weekly{days}{at}"),
        () => format!("once{at}"),
    };
    for (before, names) in [(", every ", "repetitioninterval"), (" for ", "repetitionduration"), (", within ", "randomdelay")] {
        if let Some(span) = bound.text(&[names]) {
            append(&mut phrase, &[before, &span]);
        }
    }
    phrase
}

fn principal(bound: &Bound, job: &mut Job) {
    job.principal = bound.text(&["userid", "groupid", "user"]).or_else(|| job.principal.take());
    job.logon_type = bound.text(&["logontype"]).or_else(|| job.logon_type.take());
    job.run_level = match bound.text(&["runlevel"]).map(|l| l.to_ascii_lowercase()).as_deref() {
        Some("highest" | "1") => Some(RunLevel::Highest),
        Some(_) => Some(RunLevel::Least),
        None => job.run_level,
    };
}

fn settings(bound: &Bound, job: &mut Job) {
    job.hidden = bound.value(&["hidden"]).map(Value::is_true);
    job.enabled = bound.value(&["disable"]).map(|d| !d.is_true());
}
