//! Schedules of every kind, and their next runs: these must come soon, in order, after now, and never end the program.

#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::json;
use watchbell_jobs::{Anchors, Context, CronTable, Job, azure, command_line, cron_job, crontab, crontab_line, next_runs, risk, task_xml, timer_unit, zone};
use watchbell_model::Timestamp;

const ZONES: &[&str] = &["UTC", "Europe/Berlin", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia", "Africa/Casablanca", "CET-1CEST,M3.5.0,M10.5.0/3"];

fuzz_target!(|input: (u8, i64, &str)| {
    let (place, now, text) = input;
    let now = Timestamp { nanos: now, digits: 0 };
    let host = ZONES.get(usize::from(place) % (ZONES.len() + 1)).and_then(|name| zone(name));
    let known = Some(now).filter(|_| place > 127);
    let anchors = Anchors { created: Some(now), boot: known, logon: known, last_run: known, last_end: known };
    for job in jobs(text) {
        let next = next_runs(&job, now, host.as_ref(), &anchors);
        assert!(next.runs.len() <= 5 && next.runs.is_sorted_by(|a, b| a.at.nanos < b.at.nanos), "runs are few and in order");
        assert!(next.runs.iter().all(|run| run.at.nanos > now.nanos.saturating_sub(1000)), "runs are to come");
        std::hint::black_box(risk(&job, &Context::default()));
        let text = serde_json::to_string(&job).expect("a job is JSON");
        assert_eq!(serde_json::from_str::<Job>(&text).expect("and can be read"), job);
    }
});

fn jobs(text: &str) -> Vec<Job> {
    let mut jobs = crontab(text, CronTable::System);
    jobs.extend(crontab_line(&format!("{text} x"), CronTable::User).ok().flatten());
    jobs.extend(timer_unit("x.timer", &format!("[Timer]\nOnCalendar={text}\n{text}"), None));
    let (first, rest) = text.split_once('\n').unwrap_or((text, "UTC"));
    jobs.extend(cron_job(&json!({"kind": "CronJob", "spec": {"schedule": first, "timeZone": rest}})));
    jobs.extend(cron_job(&json!({"kind": "CronJob", "spec": {"schedule": text}})));
    let settings =
        serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|_| json!({"frequency": "Day", "interval": 3, "startTime": first, "timeZone": rest}));
    jobs.extend(azure("Microsoft.Automation/automationAccounts/schedules/write", "/schedules/s", &json!({"requestbody": {"properties": settings}})));
    jobs.extend(task_xml(&format!("<Task><Triggers>{text}</Triggers></Task>")));
    let fields = format!("<Delay>{first}</Delay><StartBoundary>{rest}</StartBoundary><Repetition><Interval>{first}</Interval></Repetition>");
    jobs.extend(task_xml(&format!("<Task><Triggers><TimeTrigger>{fields}</TimeTrigger><BootTrigger>{fields}</BootTrigger></Triggers></Task>")));
    for line in ["at", "schtasks /create /tn x /tr y", "powershell New-ScheduledTaskTrigger -Once -At", "systemd-run"] {
        jobs.extend(command_line(&format!("{line} {text}")));
    }
    jobs
}
