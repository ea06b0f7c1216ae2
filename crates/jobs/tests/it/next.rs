//! Next runs: tables of definitions with the runs that they lead to, from `tests/next`.

use watchbell_jobs::{Anchors, CronTable, Job, at_job, azure, cron_job, crontab_line, next_runs, task_xml, timer_unit, zone};
use watchbell_model::Timestamp;

/// A table: `# …` begins a comment; `kind | zone | now` says what the lines below are and when they are asked; a line is a definition, then
/// `=>` and what comes of it: local times in short, else the condition.
fn check(table: &str) {
    let (mut kind, mut place, mut now) = ("", "", "");
    let mut wrong = Vec::new();
    for line in table.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let [a, b, c] = line.split(" | ").collect::<Vec<_>>()[..] {
            (kind, place, now) = (a, b, c);
            continue;
        }
        let (definition, expected) = line.split_once(" => ").expect(line);
        let found = told(&job(kind, definition), place, now);
        if found != expected {
            wrong.push(format!("{definition} => {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn job(kind: &str, definition: &str) -> Job {
    match kind {
        "cron" => crontab_line(&format!("{definition} /bin/x"), CronTable::User).expect(definition).expect(definition),
        "timer" => timer_unit("x.timer", &format!("[Timer]\n{}\n", definition.replace("; ", "\n")), None).expect(definition),
        "cronjob" => {
            let (schedule, zone) = definition.split_once(" in ").map_or((definition, None), |(s, z)| (s, Some(z)));
            cron_job(&serde_json::json!({"kind": "CronJob", "spec": {"schedule": schedule, "timeZone": zone}})).expect(definition)
        }
        "line" => watchbell_jobs::command_line(definition).remove(0),
        "powershell" => watchbell_jobs::powershell(definition).remove(0),
        "xml" => task_xml(&format!("<Task><Triggers>{definition}</Triggers><Actions><Exec><Command>a</Command></Exec></Actions></Task>")).expect(definition),
        "azure" => {
            let body = serde_json::json!({"requestbody": {"properties": serde_json::from_str::<serde_json::Value>(definition).expect(definition)}});
            azure("Microsoft.Automation/automationAccounts/schedules/write", "/x/schedules/s", &body).expect(definition)
        }
        "spool" => at_job(definition, "/tmp/x\n").expect(definition),
        other => panic!("no kind {other}"),
    }
}

/// `05-26 04:30+02`: the five runs on the host's clock; `~` before what is about.
fn told(job: &Job, place: &str, now: &str) -> String {
    let host = (place != "?").then(|| zone(place).expect(place));
    let now = Timestamp::parse(now, &jiff::tz::TimeZone::UTC).expect(now);
    let anchors = Anchors { created: Some(now), ..Anchors::default() };
    let next = next_runs(job, now, host.as_ref(), &anchors);
    let runs: Vec<String> = next.runs.iter().map(|run| format!("{}{}", if run.about { "~" } else { "" }, short(&run.local))).collect();
    let refused = next.notes.iter().find(|note| note.contains("refuses")).map(|_| "refused".to_owned());
    refused.unwrap_or_else(|| if runs.is_empty() { next.when } else { runs.join(", ") })
}

fn short(local: &str) -> String {
    let seconds = if &local[17..19] == "00" { "" } else { &local[16..19] };
    let year = if local.starts_with("2026") { "" } else { &local[..5] };
    format!("{year}{} {}{}{}", &local[5..10], &local[11..16], seconds, local[19..].trim_end_matches(":00"))
}

#[test]
fn cron() {
    check(include_str!("../next/cron.txt"));
}

#[test]
fn systemd() {
    check(include_str!("../next/systemd.txt"));
}

#[test]
fn kubernetes() {
    check(include_str!("../next/kubernetes.txt"));
}

#[test]
fn windows() {
    check(include_str!("../next/windows.txt"));
}

#[test]
fn schtasks() {
    check(include_str!("../next/schtasks.txt"));
}

#[test]
fn powershell() {
    check(include_str!("../next/powershell.txt"));
}

#[test]
fn at() {
    check(include_str!("../next/at.txt"));
}

#[test]
fn azure_schedules() {
    check(include_str!("../next/azure_schedules.txt"));
}
