//! The fields that jobs are read from, and what reads each.

use rustc_hash::FxHashMap;
use watchbell_jobs::{Job, Kind, Verb, azure, command_line_as, cron_job, may_schedule, powershell, ran_by_cron, task_xml};
use watchbell_model::{FieldId, LogSource, Part, Value};

/// Where jobs stand in events: a field of some log sources, and what reads it.
pub struct Input {
    pub field: &'static str,
    /// Other fields of the same view that the reading asks for.
    pub beside: &'static [&'static str],
    pub of: fn(&LogSource) -> bool,
    /// A cheap look at the raw bytes.
    pub worth: fn(&[u8]) -> bool,
    /// Another field that makes it worth reading, looked at alike.
    pub hint: Option<&'static str>,
    pub decode: fn(&str, &Beside<'_>) -> Vec<Job>,
}

pub const INPUTS: [Input; 8] = [
    Input { field: "TaskContent", beside: &[], of: windows, worth: any, hint: None, decode: xml },
    Input { field: "TaskContentNew", beside: &[], of: windows, worth: any, hint: None, decode: xml },
    Input { field: "CommandLine", beside: &["OriginalFileName"], of: process, worth: may_schedule, hint: Some("OriginalFileName"), decode: line },
    Input { field: "ScriptBlockText", beside: &[], of: windows, worth: may_schedule, hint: None, decode: script },
    Input { field: "Payload", beside: &[], of: windows, worth: may_schedule, hint: None, decode: script },
    Input { field: "Command", beside: &[], of: cron, worth: any, hint: None, decode: ran },
    Input { field: "operationName", beside: &["resourceId", "properties"], of: azure_activity, worth: automation, hint: None, decode: azure_deed },
    Input {
        field: "objectRef.resource",
        beside: &["verb", "objectRef.namespace", "objectRef.name", "requestObject"],
        of: kubernetes,
        worth: batch,
        hint: None,
        decode: batch_object,
    },
];

fn windows(source: &LogSource) -> bool {
    source.product.as_deref() == Some("windows")
}

fn process(source: &LogSource) -> bool {
    source.category.as_deref() == Some("process_creation")
}

fn cron(source: &LogSource) -> bool {
    source.service.iter().any(|service| service == "cron")
}

fn azure_activity(source: &LogSource) -> bool {
    source.product.as_deref() == Some("azure")
}

fn kubernetes(source: &LogSource) -> bool {
    source.product.as_deref() == Some("kubernetes")
}

fn any(_: &[u8]) -> bool {
    true
}

fn automation(operation: &[u8]) -> bool {
    operation.get(..20).is_some_and(|start| start.eq_ignore_ascii_case(b"microsoft.automation"))
}

fn batch(resource: &[u8]) -> bool {
    matches!(resource, b"cronjobs" | b"jobs")
}

fn xml(text: &str, _: &Beside<'_>) -> Vec<Job> {
    task_xml(text).into_iter().collect()
}

fn line(text: &str, beside: &Beside<'_>) -> Vec<Job> {
    command_line_as(text, beside.text("OriginalFileName").filter(|name| name.contains('.')).as_deref())
}

fn script(text: &str, _: &Beside<'_>) -> Vec<Job> {
    powershell(text)
}

fn ran(text: &str, _: &Beside<'_>) -> Vec<Job> {
    vec![ran_by_cron(text)]
}

fn azure_deed(operation: &str, beside: &Beside<'_>) -> Vec<Job> {
    let resource = beside.text("resourceId").unwrap_or_default();
    azure(operation, &resource, &beside.json("properties")).or_else(|_| azure(operation, &resource, &Value::Null)).into_iter().collect()
}

/// What a request says of the object, and the rest from the request's own address.
fn batch_object(resource: &str, beside: &Beside<'_>) -> Vec<Job> {
    let kind = if resource == "cronjobs" { Kind::CronJob } else { Kind::K8sJob };
    let mut job = cron_job(&beside.json("requestObject")).unwrap_or_else(|_| Job::new(kind, Verb::Create));
    job.verb = match beside.text("verb").as_deref() {
        Some("create") => Verb::Create,
        Some("update" | "patch") => Verb::Change,
        Some("delete" | "deletecollection") => Verb::Delete,
        _ => Verb::Query,
    };
    let name = job.name.take().or_else(|| beside.text("objectRef.name"));
    job.name = match (name, beside.text("objectRef.namespace")) {
        (Some(name), Some(space)) if !name.contains('/') => Some(format!("{space}/{name}")),
        (name, _) => name,
    };
    vec![job]
}

/// The other fields of the view that an input stands in.
pub struct Beside<'p> {
    pub part: &'p Part<'p, 'p>,
    pub view: usize,
    pub fields: &'p FxHashMap<&'static str, FieldId>,
}

impl Beside<'_> {
    /// What the jobs depend on, where that is more than the bytes of the input itself.
    pub fn key(&self, input: &Input, bytes: &[u8]) -> Option<Vec<u8>> {
        let value = |name| self.part.values(self.view, *self.fields.get(name)?).next();
        let others: Vec<&[u8]> = input.beside.iter().map(|name| value(name).map_or(&[][..], |raw| raw.bytes)).collect();
        let told = others.iter().any(|bytes| !bytes.is_empty());
        told.then(|| std::iter::once(bytes).chain(others).flat_map(|part| [&part.len().to_le_bytes()[..], part].concat()).collect())
    }

    fn text(&self, field: &str) -> Option<String> {
        self.part.text(self.view, *self.fields.get(field)?)
    }

    /// An object as written, or the text that one is written in. Null where it is neither.
    fn json(&self, field: &str) -> Value {
        self.text(field).and_then(|text| text.parse().ok()).unwrap_or_default()
    }
}
