//! Kubernetes' CronJob and Job objects, whole or as a patch of one.

use crate::unix::crontab::schedule_alone;
use crate::{Action, Job, JobError, Kind, RunLevel, Verb};
use serde_json::Value;

const MAX_CONTAINERS: usize = 32;

/// Decodes a CronJob or Job. What is risky in its pods stands in the description.
pub fn cron_job(object: &Value) -> Result<Job, JobError> {
    let spec = &object["spec"];
    let kind = kind(object).ok_or(JobError::WrongDocument)?;
    let mut job = Job::new(kind, Verb::Create);
    job.name = name(&object["metadata"]);
    schedule(spec, &mut job);
    job.enabled = spec["suspend"].as_bool().map(|suspended| !suspended);
    let template = if kind == Kind::CronJob { &spec["jobTemplate"]["spec"]["template"] } else { &spec["template"] };
    pod(&template["spec"], &mut job);
    Ok(job.decode())
}

fn kind(object: &Value) -> Option<Kind> {
    match object["kind"].as_str() {
        Some("CronJob") => Some(Kind::CronJob),
        Some("Job") => Some(Kind::K8sJob),
        Some(_) => None,
        None if object["spec"]["schedule"].is_string() || object["spec"]["jobTemplate"].is_object() => Some(Kind::CronJob),
        None => object["spec"]["template"].is_object().then_some(Kind::K8sJob),
    }
}

fn name(metadata: &Value) -> Option<String> {
    let name = metadata["name"].as_str().or_else(|| metadata["generateName"].as_str())?;
    Some(metadata["namespace"].as_str().map_or_else(|| name.to_owned(), |space| format!("{space}/{name}")))
}

fn schedule(spec: &Value, job: &mut Job) {
    let Some(text) = spec["schedule"].as_str() else { return };
    let zone = spec["timeZone"].as_str();
    let (phrase, trigger) = schedule_alone(text, zone);
    job.schedule.push(zone.map_or_else(|| phrase.clone(), |zone| format!("{phrase} ({zone})")));
    // The controller looks every ten seconds: a start that may not be later than that can be left out.
    let hasty = spec["startingDeadlineSeconds"].as_u64().is_some_and(|seconds| seconds < 10);
    job.start_by(trigger.map(|trigger| if hasty { trigger.guess() } else { trigger }));
}

fn pod(spec: &Value, job: &mut Job) {
    let mut facts = Vec::new();
    job.principal = spec["serviceAccountName"].as_str().or_else(|| spec["serviceAccount"].as_str()).map(str::to_owned);
    for list in ["initContainers", "containers"] {
        for container in items(&spec[list]) {
            facts.extend(container["image"].as_str().map(|image| format!("image {image}")));
            facts.extend(privileges(container));
            if let Some(action) = action(container) {
                job.push_action(action);
            }
        }
    }
    for (flag, fact) in [("hostNetwork", "host network"), ("hostPID", "host processes"), ("hostIPC", "host IPC")] {
        facts.extend(spec[flag].as_bool().filter(|on| *on).map(|_| fact.to_owned()));
    }
    facts.extend(items(&spec["volumes"]).filter_map(|v| v["hostPath"]["path"].as_str()).map(|path| format!("host path {path}")));
    if facts.iter().any(|fact| fact == "privileged") {
        job.run_level = Some(RunLevel::Highest);
    }
    job.description = (!facts.is_empty()).then(|| facts.join("; "));
}

fn privileges(container: &Value) -> Vec<String> {
    let context = &container["securityContext"];
    let privileged = context["privileged"].as_bool().filter(|on| *on).map(|_| "privileged".to_owned());
    let added = items(&context["capabilities"]["add"]).filter_map(Value::as_str).map(|c| format!("capability {c}"));
    privileged.into_iter().chain(added).collect()
}

/// What a container runs: its command, else only what is given to the image's own.
fn action(container: &Value) -> Option<Action> {
    let mut words: Vec<&str> = ["command", "args"].iter().flat_map(|list| items(&container[*list])).filter_map(Value::as_str).collect();
    if words.is_empty() {
        return None;
    }
    let command = words.remove(0).to_owned();
    Some(Action { command, arguments: (!words.is_empty()).then(|| words.join(" ")), folder: container["workingDir"].as_str().map(str::to_owned) })
}

fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten().take(MAX_CONTAINERS)
}
