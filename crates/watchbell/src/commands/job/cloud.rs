//! Jobs of clouds and clusters, as JSON or YAML: manifests, resources of Azure Automation, records of their deeds.

use serde::Deserialize;
use serde_json::{Value, json};
use watchbell_jobs::{Job, azure, cron_job};

/// Objects of one text that are looked at.
const MOST: usize = 256;
/// Longer or deeper manifests are none.
const LONGEST: usize = 1 << 20;
const DEEPEST: usize = 256;
const ACCOUNT: &str = "microsoft.automation/automationaccounts";

/// The jobs of a text that is JSON or a manifest in YAML; none if it is neither.
pub fn jobs(text: &str) -> Option<Vec<Job>> {
    let documents = if text.starts_with(['{', '[']) { json_documents(text)? } else { yaml_documents(text)? };
    Some(documents.iter().flat_map(|document| object(document, 0)).take(MOST).collect())
}

/// One document, or one a line.
fn json_documents(text: &str) -> Option<Vec<Value>> {
    let documents: Result<Vec<Value>, _> = serde_json::Deserializer::from_str(text).into_iter().take(MOST).collect();
    documents.ok()
}

fn yaml_documents(text: &str) -> Option<Vec<Value>> {
    let key = |line: &str| ["apiVersion:", "kind:", "spec:", "properties:", "frequency:"].iter().any(|key| line.starts_with(key));
    (text.len() <= LONGEST && !is_deep(text) && text.lines().any(key)).then_some(())?;
    let documents = yaml_serde::Deserializer::from_str(text).take(MOST);
    Some(documents.filter_map(|document| Value::deserialize(document).ok()).collect())
}

/// Brackets within brackets, which take a reader of YAML the longer the deeper they are.
fn is_deep(text: &str) -> bool {
    let step = |depth: usize, b| match b {
        b'[' | b'{' => depth + 1,
        b']' | b'}' => depth.saturating_sub(1),
        _ => depth,
    };
    let depths = text.bytes().scan(0, |depth, b| {
        *depth = step(*depth, b);
        Some(*depth)
    });
    depths.max().unwrap_or_default() > DEEPEST
}

fn object(value: &Value, depth: usize) -> Vec<Job> {
    let lists = [value, &value["items"], &value["resources"], &value["value"], &value["records"]];
    if let Some(list) = lists.into_iter().find_map(Value::as_array).filter(|_| depth < 4) {
        return list.iter().take(MOST).flat_map(|item| object(item, depth + 1)).collect();
    }
    let asked = &value["requestObject"];
    let found = cron_job(if asked.is_object() { asked } else { value }).or_else(|_| deed(value)).or_else(|_| resource(value));
    found.into_iter().collect()
}

/// A record of the Activity Log.
fn deed(value: &Value) -> Result<Job, watchbell_jobs::JobError> {
    let operation = value["operationName"]["value"].as_str().or_else(|| value["operationName"].as_str()).unwrap_or_default();
    let resource = value["resourceId"].as_str().unwrap_or_default();
    azure(operation, resource, &value["properties"]).or_else(|_| azure(operation, resource, &Value::Null))
}

/// A schedule, a webhook, or a runbook's link to a schedule, as Azure gives it out.
fn resource(value: &Value) -> Result<Job, watchbell_jobs::JobError> {
    let settings = if value["properties"].is_object() { &value["properties"] } else { value };
    let what = value["type"].as_str().and_then(|kind| kind.rsplit('/').next()).map(str::to_lowercase);
    let guess = || match settings {
        _ if settings["frequency"].is_string() => Some("schedules"),
        _ if settings["runbook"].is_object() && settings["schedule"].is_object() => Some("jobschedules"),
        _ if settings["expiryTime"].is_string() => Some("webhooks"),
        _ => None,
    };
    let what = what.or_else(|| guess().map(str::to_owned)).unwrap_or_default();
    let name = value["name"].as_str().or_else(|| settings["name"].as_str()).and_then(|name| name.rsplit('/').next()).unwrap_or_default();
    azure(&format!("{ACCOUNT}/{what}/write"), &format!("/{what}/{name}"), &json!({ "requestbody": value }))
}
