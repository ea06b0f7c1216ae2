//! Azure Automation's deeds in the Activity Log: schedules, links to runbooks, webhooks, runbooks, jobs.

use super::azure_trigger;
use crate::trigger::{Anchor, Trigger};
use crate::words::{append, every};
use crate::{Job, JobError, Kind, Verb};
use serde_json::Value;

const MAX_BODY: usize = 256 * 1024;

/// Decodes a deed by its operation (`…/webhooks/write`), the resource it was done to, and the record's properties,
/// in which the request's body stands as text or as an object. A webhook's address is a secret and is never taken over.
pub fn azure(operation: &str, resource: &str, properties: &Value) -> Result<Job, JobError> {
    let operation = operation.to_ascii_lowercase();
    let path = operation.strip_prefix("microsoft.automation/automationaccounts/").ok_or(JobError::WrongDocument)?;
    let (what, deed) = path.split_once('/').ok_or(JobError::WrongDocument)?;
    let mut job = Job::new(kind(what).ok_or(JobError::WrongDocument)?, verb(what, deed)).by("azure automation");
    job.name = last_segment(resource, what);
    let body = body(properties)?;
    let settings = if body["properties"].is_object() { &body["properties"] } else { &body };
    fill(&mut job, settings, what);
    Ok(job)
}

fn kind(what: &str) -> Option<Kind> {
    match what {
        "schedules" | "jobschedules" => Some(Kind::AzureSchedule),
        "webhooks" => Some(Kind::AzureWebhook),
        "runbooks" | "jobs" => Some(Kind::AzureRunbook),
        _ => None,
    }
}

fn verb(what: &str, deed: &str) -> Verb {
    match (what, deed.rsplit('/').next().unwrap_or(deed)) {
        (_, "delete") => Verb::Delete,
        (_, "read") => Verb::Query,
        ("jobs", "stop" | "suspend") => Verb::Stop,
        ("jobs", _) => Verb::Run,
        ("runbooks", _) if deed != "write" => Verb::Change,
        _ => Verb::Create,
    }
}

/// The name behind `what` in a resource's path.
fn last_segment(resource: &str, what: &str) -> Option<String> {
    let lower = resource.to_ascii_lowercase();
    let at = lower.rfind(&format!("/{what}/"))? + what.len() + 2;
    let name = resource.get(at..)?.split('/').next()?;
    (!name.is_empty()).then(|| name.to_owned())
}

/// The request's body: under `requestbody` in any case, as text or object.
fn body(properties: &Value) -> Result<Value, JobError> {
    let found = match properties {
        Value::String(text) => return parsed(text).and_then(|inner| if inner.is_string() { Ok(Value::Null) } else { body(&inner) }),
        Value::Object(map) => map.iter().find(|(key, _)| key.eq_ignore_ascii_case("requestbody")).map(|(_, value)| value),
        _ => None,
    };
    match found {
        Some(Value::String(text)) => parsed(text),
        Some(other) => Ok(other.clone()),
        None => Ok(Value::Null),
    }
}

fn parsed(text: &str) -> Result<Value, JobError> {
    if text.len() > MAX_BODY {
        return Err(JobError::TooLarge);
    }
    serde_json::from_str(text).map_err(|_| JobError::Syntax)
}

fn fill(job: &mut Job, settings: &Value, what: &str) {
    let text = |value: &Value| value.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    job.command = text(&settings["runbook"]["name"]).map(|name| format!("runbook {name}"));
    job.target_host = text(&settings["runOn"]);
    job.description = text(&settings["description"]);
    job.enabled = settings["isEnabled"].as_bool();
    match what {
        "schedules" => {
            job.schedule = schedule(settings).into_iter().collect();
            job.start_by(azure_trigger::triggers(settings));
        }
        "jobschedules" => {
            job.schedule = text(&settings["schedule"]["name"]).map(|name| format!("by the schedule {name}")).into_iter().collect();
            job.start_by([Trigger::on_of(Anchor::Schedule, settings["schedule"]["name"].as_str())]);
        }
        "webhooks" => {
            job.start_by([Trigger { end: azure_trigger::moment(&settings["expiryTime"]), ..Trigger::on(Anchor::Call) }]);
            job.schedule = vec![
                text(&settings["expiryTime"]).map_or_else(|| "when its address is called".to_owned(), |end| format!("when its address is called, until {end}")),
            ];
        }
        _ => {}
    }
}

/// `{frequency, interval, startTime, expiryTime, timeZone}`.
fn schedule(settings: &Value) -> Option<String> {
    let frequency = settings["frequency"].as_str()?.to_ascii_lowercase();
    let interval = settings["interval"].as_u64().or_else(|| settings["interval"].as_str().and_then(|t| t.parse().ok())).unwrap_or(1);
    let mut phrase = if frequency == "onetime" { "once".to_owned() } else { every(interval, &frequency) };
    let before = if frequency == "onetime" { " at " } else { " from " };
    for (before, key, after) in [(before, "startTime", ""), (", until ", "expiryTime", ""), (" (", "timeZone", ")")] {
        if let Some(value) = settings[key].as_str().filter(|v| !v.starts_with("9999")) {
            append(&mut phrase, &[before, value, after]);
        }
    }
    Some(phrase)
}
