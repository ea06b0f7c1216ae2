//! Jobs out of more than one field: what a cloud's record says beside the operation, and a program's first name.

use crate::setup::Scan;
use watchbell_jobs::Job;

fn rule(source: &str, selection: &str) -> String {
    format!("rules:\n  - title: Job\n    logsource: {source}\n    detection: {{selection: {selection}, condition: selection}}\n")
}

/// The jobs of the alerts that a log raises.
fn jobs(source: &str, selection: &str, log: &str) -> Vec<Job> {
    let done = Scan::new(&rule(source, selection)).log("a", log).done();
    done.outcomes.alerts.iter().map(|alert| Job::clone(alert.job.as_ref().unwrap())).collect()
}

#[test]
fn a_schedule_of_azure_is_read_from_the_request() {
    let record = |frequency: &str| {
        format!(
            r#"{{"time":"2026-01-05T10:00:00Z","resourceId":"/SUBSCRIPTIONS/S/PROVIDERS/MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/A/SCHEDULES/NIGHTLY","operationName":"MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/SCHEDULES/WRITE","resultType":"Success","correlationId":"{frequency}","properties":{{"requestbody":"{{\"properties\":{{\"frequency\":\"{frequency}\",\"interval\":1}}}}"}}}}"#
        )
    };
    let found =
        jobs("{product: azure, service: activitylogs}", "{Job.Kind: azure_schedule, Job.Verb: create}", &format!("{}\n{}\n", record("Day"), record("Hour")));
    assert_eq!(
        found.iter().map(|job| (job.name.as_deref(), job.schedule.as_slice())).collect::<Vec<_>>(),
        [(Some("NIGHTLY"), ["every day".to_owned()].as_slice()), (Some("NIGHTLY"), ["every hour".to_owned()].as_slice())]
    );
}

#[test]
fn a_cron_job_of_kubernetes_is_read_from_the_object_and_named_by_the_request() {
    let record = |verb: &str, object: &str| {
        format!(
            r#"{{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"{verb}","stage":"ResponseComplete","stageTimestamp":"2026-01-05T10:00:00Z","verb":"{verb}","objectRef":{{"resource":"cronjobs","namespace":"shop","name":"stock"}}{object}}}"#
        )
    };
    let object = r#","requestObject":{"kind":"CronJob","metadata":{"name":"stock"},"spec":{"schedule":"@daily","jobTemplate":{"spec":{"template":{"spec":{"containers":[{"image":"x","command":["sh","-c","run"]}]}}}}}}"#;
    let log = format!("{}\n{}\n{}\n", record("create", object), record("patch", object), record("delete", ""));
    let found = jobs("{product: kubernetes, service: audit}", "{Job.Kind: cronjob}", &log);
    let mut told: Vec<_> =
        found.iter().map(|job| format!("{} {} {}", job.verb.as_str(), job.name.as_deref().unwrap_or("-"), job.command.as_deref().unwrap_or("-"))).collect();
    told.sort();
    assert_eq!(told, ["change shop/stock sh", "create shop/stock sh", "delete shop/stock -"]);
}

#[test]
fn a_renamed_program_is_known_by_its_first_name() {
    let record = |original: &str| {
        format!(
            r#"{{"EventTime":"2026-01-05 10:00:00","Hostname":"W","Channel":"Microsoft-Windows-Sysmon/Operational","SourceName":"Microsoft-Windows-Sysmon","EventID":1,"RecordNumber":{},"Image":"C:\\x\\y.exe","CommandLine":"y.exe /query /fo csv","OriginalFileName":"{original}"}}"#,
            original.len()
        )
    };
    let log = format!("{}\n{}\n", record("other.exe"), record("schtasks.exe"));
    let found = jobs("{product: windows, category: process_creation}", "{Job.Verb: query}", &log);
    assert_eq!(found.iter().map(|job| job.tool.as_deref()).collect::<Vec<_>>(), [Some("schtasks")]);
}
