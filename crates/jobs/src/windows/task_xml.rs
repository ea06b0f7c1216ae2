//! The task scheduler's XML (events 4698 and 4702, `schtasks /xml`, files under `System32\Tasks`).

use super::{trigger, typed};
use crate::line::unescaped;
use crate::trigger::{Trigger, When};
use crate::xml::{self, Node};
use crate::{Action, Job, JobError, Kind, RunLevel, Verb};

/// More of a definition that a shipper escaped once more is not undone.
const MAX_ESCAPED: usize = 2 << 20;

/// Decodes a task's definition. The verb is `create`; a caller who knows better says so.
pub fn task_xml(text: &str) -> Result<Job, JobError> {
    let escaped = text.trim_start().starts_with("&lt;");
    let root = if escaped { xml::parse(&unescaped(text.get(..MAX_ESCAPED).unwrap_or(text)))? } else { xml::parse(text)? };
    if root.name != "Task" {
        return Err(JobError::WrongDocument);
    }
    let mut job = Job::new(Kind::WindowsTask, Verb::Create);
    registration(&root, &mut job);
    principal(&root, &mut job);
    job.hidden = Some(root.flag(&["Settings", "Hidden"]).unwrap_or(false));
    job.enabled = Some(root.flag(&["Settings", "Enabled"]).unwrap_or(true));
    job.schedule = root.child("Triggers").map(|t| t.children.iter().map(trigger::in_words).collect()).unwrap_or_default();
    let catch_up = root.flag(&["Settings", "StartWhenAvailable"]).unwrap_or(false);
    let triggers = root.child("Triggers").into_iter().flat_map(|t| &t.children).map(typed::trigger);
    job.start_by(triggers.map(|trigger| Trigger { catch_up: catch_up && !matches!(trigger.when, When::On { .. }), ..trigger }));
    root.child("Actions").into_iter().flat_map(|a| &a.children).filter_map(action).for_each(|a| job.push_action(a));
    Ok(job.decode())
}

fn registration(root: &Node, job: &mut Job) {
    let info = |name| root.value(&["RegistrationInfo", name]).map(str::to_owned);
    job.name = info("URI");
    job.author = info("Author");
    job.description = info("Description");
}

fn principal(root: &Node, job: &mut Job) {
    let Some(principal) = root.at(&["Principals", "Principal"]) else { return };
    job.principal = principal.value(&["UserId"]).or_else(|| principal.value(&["GroupId"])).map(str::to_owned);
    job.logon_type = principal.value(&["LogonType"]).map(str::to_owned);
    job.run_level = match principal.value(&["RunLevel"]) {
        Some("HighestAvailable") => Some(RunLevel::Highest),
        _ => Some(RunLevel::Least),
    };
}

fn action(node: &Node) -> Option<Action> {
    let text = |name| node.value(&[name]).map(str::to_owned);
    match node.name.as_str() {
        "Exec" => Some(Action { command: text("Command")?, arguments: text("Arguments"), folder: text("WorkingDirectory") }),
        "ComHandler" => Some(Action { command: format!("COM {}", text("ClassId")?), arguments: text("Data"), folder: None }),
        "SendEmail" => Some(Action { command: format!("email to {}", text("To").unwrap_or_default()), arguments: text("Subject"), folder: None }),
        "ShowMessage" => Some(Action { command: "show a message".to_owned(), arguments: text("Body").or_else(|| text("Title")), folder: None }),
        _ => None,
    }
}
